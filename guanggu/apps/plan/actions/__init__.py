"""The only writes of the plan."""
