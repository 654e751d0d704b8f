"""The writes of the duty desk."""
