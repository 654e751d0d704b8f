"""Whether somebody is a firm's legal representative, and where an application may be led back to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from guanggu.base.bilingual import T

FINDINGS: dict[str, T] = {
    "unknown": T("法人信息库中没有该企业", "The register holds no such firm"),
    "inactive": T("该企业已注销或吊销", "The firm is deregistered or its licence revoked"),
    "name": T("登记的法定代表人姓名不符", "The registered legal representative has another name"),
    "phone": T("姓名相符，登记电话不符", "The name fits, the registered telephone does not"),
    "": T("姓名和登记电话均相符", "Name and registered telephone fit"),
}
ADDRESSES_MAX = 10
LOCAL = {"127.0.0.1", "localhost", "::1"}


def finding_of(entity: Mapping[str, Any] | None, name: str, phone: str) -> str:
    """Why the register does not show that this person represents the firm; "" where it does.

    A name alone is public and common: the telephone on the register must be his as well.
    """
    if entity is None:
        return "unknown"
    if entity.get("status") not in (None, "", "active"):
        return "inactive"
    if _plain(entity.get("legal_representative")) != _plain(name) or not _plain(name):
        return "name"
    registered = "".join(c for c in str(entity.get("phone") or "") if c.isdigit())
    return "" if registered and registered.removeprefix("86") == phone else "phone"


def _plain(text: Any) -> str:
    return "".join(str(text or "").split())


def address_error(address: str, is_production: bool) -> T | None:
    """Why an application may not be answered at this address (OAuth 2.1, 2.3 and 4.1.1)."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if not host or parts.scheme not in ("http", "https") or len(address) > 500:
        return T("“{}”不是完整的网址。", "“{}” is not a whole address.").format(address[:80])
    if parts.fragment or "*" in address or parts.username:
        return T("“{}”不能含有 #、* 或用户名。", "“{}” may hold no #, * or user name.").format(
            address[:80]
        )
    if parts.scheme == "http" and (is_production or host not in LOCAL):
        return T("“{}”必须使用 https。", "“{}” must use https.").format(address[:80])
    return None


def addresses_error(addresses: list[str], is_production: bool) -> T | None:
    if not addresses:
        return T("请至少填写一个回调地址。", "Give at least one address.")
    if len(addresses) > ADDRESSES_MAX:
        return T("回调地址最多 {} 个。", "At most {} addresses.").format(ADDRESSES_MAX)
    for address in addresses:
        if error := address_error(address, is_production):
            return error
    return None
