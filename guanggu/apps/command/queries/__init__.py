"""Reads of the duty desk and the wall."""
