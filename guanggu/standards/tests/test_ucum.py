"""Units as UCUM writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.standards import ucum

# From the examples of the specification's tables and of HL7's common UCUM codes.
GOOD = [
    "ug/m3", "mg/L", "m3/s", "L/s", "Cel", "[pH]", "uS/cm", "dB[SPL]", "%", "hPa", "kPa", "m/s",
    "deg", "10*3/mL", "nGy/h", "nSv/h", "{index}", "mg{N}/L", "kW.h", "m2.s-1", "/m", "1", "[NTU]",
    "(mg/L)/d", "mm[Hg]", "t/a", "MPa", "{tbl}", "10*-6", "mm", "umol/(m2.s)",
]  # fmt: skip
BAD = [
    "", "μg/m3", "ug/m³", "mg//L", "mg/", "(mg/L", "foo", "mg L", "0", "{x", "mg)", "kmin", "ug/m3/",
    "x" * 41, "..", "5%%", "-1",
]  # fmt: skip


@pytest.mark.parametrize("code", GOOD)
def test_codes_of_the_field_are_taken(code: str) -> None:
    assert ucum.is_valid(code)


@pytest.mark.parametrize("code", BAD)
def test_what_is_no_code_is_refused(code: str) -> None:
    assert not ucum.is_valid(code)


@given(st.text(max_size=50))
def test_no_text_brings_it_down(text: str) -> None:
    assert isinstance(ucum.is_valid(text), bool)
    assert isinstance(ucum.shown(text), str)


@given(st.lists(st.sampled_from(["mg", "L", "m3", "h", "kPa", "(m.s-1)"]), min_size=1, max_size=4))
def test_products_and_quotients_of_codes_are_codes(units: list[str]) -> None:
    assert ucum.is_valid("/".join(units))
    assert ucum.is_valid(".".join(units))


@pytest.mark.parametrize(
    ("code", "text"),
    [("ug/m3", "μg/m³"), ("mg/L", "mg/L"), ("Cel", "℃"), ("[pH]", ""), ("m3/s", "m³/s"),
     ("kW.h", "kW·h"), ("dB[SPL]", "dB"), ("uS/cm", "μS/cm"), ("m2.s-1", "m²·s⁻¹"), ("?", "?")],
)  # fmt: skip
def test_people_read_them_as_they_are_used_to(code: str, text: str) -> None:
    assert ucum.shown(code) == text
