"""The writes of the platform."""

from .enrolling import check_device, check_profile, enroll
from .faults import handle_fault, open_fault, open_waiting_case
from .keys import issue_keys
from .quotas import count_quota, needs_counting, share_quota_of
from .ruling import check_fleet_rule, lay_rules, switch_off
from .twins import report_twin, set_desired

__all__ = [
    "check_device", "check_fleet_rule", "check_profile", "count_quota", "enroll", "handle_fault",
    "issue_keys", "lay_rules", "needs_counting", "open_fault", "open_waiting_case", "report_twin",
    "set_desired", "share_quota_of", "switch_off",
]  # fmt: skip
