"""The table of factor codes: whole, bilingual, and found by either edition's code."""

import pytest

from guanggu.standards.hj_212_codes import factor, factors, unit_sent


def test_every_code_has_a_name_in_both_languages():
    assert len(factors()) == 200
    assert sum(one.source == "HJ 212-2017" for one in factors().values()) == 196
    assert all(one.name.zh and one.name.en for one in factors().values())


@pytest.mark.parametrize(
    ("code", "kind", "name", "unit"),
    [
        ("w01018", "32", "化学需氧量", "mg/L"), ("011", "32", "化学需氧量", "mg/L"),
        ("001", "32", "pH值", "1"), ("01", "31", "烟尘", "mg/m3"), ("B02", "31", "废气流量", "m3/s"),
        ("B01", "32", "污水流量", "L/s"), ("a05024", "22", "臭氧", "ug/m3"),
        ("Leq", "23", "等效声级", "dB[A]"), ("w01014", "21", "电导率", "uS/cm"),
    ],
)  # fmt: skip
def test_codes_of_either_edition_are_found(code, kind, name, unit):
    found = factor(code, kind)
    assert (str(found.name), found.unit) == (name, unit)


def test_an_unknown_code_is_none():
    assert factor("x99999") is None
    assert unit_sent("x99999", "22") == ""


@pytest.mark.parametrize(
    ("code", "kind", "unit"),
    [
        ("a34004", "22", "ug/m3"),
        ("a21005", "22", "mg/m3"),
        ("a21026", "31", "mg/m3"),
        ("a01001", "22", "Cel"),
    ],
)
def test_ambient_air_is_sent_in_micrograms(code, kind, unit):
    assert unit_sent(code, kind) == unit
