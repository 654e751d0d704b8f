"""Who counts as legal representative, and where an application may be led back to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.sign_in.rules import FINDINGS, address_error, addresses_error, finding_of

FIRM = {"status": "active", "legal_representative": "李明", "phone": "138-0000-0001"}


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({}, ""),
        ({"phone": "+86 13800000001"}, ""),
        ({"legal_representative": "李 明"}, ""),
        ({"legal_representative": "王明"}, "name"),
        ({"legal_representative": ""}, "name"),
        ({"phone": "027-87654321"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"phone": None}, "phone"),
        ({"status": "deregistered"}, "inactive"),
        ({"status": "revoked"}, "inactive"),
    ],
)
def test_a_firm_is_bound_at_once_only_where_name_and_telephone_agree(changes, finding):
    assert finding_of(FIRM | changes, "李明", "13800000001") == finding
    assert finding in FINDINGS


def test_a_firm_that_the_register_does_not_hold_is_for_an_official():
    assert finding_of(None, "李明", "13800000001") == "unknown"


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("https://app.example.cn/callback", True),
        ("https://app.example.cn:8443/c?tenant=1", True),
        ("http://127.0.0.1:9000/c", True),
        ("http://app.example.cn/c", False),
        ("https://*.example.cn/c", False),
        ("https://app.example.cn/c#part", False),
        ("https://user@app.example.cn/c", False),
        ("javascript:alert(1)", False),
        ("app.example.cn/c", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_an_address_is_whole_and_by_https(address, fits):
    assert (address_error(address, is_production=False) is None) == fits


def test_in_production_not_even_this_machine_is_answered_in_the_clear():
    assert address_error("http://localhost/c", is_production=True) is not None


@given(st.text(max_size=60))
def test_no_text_breaks_the_check_of_an_address(text):
    error = address_error(text, is_production=True)
    assert error is None or error.en


def test_an_application_has_one_to_ten_addresses():
    assert addresses_error([], False) is not None
    assert addresses_error([f"https://a.cn/{n}" for n in range(11)], False) is not None
    assert addresses_error(["https://a.cn/"], False) is None
