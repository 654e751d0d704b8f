"""A lake of the test's own, filled from the test's database::

    def test_something(the_lake):
        make_some_cases()
        the_lake.take_in()
        assert the_lake.lake.query("SELECT count(*) AS n FROM case_cases")["n"].to_pylist() == [3]

The fixture stands in the suite's conftest. ``lake()`` of the process is this one meanwhile. Only tables that have rows, and those named to
``take_in``, are made: some 10 ms each.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guanggu.kernel.journal.public import Event

from .door import Lake, bind
from .intake import Intake, Taken
from .place import Place
from .sources import sources


class LakeForTests:
    """The lake beside its intake."""

    def __init__(self, folder: Path) -> None:
        self.place = Place.of(folder)
        self._intake: Intake | None = None
        self.lake = Lake(self.place)

    def take_in(self, *tables: str, fold: bool = False) -> Taken:
        """Everything that has happened; answers what the last step took in."""
        collections = {
            subject.partition("/")[0]
            for subject in Event.objects.values_list("subject", flat=True).distinct()
        }
        wanted = [
            n for n, s in sources().items()
            if s.collection in collections or n in tables or s.model._default_manager.exists()
        ]  # fmt: skip
        if self._intake is not None and set(wanted) - set(self._intake.known):
            self.close_intake()
        if self._intake is None:
            self._intake = Intake(self.place, only=wanted)
        taken = Taken(0, 0)
        while (step := self._intake.step()).events:
            taken = step
        if fold:
            self._intake.fold_due(everything=True)
        return taken

    @property
    def intake(self) -> Intake:
        """The writer; made by ``take_in``."""
        if self._intake is None:
            self.take_in()
        assert self._intake is not None
        return self._intake

    def close_intake(self) -> None:
        if self._intake is not None:
            self._intake.close()
            self._intake = None

    def close(self) -> None:
        self.lake.close()
        self.close_intake()


@contextmanager
def a_lake(folder: Path) -> Iterator[LakeForTests]:
    """Bound to ``lake()`` until the end."""
    made = LakeForTests(folder)
    bind(lambda: made.place)
    try:
        yield made
    finally:
        bind(None)
        made.close()
