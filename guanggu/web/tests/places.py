"""A small register to try the generic screens on: public places and who keeps them."""

from __future__ import annotations

from django.db import models

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import permission
from guanggu.kernel.register.public import Record, Register, Section

VIEW = permission(
    "places.view", scope=lambda actor: actor.kind == "official" or models.Q(is_open=True)
)
CHANGE = permission("places.change", scope=lambda actor: actor.has("keep_places"))
KINDS = [("park", T("公园", "Park")), ("hall", T("场馆", "Hall"))]


class Place(Record):
    collection = "places"

    name = models.CharField(T("名称", "Name"), max_length=80)
    kind = models.CharField(T("类别", "Kind"), max_length=8, choices=KINDS)
    seats = models.PositiveIntegerField(T("座位数", "Seats"), null=True, blank=True)
    opened_on = models.DateField(T("开放日期", "Opened"), null=True, blank=True)
    is_open = models.BooleanField(T("对外开放", "Open to all"), default=True)
    near = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=T("邻近场所", "Near")
    )
    remarks = models.TextField(T("备注", "Remarks"), blank=True)

    class Meta:
        app_label = "web"
        managed = False
        db_table = "web_test_place"


def check(place: Place) -> None:
    """A hall without seats is no hall."""
    if place.kind == "hall" and not place.seats:
        raise Invalid(
            T("填写内容有误", "Mend the entries"),
            fields={"seats": T("场馆须填写座位数。", "Enter the seats of a hall.")},
        )


def number(place: Place) -> str:
    return f"P-{Place.objects.count() + 1:04}"


PLACES = Register(
    model=Place,
    title=T("公共场所", "Public places"),
    one=T("公共场所", "Public place"),
    view=VIEW,
    change=CHANGE,
    columns=("key", "name", "kind", "seats", "opened_on"),
    filters=("kind", "is_open", "opened_on", "near"),
    sections=(
        Section(T("基本信息", "Details"), ("name", "kind", "seats", "opened_on")),
        Section(T("管理", "Keeping"), ("is_open", "near", "remarks")),
    ),
    search=("key", "name"),
    scopes=lambda place: ("public",) if place.is_open else ("staff",),
    check=check,
    new_key=number,
)
KEEPER = Actor(1, "accounts/keeper", "李敏", "official", post=1, roles=frozenset({"keep_places"}))
