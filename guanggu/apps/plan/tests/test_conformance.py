"""plan keeps the promises of every app."""

from guanggu.web.conformance import *  # noqa: F403
