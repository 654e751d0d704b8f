"""Reads of supervision: who may see what, process mining, scores, cards."""
