"""Texts of a new app's files; ``$name`` and the like are filled by :func:`files_of`."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

APP_TOML = """section = "$section"
kernels = ["journal", "identity", "register"]
emits = ["$name.created", "$name.changed", "$name.removed"]
hears = []
quality = "started"

[title]
zh = "$zh"
en = "$en"
"""
MODELS = '''"""What $name keeps."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Record


class $model(Record):
    """One entry of $name."""

    collection = "$name"

    name = models.CharField(T("名称", "Name"), max_length=200)
    note = models.TextField(T("备注", "Note"), blank=True)

    class Meta:
        verbose_name = T("$zh", "$en")
'''
QUERIES = '''"""Who may reach which rows of $name, and what is read of them."""

from __future__ import annotations

from guanggu.kernel.identity.public import permission

VIEW_${constant} = permission("$name.view", scope=lambda actor: actor.kind == "official")
CHANGE_${constant} = permission("$name.change", scope=lambda actor: actor.has("administer"))
'''
REGISTER = '''"""The register of $name: list, detail, form, sheets, interface and search follow from it."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.base.ids import readable_code
from guanggu.kernel.register.public import Register, Section, register

from .models import $model
from .queries import CHANGE_${constant}, VIEW_${constant}

${constant} = register(
    Register(
        model=$model,
        title=T("$zh", "$en"),
        one=T("条目", "Entry"),
        view=VIEW_${constant},
        change=CHANGE_${constant},
        columns=("key", "name", "updated_at"),
        search=("key", "name"),
        sections=(Section(T("基本信息", "Basics"), ("name", "note", "valid_from", "valid_until")),),
        new_key=lambda record: f"$prefix-{readable_code(8)}",
    )
)
'''
CONFORMANCE = '''"""$name keeps the promises of every app."""

from guanggu.web.conformance import *  # noqa: F403
'''


@dataclass(frozen=True)
class NewApp:
    """name: of the folder; zh, en: the title; section: of the plan."""

    name: str
    zh: str
    en: str
    section: str

    @property
    def model(self) -> str:
        """``LakePatrol`` of ``lake_patrols``: one of what the app keeps."""
        words = self.name.split("_")
        last = words[-1]
        if last.endswith("ies"):
            last = f"{last[:-3]}y"
        elif last.endswith("s") and not last.endswith("ss"):
            last = last[:-1]
        return "".join(word.capitalize() for word in [*words[:-1], last])


def files_of(app: NewApp) -> dict[str, str]:
    """Path within the app's folder → text."""
    values = {
        "name": app.name,
        "zh": app.zh,
        "en": app.en,
        "section": app.section,
        "model": app.model,
        "constant": app.name.upper(),
        "prefix": app.name[0].upper(),
    }
    texts = {
        "__init__.py": "",
        "app.toml": APP_TOML,
        "models.py": MODELS,
        "queries.py": QUERIES,
        "register.py": REGISTER,
        "migrations/__init__.py": "",
        "tests/__init__.py": "",
        "tests/test_conformance.py": CONFORMANCE,
    }
    return {path: Template(text).substitute(values) for path, text in texts.items()}
