"""The writes of the platform."""

from .enrolling import check_device, check_profile, enroll
from .twins import report_twin, set_desired

__all__ = ["check_device", "check_profile", "enroll", "report_twin", "set_desired"]
