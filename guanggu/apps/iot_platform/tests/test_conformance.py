"""The suite that every app inherits."""

from guanggu.web.conformance import *  # noqa: F403
