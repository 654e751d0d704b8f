"""A text in two languages where Django treats it as its own."""

from __future__ import annotations

from guanggu.base.bilingual import T


def test_a_message_takes_the_values_of_a_validator_and_keeps_a_percent_sign():
    assert (T("至少 {n} 项", "at least") % {"value": "x"}).zh == "至少 {n} 项"
    assert (T("提高 5%", "by 5%") % {"value": "x"}).en == "by 5%"
    filled = T("“%(value)s”有误", "%(value)s is wrong") % {"value": "甲"}
    assert (filled.zh, filled.en) == ("“甲”有误", "甲 is wrong")
