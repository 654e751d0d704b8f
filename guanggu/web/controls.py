"""One form control as drawn, whichever declaration it comes from: a Django field or a schema.

Both kinds of form end in the same markup (``guanggu/field.html``), so that a page of the portal
and a generic register page read, announce and fail alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from guanggu.base.bilingual import T


@dataclass(slots=True)
class Option:
    value: str
    label: Any
    chosen: bool = False
    hint: Any = ""


@dataclass(slots=True)
class Control:
    """id, name, label; kind: text, textarea, select, radios, checkboxes, checkbox, file, hidden,
    date, number, email, tel, password, datetime-local, search; ``value`` as text."""

    id: str
    name: str
    label: Any
    kind: str = "text"
    value: str = ""
    hint: Any = ""
    error: Any = ""
    required: bool = False
    options: list[Option] = field(default_factory=list)
    width: str = ""
    unit: Any = ""
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def described_by(self) -> str:
        return " ".join(
            part
            for part, there in ((f"{self.id}-hint", self.hint), (f"{self.id}-error", self.error))
            if there
        )

    @property
    def is_group(self) -> bool:
        return self.kind in ("radios", "checkboxes")

    @property
    def anchor(self) -> str:
        """Where the error summary leads: the control, or the first choice of a group."""
        return f"{self.id}-1" if self.is_group else self.id


_KINDS: list[tuple[type[forms.Widget], str]] = [
    (forms.HiddenInput, "hidden"),
    (forms.Textarea, "textarea"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.NullBooleanSelect, "select"),
    (forms.SelectMultiple, "checkboxes"),
    (forms.Select, "select"),
    (forms.FileInput, "file"),
    (forms.PasswordInput, "password"),
    (forms.EmailInput, "email"),
    (forms.NumberInput, "number"),
    (forms.URLInput, "url"),
]


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(bound.field, forms.DateField) and not isinstance(
        bound.field, forms.DateTimeField
    ):
        return "date"
    if isinstance(bound.field, forms.DateTimeField):
        return "datetime-local"
    for widget_type, kind in _KINDS:
        if isinstance(widget, widget_type):
            return kind
    return getattr(widget, "input_type", None) or "text"


def _options(bound: BoundField, value: Any) -> list[Option]:
    chosen = value if isinstance(value, list | tuple | set) else [value]
    texts = {"" if v is None else str(v) for v in chosen}
    options: list[Option] = []
    for key, label in bound.field.widget.choices:  # type: ignore[attr-defined]
        pairs = label if isinstance(label, list | tuple) else [(key, label)]
        for each_key, each_label in pairs:
            text = "" if each_key is None else str(each_key)
            options.append(Option(text, each_label, text in texts))
    return options


def _text(bound: BoundField, kind: str) -> str:
    value = bound.value()
    if kind in ("password", "file") or value is None:
        return ""
    if kind == "date" and hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%d")
    if kind == "datetime-local" and hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%dT%H:%M")
    return str(bound.field.widget.format_value(value) or "") if kind != "checkbox" else ""


def from_bound_field(bound: BoundField) -> Control:
    """The control of one field of a Django form, with its value and first error."""
    kind = _kind(bound)
    control = Control(
        id=bound.id_for_label or f"id_{bound.html_name}".replace(".", "-"),
        name=bound.html_name,
        label=bound.field.label or bound.label,
        kind=kind,
        hint=bound.field.help_text,
        error=bound.errors[0] if bound.errors else "",
        required=bound.field.required,
        unit=getattr(bound.field, "unit", ""),
        width=getattr(bound.field, "width", ""),
    )
    if kind in ("select", "radios", "checkboxes"):
        control.id = f"id_{bound.html_name}"
        control.options = _options(bound, bound.value())
    elif kind == "checkbox":
        control.options = [Option("on", control.label, bool(bound.value()))]
    else:
        control.value = _text(bound, kind)
    taken = {"class", "type", "name", "id", "value", "required", "cols", "aria-describedby"}
    control.attributes = {
        k: ("" if v is True else str(v))
        for k, v in bound.field.widget_attrs(bound.field.widget).items()
        if k not in taken and v is not False
    } | {
        k: ("" if v is True else str(v))
        for k, v in bound.field.widget.attrs.items()
        if k not in taken and v is not False and v is not None
    }
    return control


SUMMARY_TITLE = T("提交内容有误，请更正", "There is a problem")
