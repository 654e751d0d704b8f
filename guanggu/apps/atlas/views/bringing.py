"""Bringing in a layer, its page, and taking layers away as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Missing
from guanggu.kernel.document.public import read_upload
from guanggu.kernel.feature.public import named_layer
from guanggu.kernel.identity.public import actor_of, get, may_reach
from guanggu.web.maps import map_view

from ..actions import publish_layer, remove_layer, take_in, withdraw_layer
from ..models import UserLayer
from ..queries import CHANGE_LAYERS, VIEW_LAYERS, features_of, may_bring_in, may_publish
from ..rules.words import ALL_LAYERS as ALL
from ..rules.words import COLOURS, FORMATS, LAYERS_MAX, SYSTEMS

TITLE = T("导入图层", "Bring in a layer")
_MAP = (T("一张图", "Map"), "/atlas/")
_ONLY = T("文件中唯一的图层", "The only one in the file")
_EVERY = T("全部图层（各成一个图层）", "All of them, each as a layer")
_MAY_NOT = T("导入图层须由工作人员办理。", "Officials bring in layers.")
_NO_LAYER = T("没有这个图层，或您无权查看。", "No such layer, or none that you may see.")
_FORMAT = T("请选择导出格式和坐标系。", "Choose a format and a reference system.")
TYPES = {
    "geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3",
    "shp": "application/zip", "csv": "text/csv; charset=utf-8",
}  # fmt: skip


class LayerForm(forms.Form):
    name = forms.CharField(label=T("图层名称", "Name"), max_length=80)
    description = forms.CharField(label=T("说明", "Description"), max_length=400, required=False)
    colour = forms.ChoiceField(label=T("颜色", "Colour"), choices=list(COLOURS.items()))
    is_gcj_02 = forms.BooleanField(
        label=T("坐标为 GCJ-02（互联网电子地图），导入时纠正", "Places are GCJ-02 (public web maps): put them right"),
        required=False,
    )  # fmt: skip
    layer = forms.ChoiceField(
        label=T("图层", "Layer"),
        required=False,
        help_text=T(
            "文件含多个图层时选择；单图层文件无需选择。",
            "Where the file holds several; a file with one needs no choice.",
        ),
    )
    file = forms.FileField(
        label=T("文件", "File"),
        help_text=T(
            "GeoJSON、CSV、GeoPackage、KML，或打包为 ZIP 的 Shapefile；最多 20,000 个要素、50 MB。",
            "GeoJSON, CSV, GeoPackage, KML, or a Shapefile in a ZIP; at most 20,000 features, 50 MB.",
        ),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        # What an answer to a file with several layers offers, and what is sent back of it.
        self.offer([str(name) for name in self.data.getlist("layer_names")[:LAYERS_MAX]]
                   if self.data else [])  # fmt: skip

    def offer(self, names: list[str]) -> None:
        """Let one of these layers be chosen, or all."""
        self.layer_names = names
        chosen = self.data.get("layer", "") if self.data else ""
        kept = [chosen] if chosen and chosen not in (*names, ALL) else []
        self.fields["layer"].choices = [  # type: ignore[attr-defined]
            ("", _ONLY), (ALL, _EVERY), *((name, name) for name in (*names, *kept)),
        ]  # fmt: skip


def _taken_in(request: HttpRequest, form: LayerForm) -> list[dict[str, Any]]:
    """Read, judge and take in the file of the form; answers what came of each layer.

    Of several layers those that can be taken in are, and the others are told by their name.
    Raises Invalid where none can.
    """
    import shapely

    from guanggu.standards.gcj_02 import from_gcj_02

    from ..rules.judging import Read, judge
    from ..rules.reading import read_layers

    given = form.cleaned_data
    upload = given["file"]
    told: list[dict[str, Any]] = []
    problems: list[tuple[str, Invalid]] = []
    for file in read_layers(upload.name, read_upload(upload), given["layer"]):
        found = file.features
        if given["is_gcj_02"]:
            found = [
                Read(r.number, r.geometry and shapely.transform(r.geometry, from_gcj_02),
                     r.properties, r.trouble)
                for r in found
            ]  # fmt: skip
        judged = judge(found)
        is_one = not file.layer or given["layer"] not in ("", ALL)
        name = given["name"] if is_one else f"{given['name']} {file.layer}"[:80]
        try:
            told.append(take_in(
                actor_of(request), name=name, description=given["description"],
                colour=given["colour"], taken=judged.taken, refused=judged.refused,
                file_name=Path(upload.name).name,
                file_crs="GCJ-02" if given["is_gcj_02"] else file.crs,
            ))  # fmt: skip
        except Invalid as problem:
            problems.append((file.layer, problem))
    if problems and not told:
        raise problems[0][1]
    for layer, problem in problems:
        reason = next(iter(problem.fields.values()), problem.message)
        text = T("图层“{}”未导入：{}", "The layer “{}” was not taken in: {}")
        messages.warning(request, str(text.format(layer, reason)))
    return told


@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """GET and POST /atlas/import/"""
    if not may_bring_in(actor_of(request)):
        raise Forbidden(_MAY_NOT)
    form = LayerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            told = _taken_in(request, form)
        except Invalid as problem:
            form.offer(getattr(problem, "names", []) or form.layer_names)
            for name, text in problem.fields.items():
                form.add_error(name if name in form.fields else None, str(text))
        else:
            taken, refused = (sum(one[n] for one in told) for n in ("taken", "refused"))
            text = T("已导入 {} 个要素，未导入 {} 个。", "{} features taken in, {} left out.")
            if len(told) > 1:
                text = T("{} 个图层", "{} layers: ").format(len(told)) + text
            messages.success(request, str(text.format(taken, refused)))
            if len(told) > 1:
                return redirect("/atlas/user_layers/")
            return redirect("atlas:layer", key=told[0]["layer"])
    context = {
        "title": TITLE, "form": form, "crumbs": [_MAP, (TITLE, "")],
        "layer_names": form.layer_names,
    }  # fmt: skip
    return render(request, "atlas/import.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def layer_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /atlas/layers/<key>/; POST ``do``: publish, withdraw or remove."""
    actor = actor_of(request)
    layer = get(actor, UserLayer, VIEW_LAYERS, key=key)
    if request.method == "POST":
        wanted = request.POST.get("do")
        once = request.POST.get("request_key", "")[:64] or None
        if wanted == "remove":
            remove_layer(actor, key=once, layer=key)
            messages.success(request, str(T("图层已删除。", "The layer is removed.")))
            return redirect("atlas:map")
        act = publish_layer if wanted == "publish" else withdraw_layer
        act(actor, key=once, layer=key)
        return redirect("atlas:layer", key=key)
    title = T(layer.name, layer.name_en or layer.name)
    context = {
        "title": title, "layer": layer,
        "view": map_view(actor, title, [key]),
        "refused": [(number, T(zh, en)) for number, zh, en in layer.refused],
        "may_publish": may_publish(actor), "may_change": may_reach(actor, layer, CHANGE_LAYERS),
        "formats": FORMATS, "systems": SYSTEMS, "crumbs": [_MAP, (title, "")],
    }  # fmt: skip
    return render(request, "atlas/layer.html", context)


@require_safe
def export(request: HttpRequest, key: str) -> HttpResponse:
    """GET /atlas/export/<layer>/?format=…&crs=…"""
    from ..rules.writing import write

    actor = actor_of(request)
    layer = named_layer(key)
    if layer is None or not layer.is_open_to(actor):
        raise Missing(_NO_LAYER)
    kind, system = request.GET.get("format", "geojson"), request.GET.get("crs", "4490")
    if kind not in FORMATS or system not in SYSTEMS:
        raise Invalid(_FORMAT, fields={"format": _FORMAT})
    rows = [(f.key, f.geometry, f.properties) for f in features_of(actor, layer)]
    if not rows:
        raise Missing(_NO_LAYER)
    response = HttpResponse(write(rows, kind, system), content_type=TYPES[kind])
    ending = {"shp": "zip"}.get(kind, kind)
    name = f"{layer.title}-{system}.{ending}"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
