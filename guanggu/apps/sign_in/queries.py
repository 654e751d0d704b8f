"""Who may see which part of identity, and the lists that the pages show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import (
    Account,
    Appointment,
    Delegation,
    Organisation,
    Post,
    Representation,
    in_force,
    permission,
)
from guanggu.kernel.journal.public import Event

LEGAL = Representation.Role.LEGAL_REPRESENTATIVE
EVENTS_SHOWN = 100


def _official(actor: Actor) -> bool:
    return actor.kind == "official" and actor.post is not None


ADMINISTER = permission("sign_in.administer", scope=lambda actor: actor.has("administer"))
SECURE = permission("sign_in.secure", scope=lambda actor: actor.has("security"))
AUDIT = permission("sign_in.audit", scope=lambda actor: actor.has("audit"))
OVERSEE = permission(
    "sign_in.oversee", scope=lambda actor: actor.has("administer", "security", "audit")
)
REVIEW_CLAIMS = permission(
    "sign_in.review_claims",
    scope=lambda actor: _official(actor) and actor.has("entities", "administer"),
)
VIEW_ORGANISATIONS = permission("sign_in.view_organisations", scope=lambda actor: True)
VIEW_POSTS = permission("sign_in.view_posts", scope=_official)


def _own_firms(actor: Actor) -> Q | bool:
    if not actor.account or actor.kind not in ("person", "firm"):
        return False
    firms = Representation.objects.filter(in_force(), account=actor.account, role=LEGAL)
    return Q(account=actor.account) | Q(firm__in=firms.values("firm"))


OWN_REPRESENTATIONS = permission("sign_in.own_representations", scope=_own_firms)
OWN_DELEGATIONS = permission(
    "sign_in.own_delegations",
    scope=lambda actor: (
        Q(grantor=actor.account) | Q(grantee=actor.account)
        if actor.account and actor.kind == "official"
        else False
    ),
)
OWN_POSTS = permission(
    "sign_in.own_posts",
    scope=lambda actor: (
        Q(
            pk__in=Appointment.objects.filter(in_force(), account=actor.account).values("post"),
            is_active=True,
        )
        if actor.account and actor.kind == "official"
        else False
    ),
)


@dataclass
class Branch:
    """A body and those under it."""

    organisation: Organisation
    children: list[Branch] = field(default_factory=list)


def organisation_tree() -> list[Branch]:
    """Every body that is not closed, by parent, in the order in which they were made."""
    branches = {
        each.pk: Branch(each) for each in Organisation.objects.filter(is_active=True).order_by("pk")
    }
    roots = []
    for branch in branches.values():
        above = branches.get(branch.organisation.parent_id or 0)
        (above.children if above else roots).append(branch)
    return roots


def posts_with_holders(organisation: Organisation) -> list[tuple[Post, list[Appointment]]]:
    """The body's posts and who sits in them today or will."""
    posts = organisation.posts.filter(is_active=True).order_by("-is_head", "pk")
    held: dict[int, list[Appointment]] = defaultdict(list)
    rows = Appointment.objects.filter(in_force(), post__in=posts).select_related("account")
    for row in rows.order_by("pk"):
        held[row.post_id].append(row)
    return [(post, held[post.pk]) for post in posts]


def officials(words: str) -> QuerySet[Account]:
    found = Account.objects.filter(kind=Account.Kind.OFFICIAL)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(username__icontains=words))
    return found


def agents_of(firm: str) -> QuerySet[Representation]:
    return Representation.objects.filter(in_force(), firm=firm).select_related("account")


def delegations_of(account: int) -> QuerySet[Delegation]:
    found = Delegation.objects.filter(Q(grantor=account) | Q(grantee=account))
    return found.select_related("post__organisation", "grantor", "grantee").order_by("-pk")


def activity(account: Account) -> list[Event]:
    """The last events of the account, newest first."""
    found = Event.objects.filter(subject=str(account.ref), kind__startswith="identity.")
    return list(found.order_by("-sequence")[:EVENTS_SHOWN])


DOOR_KINDS = (
    "identity.signed_in",
    "identity.signed_out",
    "identity.sign_in_failed",
    "identity.sign_in_locked",
    "identity.second_factor_added",
    "identity.second_factor_removed",
    "identity.password_changed",
    "identity.password_reset",
    "identity.capacity_switched",
    "identity.application_allowed",
)
RIGHTS_KINDS = (
    "identity.official_created",
    "identity.account_closed",
    "identity.account_reopened",
    "identity.appointment_proposed",
    "identity.appointment_confirmed",
    "identity.appointment_refused",
    "identity.official_appointed",
    "identity.appointment_ended",
    "identity.roles_granted",
    "identity.post_delegated",
    "identity.delegation_revoked",
    "sign_in.application_registered",
    "sign_in.application_changed",
    "sign_in.secret_renewed",
    "sign_in.application_removed",
)


def events_of_kinds(kinds: tuple[str, ...]) -> QuerySet[Event]:
    return Event.objects.filter(kind__in=kinds)


def names_of(events: list[Event]) -> dict[str, str]:
    """Names of the accounts and posts that the events are about, by ref."""
    refs = {event.subject for event in events}
    for event in events:
        refs |= {str(event.body.get(name, "")) for name in ("account", "post", "grantee")}
    keys = {ref.partition("/")[2] for ref in refs if ref.startswith("accounts/")}
    posts = {ref.partition("/")[2] for ref in refs if ref.startswith("posts/")}
    names = {str(a.ref): a.name for a in Account.objects.filter(sub__in=keys)}
    found = Post.objects.filter(pk__in=[p for p in posts if p.isdecimal()])
    return names | {str(p.ref): str(p) for p in found.select_related("organisation")}
