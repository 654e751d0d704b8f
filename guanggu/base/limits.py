"""Limits on everything, in one place, each with its reason."""

from __future__ import annotations

PAGE_ROWS = 20  # a screen of a list
PAGE_ROWS_MAX = 200  # a page of an interface
COUNT_MAX = 1_000  # lists say "over 1,000" rather than count a million rows
IMPORT_ROWS_MAX = 200_000  # rows of one imported sheet
EXPORT_ROWS_MAX = 100_000  # rows of one exported sheet
FILE_BYTES_MAX = 50 * 1024 * 1024  # one uploaded file
FILES_A_CASE_MAX = 100  # files of one case
FILE_NAME_CHARACTERS_MAX = 200  # fits every file system after UTF-8 encoding is hashed away
TEXT_CHARACTERS_MAX = 10_000  # one free text field
SEARCH_CHARACTERS_MAX = 100  # longer queries are cut: nobody types them
FIELDS_A_FORM_MAX = 500
REQUEST_BYTES_MAX = 64 * 1024 * 1024
