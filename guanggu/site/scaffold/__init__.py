"""The files of a new app: the least that is a whole one, as `guanggu new` writes them."""
