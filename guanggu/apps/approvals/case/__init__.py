"""What approvals declare to the case kernel: hooks on outcomes, words for what happened."""

from ..actions.publishing import publish_shipped
from . import handling, side_cases, words

__all__ = ["handling", "publish_shipped", "side_cases", "words"]
