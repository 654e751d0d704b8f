"""Packages, organisations, groups and tags, in the words of CKAN."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

import guanggu
from guanggu.base.actor import VISITOR
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.identity.public import Organisation
from guanggu.standards.gb_t_21063 import ITEMS, SHARING, UPDATE_CYCLES

from ..models import Resource
from ..queries.resources import narrowed, open_resources
from ..rules.cataloguing import MEDIA_TYPES
from .dcat import LICENCE

ROWS_MAX = 1_000
_LICENCE = {"id": "cc-by-4.0", "title": "Creative Commons Attribution 4.0", "url": LICENCE,
            "status": "active", "od_conformance": "approved"}  # fmt: skip
_NOT_THERE = T("没有找到。", "Not found")


def number(asked: dict[str, Any], name: str, default: int, most: int) -> int:
    """A whole number from nought to ``most``. Raises Invalid."""
    text = str(asked.get(name, default) if asked.get(name) is not None else default)
    if not text.isdecimal() or len(text) > 9:
        message = T("应为不小于 0 的整数。", "Must be a natural number")
        raise Invalid(message, fields={name: message})
    return min(int(text), most)


def is_true(asked: dict[str, Any], name: str) -> bool:
    return str(asked.get(name, "")).lower() in ("true", "1", "yes", "on")


def wanted(asked: dict[str, Any], name: str = "id") -> str:
    value = str(asked.get(name) or "")
    if not value:
        message = T("缺少此项。", "Missing value")
        raise Invalid(message, fields={name: message})
    return value


def tags_of(row: Resource) -> list[str]:
    return list(dict.fromkeys(word for word in row.keywords.split() if word))


def resources_of(row: Resource) -> list[dict[str, Any]]:
    base = settings.GUANGGU_ADDRESS.rstrip("/")
    if not row.table:
        return []
    return [
        {
            "id": f"{row.key}.{kind}", "package_id": row.key, "name": f"{row.name}（{kind.upper()}）",
            "description": row.summary, "format": kind.upper(), "mimetype": MEDIA_TYPES[kind],
            "url": f"{base}/opendata/{row.key}/data.{kind}", "url_type": None, "state": "active",
            "position": place, "datastore_active": True, "hash": "", "size": None,
            "created": row.created_at.isoformat(), "last_modified": row.updated_at.isoformat(),
        }
        for place, kind in enumerate(MEDIA_TYPES)
    ]  # fmt: skip


def organisation_of(body: Organisation) -> dict[str, Any]:
    return {
        "id": body.code, "name": body.code, "title": body.name, "display_name": body.name,
        "description": body.name_en, "is_organization": True, "type": "organization",
        "state": "active", "approval_status": "approved", "image_url": "",
    }  # fmt: skip


def group_of(code: str) -> dict[str, Any]:
    title = ITEMS[code]
    return {
        "id": code, "name": code, "title": title.zh, "display_name": title.zh,
        "description": title.en, "is_organization": False, "type": "group", "state": "active",
        "approval_status": "approved", "image_display_url": "",
    }  # fmt: skip


def tag_of(word: str) -> dict[str, Any]:
    return {"id": word, "name": word, "display_name": word, "state": "active",
            "vocabulary_id": None}  # fmt: skip


def package_of(row: Resource) -> dict[str, Any]:
    resources, tags = resources_of(row), tags_of(row)
    extras = {
        "code": row.code, "title_en": row.name_en, "sharing": SHARING[row.sharing].zh,
        "update_cycle": UPDATE_CYCLES[row.update_cycle].zh, "is_sample": str(row.is_sample).lower(),
    }  # fmt: skip
    return {
        "id": row.key, "name": row.key, "title": row.name, "notes": row.summary, "type": "dataset",
        "state": "active", "private": False, "isopen": True, "url": "", "version": str(row.version),
        "license_id": _LICENCE["id"], "license_title": _LICENCE["title"], "license_url": LICENCE,
        "author": row.provider.name if row.provider else "", "author_email": "",
        "maintainer": "", "maintainer_email": "",
        "metadata_created": row.created_at.isoformat(),
        "metadata_modified": row.updated_at.isoformat(),
        "owner_org": row.provider.code if row.provider else None,
        "organization": organisation_of(row.provider) if row.provider else None,
        "groups": [group_of(row.category)], "tags": [tag_of(word) for word in tags],
        "num_tags": len(tags), "resources": resources, "num_resources": len(resources),
        "extras": [{"key": key, "value": value} for key, value in extras.items()],
        "relationships_as_subject": [], "relationships_as_object": [],
    }  # fmt: skip


def status_show(asked: dict[str, Any]) -> dict[str, Any]:
    """The site and its version."""
    return {
        "site_title": str(T("光谷公共数据开放", "Guanggu open data")), "site_url": settings.GUANGGU_ADDRESS,
        "site_description": "", "ckan_version": "2.10.0", "error_emails_to": None,
        "locale_default": "zh_Hans_CN", "extensions": ["datastore"],
        "guanggu_version": guanggu.__version__,
    }  # fmt: skip


def package_list(asked: dict[str, Any]) -> list[str]:
    """Names of all datasets; limit and offset."""
    rows = open_resources().values_list("key", flat=True)
    offset = number(asked, "offset", 0, 10**6)
    return list(rows[offset : offset + number(asked, "limit", ROWS_MAX, ROWS_MAX)])


def current_packages(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """All datasets with their resources; limit and offset."""
    offset = number(asked, "offset", 0, 10**6)
    limit = number(asked, "limit", ROWS_MAX, ROWS_MAX)
    return [package_of(row) for row in open_resources()[offset : offset + limit]]


def _one(key: str) -> Resource:
    row = open_resources().filter(key=key.partition(".")[0]).first()
    if row is None:
        raise Missing(_NOT_THERE)
    return row


def package_show(asked: dict[str, Any]) -> dict[str, Any]:
    """One dataset by id or name."""
    return package_of(_one(wanted(asked)))


def package_autocomplete(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Datasets whose title holds the text ``q``."""
    rows = narrowed(VISITOR, open_resources(), text=wanted(asked, "q"))
    found = rows[: number(asked, "limit", 10, 100)]
    return [{"name": r.key, "title": r.name, "match_field": "title", "match_displayed": r.name}
            for r in found]  # fmt: skip


