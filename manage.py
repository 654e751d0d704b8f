#!/usr/bin/env python
"""Django's own commands (makemigrations, shell); the platform's are ``guanggu``."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanggu.site.settings")
execute_from_command_line(sys.argv)
