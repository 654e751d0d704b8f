"""The only writes of the environment."""
