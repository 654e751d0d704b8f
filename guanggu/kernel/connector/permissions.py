"""Who sees how the engines are, and who sets them.

Looking is for the three officers (GB/T 22239-2019 8.1.5) and whoever supervises; addresses are set
by the administrator, secrets by the security officer or the administrator.
"""

from __future__ import annotations

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import permission


def watches(actor: Actor) -> bool:
    return actor.kind == "platform" or actor.has("administer", "security", "audit", "supervise")


def keeps(actor: Actor) -> bool:
    return actor.kind == "platform" or actor.has("administer")


def holds_secrets(actor: Actor) -> bool:
    return actor.kind == "platform" or actor.has("administer", "security")


SEE_CONNECTIONS = permission("connector.see", scope=watches)
KEEP_CONNECTIONS = permission("connector.keep", scope=keeps)
HOLD_SECRETS = permission("connector.hold_secrets", scope=holds_secrets)
