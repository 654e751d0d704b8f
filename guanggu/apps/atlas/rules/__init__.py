"""Rules of the map platform: reading files, measuring, writing files; no database."""
