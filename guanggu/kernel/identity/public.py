"""The only door of identity."""

from .actions import *  # noqa: F403
from .actions import __all__ as _actions
from .bulk import (
    add_accounts,
    add_appointments,
    add_organisations,
    add_posts,
    add_representations,
)
from .capacity import (
    Capacity,
    acting_for,
    actor_by_code,
    actor_for,
    actor_of,
    capacities,
    capacities_of,
    choose_capacity,
    in_force,
)
from .models import (
    Account,
    Appointment,
    AppointmentProposal,
    Delegation,
    FirmClaim,
    Organisation,
    Post,
    Representation,
)
from .permissions import (
    MAY_NOT,
    PERMISSIONS,
    Permission,
    demand,
    get,
    may_reach,
    permission,
    visible,
)
from .rules import ROLES, SEPARATED, citizen_id_digest, mask_phone, role_choices
from .sample_codes import sample_code, sample_codes_are_shown
from .second_factor import has_second_factor, mark_second_factor, owns_second_factor
from .switching import switch_capacity

__all__ = [
    "MAY_NOT", "PERMISSIONS", "ROLES", "SEPARATED", "Account", "Appointment", "AppointmentProposal",
    "Capacity", "Delegation", "FirmClaim", "Organisation", "Permission", "Post", "Representation",
    "acting_for", "actor_by_code", "actor_for", "actor_of", "add_accounts", "add_appointments",
    "add_organisations", "add_posts", "add_representations", "capacities",
    "capacities_of", "choose_capacity",
    "citizen_id_digest", "demand", "get", "has_second_factor", "in_force", "mark_second_factor",
    "mask_phone", "may_reach", "owns_second_factor", "permission", "role_choices", "sample_code",
    "sample_codes_are_shown", "switch_capacity",
    "visible",
]  # fmt: skip
__all__ += _actions
