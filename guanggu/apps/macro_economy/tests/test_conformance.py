"""The inherited suite."""

from guanggu.web.conformance import *  # noqa: F403
