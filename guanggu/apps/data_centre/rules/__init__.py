"""Rules of the data centre: masks, grants, queries, quality, lineage, descriptions."""
