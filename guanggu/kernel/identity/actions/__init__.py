"""The writes of identity."""

from .accounts import (
    change_contact,
    close_account,
    create_official,
    note_password_change,
    register_person,
    reopen_account,
    reset_password,
)
from .appointments import (
    decide_appointment,
    end_appointment,
    propose_appointment,
    separated_roles_of,
)
from .delegations import delegate, grantees_of, revoke_delegation
from .first_officers import appoint_first_officers
from .organisations import (
    close_organisation,
    close_post,
    create_organisation,
    create_post,
    grant_roles,
    move_organisation,
    rename_organisation,
    rename_post,
)
from .representations import add_agent, bind_firm, decide_firm_claim, end_representation
from .sign_ins import note_at_the_door

__all__ = [
    "add_agent", "appoint_first_officers", "bind_firm", "change_contact", "close_account", "close_organisation",
    "close_post", "create_official", "create_organisation", "create_post", "decide_appointment",
    "decide_firm_claim", "delegate", "end_appointment", "end_representation", "grant_roles",
    "grantees_of", "move_organisation", "note_at_the_door", "note_password_change",
    "propose_appointment", "register_person", "rename_organisation", "rename_post",
    "reopen_account", "reset_password", "revoke_delegation", "separated_roles_of",
]  # fmt: skip
