"""A schema with answers and errors, ready to draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from guanggu.base.bilingual import T
from guanggu.base.errors import Problem
from guanggu.web.controls import Control, Option

from . import formats
from .checking import check, prune
from .decoding import ROWS_MAX, decode, without_blank_rows
from .nodes import Node, Schema, children_of, is_shown, words

SELECT_FROM = 7  # so many options or more are a list, fewer are buttons


class SchemaForm:
    """``SchemaForm(schema, data)`` to show; ``SchemaForm.from_post(schema, request.POST)`` to read.

    data: the answers as JSON, without those to hidden fields and without blank rows
    errors: messages by dotted path
    is_complete: nothing is wrong and nothing more is to be asked: act on ``data``
    is_redraw: a row was added or removed, or an answer opened further fields: show it again
    """

    def __init__(
        self,
        schema: Schema,
        data: Mapping[str, Any] | None = None,
        *,
        errors: Mapping[str, T] | None = None,
        prefix: str = "",
    ):
        self.schema = schema
        self.prefix = prefix
        self.tree = children_of(schema)
        self.drawn: dict[str, Any] = dict(data or {})
        self.data = prune(schema, without_blank_rows(self.tree, self.drawn))
        self.errors: dict[str, T] = dict(errors or {})
        self.is_redraw = False
        self.opened: list[T] = []

    @classmethod
    def from_post(
        cls,
        schema: Schema,
        post: QueryDict,
        *,
        prefix: str = "",
        context: Mapping[str, Any] | None = None,
    ) -> SchemaForm:
        """Read and check what was posted; never raises on what a visitor may send.

        context: answers of other pages of the same form, on which conditions here may hang.
        """
        read = decode(children_of(schema), post, prefix)
        form = cls(schema, {**(context or {}), **read}, prefix=prefix)
        if form._rows_pressed(post):
            form.is_redraw = True
            return form
        form.errors = check(schema, form.data)
        form._open_further(post)
        return form

    @property
    def is_complete(self) -> bool:
        return not self.errors and not self.is_redraw

    def add_problem(self, problem: Problem) -> None:
        """Show what an action found wrong, at its fields where it names them."""
        for path, text in problem.fields.items():
            self.errors[path.strip("/").replace("/", ".")] = text
        if not problem.fields:
            self.errors[""] = problem.message

    def _rows_pressed(self, post: QueryDict) -> bool:
        """Whether "add a row" or "remove" was pressed; carries it out on what is drawn."""
        added, removed = post.get(f"{self.prefix}_add", ""), post.get(f"{self.prefix}_remove", "")
        for node in (n for top in self.tree for n in top.walk() if n.kind == "rows"):
            holder = self._holder(node)
            rows = holder.get(node.name)
            rows = rows if isinstance(rows, list) else []
            if added == node.path:
                if len(rows) < int(node.schema.get("maxItems", ROWS_MAX)):
                    holder[node.name] = [*rows, {}]
                return True
            path, _, index = removed.rpartition(".")
            if path == node.path and index.isdecimal() and len(index) < 5:
                holder[node.name] = [row for i, row in enumerate(rows) if i != int(index)]
                return True
        return False

    def _holder(self, node: Node) -> dict[str, Any]:
        holder = self.drawn
        for part in node.path.split(".")[:-1]:
            inner = holder.get(part)
            if not isinstance(inner, dict):
                inner = holder[part] = {}
            holder = inner
        return holder

    def _open_further(self, post: QueryDict) -> None:
        """Fields that an answer has only now opened are asked, not yet blamed."""
        shown_before = post.get(f"{self.prefix}_shown")
        if shown_before is None:
            return
        before = set(shown_before.split())
        opened = [n for n in self._shown_nodes() if n.path not in before and n.kind != "section"]
        for node in opened:
            for path in [p for p in self.errors if p == node.path or p.startswith(f"{node.path}.")]:
                del self.errors[path]
        if opened and not self.errors:
            self.is_redraw = True
            self.opened = [n.label for n in opened]

    def _shown_nodes(self) -> list[Node]:
        def below(nodes: tuple[Node, ...]) -> list[Node]:
            found: list[Node] = []
            for node in nodes:
                if is_shown(node, self.data):
                    found.append(node)
                    found += below(node.children) if node.kind == "section" else []
            return found

        return below(self.tree)

    @property
    def shown(self) -> str:
        return " ".join(node.path for node in self._shown_nodes())

    def summary(self) -> list[tuple[str, T]]:
        """Pairs of anchor and message in the order of the page, for the error summary."""
        order: dict[str, str] = {}
        self._anchors(self.nodes(), order)
        listed = [(order[p], self.errors[p]) for p in order if p in self.errors]
        return listed + [("", m) for p, m in self.errors.items() if p not in order]

    def _anchors(self, nodes: list[dict[str, Any]], found: dict[str, str]) -> None:
        for node in nodes:
            if node["kind"] == "field":
                found[node["path"]] = node["control"].anchor
            elif node["kind"] == "section":
                self._anchors(node["nodes"], found)
            else:
                found[node["path"]] = node["id"]
                for row in node["rows"]:
                    for control, path in row["cells"]:
                        found[path] = control.anchor

    def nodes(self) -> list[dict[str, Any]]:
        """What to draw: ``kind`` field (control), section (title, nodes) or rows (columns, rows)."""
        return self._draw(self.tree, self.drawn)

    def _draw(self, nodes: tuple[Node, ...], data: Any) -> list[dict[str, Any]]:
        drawn: list[dict[str, Any]] = []
        data = data if isinstance(data, Mapping) else {}
        for node in nodes:
            if not is_shown(node, self.data):
                continue
            value = data.get(node.name)
            if node.kind == "section":
                inner = self._draw(node.children, value)
                drawn.append(
                    {"kind": "section", "title": node.label, "hint": node.help, "nodes": inner}
                )
            elif node.kind == "rows":
                drawn.append(self._draw_rows(node, value))
            else:
                control = self._control(node, value, node.path)
                drawn.append({"kind": "field", "path": node.path, "control": control})
        return drawn

    def _draw_rows(self, node: Node, value: Any) -> dict[str, Any]:
        given = (
            [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
        )
        least = max(1, min(int(node.schema.get("minItems", 1)), 10))
        given = given + [{}] * (least - len(given))
        rows = []
        for index, row in enumerate(given[:ROWS_MAX]):
            cells = []
            for child in node.children:
                path = child.path.replace("#", str(index))
                control = self._control(child, row.get(child.name), path)
                control.attributes["aria-label"] = f"{node.label} {index + 1} {child.label}"
                cells.append((control, path))
            rows.append({"number": index + 1, "cells": cells, "remove": f"{node.path}.{index}"})
        return {
            "kind": "rows",
            "id": self._id(node.path),
            "path": node.path,
            "title": node.label,
            "hint": node.help,
            "error": self.errors.get(node.path, ""),
            "columns": [(c.label, c.required) for c in node.children],
            "rows": rows,
            "count_name": f"{self.prefix}{node.path}._rows",
            "can_add": len(rows) < int(node.schema.get("maxItems", ROWS_MAX)),
        }

    def _id(self, path: str) -> str:
        return "f-" + (self.prefix + path).replace(".", "-")

    def _control(self, node: Node, value: Any, path: str) -> Control:
        widget = node.schema.get("x-widget", "")
        width = node.schema.get("x-width", "")
        control = Control(
            id=self._id(path),
            name=self.prefix + path,
            label=node.label,
            hint=node.help,
            error=self.errors.get(path, ""),
            required=node.required,
            unit=words(node.schema, "x-unit"),
            width=f"w-{width}" if width in (2, 5, 10, 20) else formats.WIDTHS.get(node.format, ""),
        )
        control.attributes = dict(formats.ATTRIBUTES.get(node.format, {}))
        if node.kind in ("choice", "choices", "boolean"):
            self._draw_choice(control, node, value, widget, "#" in node.path)
        else:
            control.kind = (
                "textarea"
                if widget == "textarea" or node.kind == "lines"
                else (
                    "number"
                    if node.type in ("integer", "number")
                    else formats.KINDS.get(node.format, "text")
                )
            )
            if node.type in ("integer", "number") and not control.width:
                control.width = "w-5"
            if isinstance(value, list):
                value = "\n".join(str(v) for v in value)
            control.value = "" if value is None or isinstance(value, Mapping) else str(value)
        return control

    def _draw_choice(
        self, control: Control, node: Node, value: Any, widget: str, is_cell: bool
    ) -> None:
        chosen = {str(v) for v in value} if isinstance(value, list) else {str(value)}
        if node.kind == "boolean":
            if widget == "checkbox" or node.schema.get("const") is True:
                control.kind = "checkbox"
                control.options = [Option("on", node.label, value is True)]
                return
            control.options = [
                Option("true", T("是", "Yes"), value is True),
                Option("false", T("否", "No"), value is False),
            ]
        else:
            control.options = [
                Option(str(c.value), c.label, str(c.value) in chosen) for c in node.choices
            ]
        if node.kind == "choices":
            control.kind = "checkboxes"
        elif is_cell or (
            widget != "radios" and (widget == "select" or len(node.choices) >= SELECT_FROM)
        ):
            control.kind = "select"
            control.options.insert(0, Option("", T("请选择", "Choose")))
        else:
            control.kind = "radios"
