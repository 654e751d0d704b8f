"""Set up the first three officers of a new install and print their first passwords once."""

from __future__ import annotations

import argparse
import secrets

from guanggu.base.bilingual import T
from guanggu.site.command import both

ROLES = {"administer": "administrator", "security": "security", "audit": "auditor"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", help=both(T("机构代码，如 wehdz", "code of the district")))
    parser.add_argument("name", help=both(T("机构名称", "its name")))
    parser.add_argument("name_en", help=both(T("机构英文名称", "its English name")))


def run(options: argparse.Namespace) -> int:
    """Raises Conflict where there are officials already, Invalid where the names do not fit."""
    from django.contrib.auth.hashers import make_password

    from guanggu.base.actor import platform
    from guanggu.kernel.identity.public import appoint_first_officers

    passwords = {role: secrets.token_urlsafe(15) for role in ROLES}
    appoint_first_officers(
        platform("set_up"),
        code=options.code,
        name=options.name,
        name_en=options.name_en,
        usernames=ROLES,
        password_hashes={role: make_password(text) for role, text in passwords.items()},
    )
    print(
        both(
            T(
                "三员账户已建立。初始密码只显示这一次，请分别交给三位不同的人员：",
                "The three officers exist. Hand each first password to a different person; "
                "they are shown this once:",
            )
        )
    )
    for role, username in ROLES.items():
        print(f"  {username:<16}{passwords[role]}")
    return 0
