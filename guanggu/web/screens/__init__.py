"""Screens that follow from a ``Register``: list, detail, form, import, export, quarantine."""
