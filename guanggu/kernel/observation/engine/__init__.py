"""The embedded observation store: one DuckDB file for what is new, a lake of Parquet for the rest.

Only one process, ``guanggu ingest``, opens it (:class:`embedded.EmbeddedStore`); every other asks
that process over a local socket (:class:`remote.RemoteStore`).
"""
