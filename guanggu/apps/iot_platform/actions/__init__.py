"""The writes of the platform."""

from .enrolling import check_device, check_profile, enroll
from .keys import issue_keys
from .quotas import count_quota, needs_counting
from .twins import report_twin, set_desired

__all__ = [
    "check_device", "check_profile", "count_quota", "enroll", "issue_keys", "needs_counting",
    "report_twin", "set_desired",
]  # fmt: skip
