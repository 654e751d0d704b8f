"""In whose name a command works: a named account, else the platform itself."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Missing

if TYPE_CHECKING:
    from guanggu.kernel.identity.public import Permission
    from guanggu.kernel.register.public import Register


def add_account_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="account", metavar="username", default="")


def acting(username: str, may: Permission) -> Actor:
    """The account in the first capacity that has the permission; without a name the platform.

    Raises Missing for an unknown account and Forbidden where no capacity is enough.
    """
    from guanggu.kernel.identity.public import Account, actor_by_code, capacities

    if not username:
        actors = [platform("command")]
    else:
        account = Account.objects.filter(username=username, is_active=True).first()
        if account is None:
            raise Missing(T("没有账户“{}”。", 'There is no account "{}".').format(username))
        actors = [actor_by_code(account, choice.code) for choice in capacities(account)]
    for actor in actors:
        if may.is_possible(actor):
            return actor
    raise Forbidden(
        T(
            "没有这项权限。请用 --as 指明有权限的账户。",
            "This permission is lacking. Name an account that has it by --as.",
        )
    )


def known_register(collection: str) -> Register:
    """Raises Missing with the names there are."""
    from guanggu.kernel.register.public import REGISTERS

    found = REGISTERS.get(collection)
    if found is None:
        text = T("没有登记册“{}”。现有:{}", 'There is no register "{}". There are: {}')
        raise Missing(text.format(collection, ", ".join(sorted(REGISTERS)) or "-"))
    return found
