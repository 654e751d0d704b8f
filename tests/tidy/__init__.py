"""The style of the house as functions: each takes a file and returns its breaches."""
