"""Pages of the indicators: the list, one with its chart, a figure down to its rows, the entry."""
