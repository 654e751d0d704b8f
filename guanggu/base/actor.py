"""Who acts: a plain value that every action receives and every event names.

``identity`` makes it from the signed-in account; the kernels below only carry it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """One account in one capacity.

    account: id of the account, 0 for the platform itself and None for a passer-by
    ref: what events name, such as "accounts/<sub>" or "platform/clock"
    name: how people call it
    kind: "official", "person", "firm" (an account acting for a firm), "platform", "visitor"
    post: id of the post in which an official acts (his own or a delegated one)
    organisation: id of the organisation of that post
    roles: what the post may do, such as "accept", "review", "decide", "supervise", "administer"
    firm: unified social credit code of the firm for which a person acts
    on_behalf_of: ref of the account that delegated, where it did
    application: ref of the application by which he acts, such as "applications/<client id>"
    """

    account: int | None
    ref: str
    name: str
    kind: str
    post: int | None = None
    organisation: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    firm: str = ""
    on_behalf_of: str = ""
    application: str = ""

    def has(self, *roles: str) -> bool:
        """True where at least one of the roles is held."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_known(self) -> bool:
        return self.kind != "visitor"


def platform(part: str) -> Actor:
    """The platform acting by itself: ``platform("clock")`` for deadlines."""
    return Actor(account=0, ref=f"platform/{part}", name="平台", kind="platform")


VISITOR = Actor(account=None, ref="visitors/-", name="访客", kind="visitor")
