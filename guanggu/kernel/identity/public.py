"""The only door of identity."""

from .capacity import (
    Capacity,
    actor_by_code,
    actor_for,
    actor_of,
    capacities,
    choose_capacity,
    in_force,
)
from .models import Account, Appointment, Delegation, Organisation, Post, Representation
from .permissions import PERMISSIONS, Permission, demand, get, may_reach, permission, visible

__all__ = [
    "PERMISSIONS", "Account", "Appointment", "Capacity", "Delegation", "Organisation",
    "Permission", "Post", "Representation", "actor_by_code", "actor_for", "actor_of", "capacities",
    "choose_capacity", "demand", "get", "in_force", "may_reach", "permission", "visible",
]  # fmt: skip
