"""The writes of the lakes."""
