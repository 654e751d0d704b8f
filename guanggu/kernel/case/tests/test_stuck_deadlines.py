"""A deadline that cannot be kept just now holds up no other, and is tried again."""

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.case import deadlines


def test_stuck_rows_do_not_hold_up_the_others(monkeypatch, caplog):
    monkeypatch.setattr(deadlines, "BATCH", 2)
    seen = []

    def run(pk):
        seen.append(pk)
        if pk in (1, 2, 4):
            raise Invalid(T("次年节假日尚未公布", "next year is not announced"))

    assert deadlines._each([1, 2, 3, 4, 5, 6], run) == 2
    assert seen == [1, 2, 3, 4, 5]
    assert caplog.text.count("could not be kept") == 1


def test_a_sweep_ends_so_that_others_get_their_turn(monkeypatch):
    monkeypatch.setattr(deadlines, "BATCH", 3)
    seen = []
    assert deadlines._each(range(10), seen.append) == 3
    assert seen == [0, 1, 2]
