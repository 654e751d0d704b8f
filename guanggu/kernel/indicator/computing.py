"""Computing an indicator from the lake, and explaining a figure down to the rows it is made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing, TooMany, Unavailable

from .door import LakeDoor, VisibleTables, lake_door
from .exact import exact
from .formulas import FORMULAS, Declared
from .models import Indicator, Revision
from .periods import kind_of
from .queries import revisions

ROWS_A_PAGE = 50
ROWS_MAX = 500  # of one explanation: who wants all of them asks the lake
PERIODS_MAX = 20_000
_NO_FORMULA = T(
    "该指标由人工填报，没有计算公式。", "This indicator is typed in; it has no formula."
)
_NO_ENGINE = T(
    "数据湖中尚无该公式所需的表：{}。待数据入湖后重新计算。",
    "The lake does not hold yet what the formula needs: {}. Compute again once it does.",
)
_TOO_MANY = T("公式产生的期别过多（超过 {} 个），请缩小范围。",
              "The formula gives too many periods (over {}); narrow it.")  # fmt: skip


@dataclass(frozen=True)
class Computed:
    """What a formula gave: (period, part, number, rows behind it) each, and where it came from."""

    values: list[tuple[str, str, Decimal | None, int]]
    provenance: dict[str, Any]


@dataclass(frozen=True)
class Explanation:
    """Where a figure comes from.

    definition: of the formula; revision: the figure as kept, None where there is none; now: what
    the same rows give at present; rows: of this page, with their ``columns``; count: all of them.
    """

    indicator: Indicator
    period: str
    dimension: str
    revision: Revision | None
    sql: str = ""
    tables: tuple[str, ...] = ()
    snapshot: str = ""
    now: Decimal | None = None
    columns: tuple[str, ...] = ()
    rows: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0
    page: int = 1
    problem: T | None = None

    @property
    def pages(self) -> int:
        return max(1, -(-min(self.count, ROWS_MAX) // ROWS_A_PAGE))

    @property
    def agrees(self) -> bool:
        """True where computing it again gives the figure that is kept."""
        return self.revision is not None and self.revision.number == self.now


def formula_of(indicator: Indicator) -> Declared:
    """Raises Missing where the indicator has none."""
    found = FORMULAS.get(indicator.formula)
    if found is None or found.rows is None:
        raise Missing(_NO_FORMULA)
    return found


def _rows(declared: Declared, tables: VisibleTables) -> Any:
    """The rows of the formula. Raises Unavailable where the lake has not got its tables."""
    assert declared.rows is not None
    try:
        made = declared.rows(tables)
    except (Missing, KeyError) as error:
        raise Unavailable(_NO_ENGINE.format(", ".join(tables.used) or declared.key)) from error
    except Exception as error:
        # ibis and the engine name a table that is not there by errors of several kinds.
        if type(error).__name__ in ("TableNotFound", "CatalogException", "IbisError"):
            raise Unavailable(_NO_ENGINE.format(str(error)[:120])) from error
        raise
    return made if "dimension" in made.columns else made.mutate(dimension=_empty())


def _empty() -> Any:
    import ibis

    return ibis.literal("")


def _figures(declared: Declared, rows: Any) -> Any:
    assert declared.value is not None
    return rows.group_by("period", "dimension").aggregate(
        value=declared.value(rows), rows=rows.count()
    )


def _sql(expression: Any) -> str:
    import ibis

    return str(ibis.to_sql(expression, dialect="duckdb"))


def rounded(number: Any, decimals: int) -> Decimal | None:
    """An engine's number as a decimal of the indicator's digits; None for what is no number."""
    if number is None:
        return None
    try:
        return exact(exact(number).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN))
    except ValueError:
        return None


def compute(indicator: Indicator, door: LakeDoor | None = None) -> Computed:
    """Evaluate the formula over the lake. Raises Missing, Unavailable, Invalid."""
    declared, door = formula_of(indicator), door or lake_door()
    snapshot = door.snapshot()
    tables = VisibleTables(door, door.ibis(), [])
    figures = _figures(declared, _rows(declared, tables))
    answer = door.query(figures.order_by("period", "dimension").limit(PERIODS_MAX + 1))
    told = answer.to_pylist()
    if len(told) > PERIODS_MAX:
        raise Invalid(_TOO_MANY.format(PERIODS_MAX))
    values = [
        (row["period"], row["dimension"] or "", rounded(row["value"], indicator.decimals),
         int(row["rows"]))
        for row in told
        if row["period"] is not None and _fits(row["period"], indicator.period)
    ]  # fmt: skip
    provenance = {
        "kind": "formula", "formula": declared.key, "sql": _sql(figures), "snapshot": snapshot,
        "tables": sorted(tables.used), "computed_at": clock.now().isoformat(),
    }  # fmt: skip
    return Computed(values, provenance)


def _fits(period: str, kind: str) -> bool:
    try:
        return kind_of(period) == kind
    except Invalid:
        return False


def explain(
    indicator: Indicator, period: str, *, dimension: str = "", page: int = 1,
    door: LakeDoor | None = None,
) -> Explanation:  # fmt: skip
    """The definition, the query and the rows behind one figure; see ``Explanation``.

    A figure typed in has its revisions only. Where the lake does not answer, ``problem`` says so.
    """
    known = revisions(indicator.key, period, dimension=dimension)
    last = known[-1] if known else None
    if indicator.formula not in FORMULAS:
        return Explanation(indicator, period, dimension, last)
    try:
        return _explained(indicator, period, dimension, last, page, door or lake_door())
    except (Unavailable, Invalid, TooMany) as problem:
        return Explanation(indicator, period, dimension, last, problem=problem.message)


def _explained(
    indicator: Indicator, period: str, dimension: str, last: Revision | None, page: int,
    door: LakeDoor,
) -> Explanation:  # fmt: skip
    declared = formula_of(indicator)
    tables = VisibleTables(door, door.ibis(), [])
    rows = _rows(declared, tables)
    rows = rows.filter((rows.period == period) & (rows.dimension == dimension))
    figure = _figures(declared, rows)
    told = door.query(figure).to_pylist()
    count = int(told[0]["rows"]) if told else 0
    page = min(max(1, page), max(1, -(-min(count, ROWS_MAX) // ROWS_A_PAGE)))
    shown = rows.drop("period", "dimension") if len(rows.columns) > 2 else rows
    found = door.query(
        shown.order_by(_order(shown.columns)).limit(ROWS_A_PAGE, offset=(page - 1) * ROWS_A_PAGE)
    )
    return Explanation(
        indicator, period, dimension, last, sql=_sql(figure), tables=tuple(sorted(tables.used)),
        snapshot=door.snapshot(),
        now=rounded(told[0]["value"], indicator.decimals) if told else None,
        columns=tuple(found.column_names), rows=found.to_pylist(), count=count, page=page,
    )  # fmt: skip


def _order(columns: Iterable[str]) -> list[str]:
    """A stable order, so that pages neither repeat nor leave out a row."""
    columns = list(columns)
    first: list[str] = [name for name in ("ref", "key", "id", "number") if name in columns]
    return first or columns[:4]
