"""Everything that is kept and sensed, in one open lake: Parquet under a DuckLake catalogue, with
history, behind the journal by seconds. See ``public`` and docs/adr/0017."""
