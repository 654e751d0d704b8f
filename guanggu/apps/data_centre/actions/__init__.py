"""The only writes of the data centre."""
