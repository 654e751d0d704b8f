"""The only writes on projects."""