def _filtered(rows: QuerySet[Resource], text: str) -> QuerySet[Resource]:
    """The filter query of CKAN: organization:x groups:y tags:z, joined by blanks or +."""
    for part in text.replace("+", " ").split():
        field, _, value = part.partition(":")
        value = value.strip('"')
        if field == "organization":
            rows = rows.filter(provider__code=value)
        elif field == "groups":
            rows = rows.filter(category=value)
        elif field == "tags":
            rows = rows.filter(keywords__contains=value)
        elif field in ("id", "name"):
            rows = rows.filter(key=value)
        elif field == "res_format":
            rows = rows if value.lower() in MEDIA_TYPES else rows.none()
    return rows


_ORDERS = {"name": "key", "title": "name", "title_string": "name", "metadata_modified": "updated_at",
           "metadata_created": "created_at"}  # fmt: skip


def package_search(asked: dict[str, Any]) -> dict[str, Any]:
    """Datasets by text ``q`` and filter ``fq``; rows, start, sort, facet.field."""
    text = str(asked.get("q") or "")
    rows = _filtered(open_resources(), str(asked.get("fq") or ""))
    if ":" in text and text != "*:*":
        rows, text = _filtered(rows, text), ""
    rows = narrowed(VISITOR, rows, text="" if text == "*:*" else text, with_history=True)
    field, _, way = str(asked.get("sort") or "name asc").split(",")[0].strip().partition(" ")
    if field in _ORDERS:
        rows = rows.order_by(f"{'-' if way.strip() == 'desc' else ''}{_ORDERS[field]}")
    start = number(asked, "start", 0, 10**6)
    found = rows[start : start + number(asked, "rows", 10, ROWS_MAX)]
    facets = _facets(rows)
    return {
        "count": rows.count(), "sort": str(asked.get("sort") or "name asc"),
        "results": [package_of(row) for row in found],
        "facets": {name: dict(counted) for name, counted in facets.items()},
        "search_facets": {
            name: {"title": name, "items": [
                {"name": value, "display_name": value, "count": n} for value, n in counted.items()
            ]}
            for name, counted in facets.items()
        },
    }  # fmt: skip


