"""Reads of the environment."""
