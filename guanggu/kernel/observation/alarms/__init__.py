"""Rules watch the data, alarms tell of it, officers answer, cases follow by events.

``stepping`` is pure; ``judge`` runs in the worker; ``actions`` are the only writes.
"""