def _facets(rows: QuerySet[Resource]) -> dict[str, Counter[str]]:
    facets: dict[str, Counter[str]] = {n: Counter() for n in ("organization", "groups", "tags")}
    for row in rows[:ROWS_MAX]:
        if row.provider:
            facets["organization"][row.provider.code] += 1
        facets["groups"][row.category] += 1
        facets["tags"].update(tags_of(row))
    return facets


def resource_show(asked: dict[str, Any]) -> dict[str, Any]:
    """One file of a dataset by its id."""
    key = wanted(asked)
    for each in resources_of(_one(key)):
        if each["id"] == key:
            return each
    raise Missing(_NOT_THERE)


def resource_search(asked: dict[str, Any]) -> dict[str, Any]:
    """Files by ``query`` of the form name:text or format:csv."""
    field, _, text = wanted(asked, "query").partition(":")
    found = [
        each for row in open_resources()[:ROWS_MAX] for each in resources_of(row)
        if text.lower() in str(each.get(field, "")).lower()
    ]  # fmt: skip
    return {"count": len(found), "results": found[: number(asked, "limit", 100, ROWS_MAX)]}


def _counts(field: str) -> Counter[str]:
    return Counter(str(value) for value in open_resources().values_list(field, flat=True) if value)


def organization_list(asked: dict[str, Any]) -> list[Any]:
    """Providers of open data; all_fields gives more than their names."""
    counts = _counts("provider__code")
    bodies = Organisation.objects.filter(code__in=counts).order_by("code")
    if not is_true(asked, "all_fields"):
        return [body.code for body in bodies]
    return [{**organisation_of(b), "package_count": counts[b.code]} for b in bodies]


def organization_show(asked: dict[str, Any]) -> dict[str, Any]:
    """One provider; include_datasets gives its datasets."""
    code = wanted(asked)
    body = Organisation.objects.filter(code=code).first()
    rows = open_resources().filter(provider__code=code)
    if body is None or not rows.exists():
        raise Missing(_NOT_THERE)
    told = {**organisation_of(body), "package_count": rows.count(), "users": [], "extras": []}
    if is_true(asked, "include_datasets"):
        told["packages"] = [package_of(row) for row in rows[:ROWS_MAX]]
    return told


def group_list(asked: dict[str, Any]) -> list[Any]:
    """Items of the classification that hold open data."""
    counts = _counts("category")
    if not is_true(asked, "all_fields"):
        return sorted(counts)
    return [{**group_of(code), "package_count": counts[code]} for code in sorted(counts)]


def group_show(asked: dict[str, Any]) -> dict[str, Any]:
    """One item of the classification."""
    code = wanted(asked)
    rows = open_resources().filter(category=code)
    if code not in ITEMS or not rows.exists():
        raise Missing(_NOT_THERE)
    told = {**group_of(code), "package_count": rows.count(), "users": [], "extras": []}
    if is_true(asked, "include_datasets"):
        told["packages"] = [package_of(row) for row in rows[:ROWS_MAX]]
    return told


def tag_list(asked: dict[str, Any]) -> list[Any]:
    """Keywords of open data; ``query`` narrows them."""
    text = str(asked.get("query") or "").lower()
    words = sorted({w for row in open_resources()[:ROWS_MAX] for w in tags_of(row)})
    found = [word for word in words if text in word.lower()]
    return [tag_of(word) for word in found] if is_true(asked, "all_fields") else found


def tag_show(asked: dict[str, Any]) -> dict[str, Any]:
    """One keyword."""
    word = wanted(asked)
    if word not in tag_list({}):
        raise Missing(_NOT_THERE)
    return tag_of(word)


def license_list(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The licence under which all of it is open."""
    return [dict(_LICENCE)]
