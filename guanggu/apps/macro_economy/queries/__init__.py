"""Reading the economy's series."""
