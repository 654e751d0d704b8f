"""The writes of the economy."""
