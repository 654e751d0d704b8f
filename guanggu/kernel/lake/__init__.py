"""Kernel lake: everything kept and sensed, as open files that any engine may query."""
