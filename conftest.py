"""Settings of the test suite that hold in every folder."""

from __future__ import annotations

import os

import hypothesis

# One machine may be slow for a moment; a deadline an example would only make tests flicker.
hypothesis.settings.register_profile("house", deadline=None, max_examples=60, print_blob=True)
hypothesis.settings.register_profile("deep", deadline=None, max_examples=2_000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("GUANGGU_HYPOTHESIS", "house"))
