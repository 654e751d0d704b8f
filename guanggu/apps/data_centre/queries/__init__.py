"""Reads of the data centre."""
