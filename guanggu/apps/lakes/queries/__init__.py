"""Reads of the lakes."""
