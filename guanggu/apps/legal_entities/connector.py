"""The matching engine: Splink on DuckDB, an optional part of the install (``guanggu[matching]``).

Fellegi and Sunter's model: how often a field agrees in two records of one entity (m) against two
records drawn at random (u). u is sampled with a fixed seed, m found by expectation maximisation
over the sources' own records, so that nothing has to be labelled. Imported only when asked: a
server without the engine says so and links by code alone.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable
from guanggu.kernel.connector.public import Absent, Access, Proof, declare_connector

from .rules import REVIEW, Compared, Likeness, byte_a_character

SEED = 2017
TRAINING_PAIRS_MAX = 2_000_000
COMPARED = ("name", "address", "representative", "phone")
LETTERED = ("name", "address", "representative")  # compared by degrees as well
MEMORY = "2GB"  # of the engine; what does not fit goes to the disk
PAIRS_A_FETCH = 50_000
NAME_AGREES_FROM = 2  # levels of the name: 3 the same, 2 alike but for a slip, 1 near, 0 other

# Two source records are compared where one of these holds, they belong to two entities, and not
# both of these have a good code.
_BLOCKS = (
    "l.phone = r.phone",
    "l.name = r.name",
    "l.address = r.address",
    "l.representative = r.representative AND substr(l.name, 1, 2) = substr(r.name, 1, 2)",
    "l.representative = r.representative AND substr(l.address, 1, 6) = substr(r.address, 1, 6)",
    "substr(l.name, 1, 4) = substr(r.name, 1, 4) AND substr(l.address, 1, 4) = substr(r.address, 1, 4)",
)
_APART = " AND l.entity <> r.entity AND NOT (l.has_code AND r.has_code)"

ABSENT = T(
    "匹配引擎未安装：目前只按统一社会信用代码归并。安装可选组件 guanggu[matching] 后即可使用模糊匹配。",
    "The matching engine is not installed: records are joined by code alone. "
    "Install the optional part guanggu[matching] to match by likeness.",
)


@dataclass(frozen=True, slots=True)
class Engine:
    """What stands ready; both versions are empty where it is not installed."""

    splink: str
    duckdb: str

    @property
    def is_ready(self) -> bool:
        return bool(self.splink and self.duckdb)


def engine() -> Engine:
    """Which engine is installed, without importing it."""
    return Engine(_version("splink"), _version("duckdb"))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _prove(access: Access) -> Proof:
    found = engine()
    if not found.is_ready:
        raise Absent(ABSENT)
    return Proof(
        f"splink {found.splink}, duckdb {found.duckdb}",
        T("随时可以匹配", "Ready to match"),
    )


declare_connector(
    "legal_entities.matching", T("法人匹配引擎", "Matching of legal entities"), "library",
    check=_prove,
    help=T(
        "按名称、地址、负责人和电话的相似程度找出同一法人的不同记录。",
        "Finds records of one legal entity by how alike name, address, head and telephone are.",
    ),
)  # fmt: skip


def prepare(rows: Iterable[Compared]) -> Any:
    """The records as a table of Arrow, which learning and finding share. Raises Unavailable.

    A million records take a tenth of what they take as Python's objects.
    """
    _require_engine()
    import pyarrow

    texts = ("entity", *COMPARED, *(f"{name}_letters" for name in LETTERED))
    columns: dict[str, list[Any]] = {name: [] for name in ("unique_id", "has_code", *texts)}
    for number, row in enumerate(rows):
        columns["unique_id"].append(number)
        columns["entity"].append(row.entity)
        columns["has_code"].append(row.has_code)
        for name in COMPARED:
            columns[name].append(row.values.get(name))
        for name in LETTERED:
            value = row.values.get(name)
            columns[f"{name}_letters"].append(value and byte_a_character(value))
    text = {name: pyarrow.array(columns[name], pyarrow.string()) for name in texts}
    has_code = pyarrow.array(columns["has_code"], pyarrow.bool_())
    return pyarrow.table({"unique_id": columns["unique_id"], "has_code": has_code, **text})


def train(rows: Any) -> dict[str, Any]:
    """Learn m and u from the sources' records; answers the model as JSON. Raises Unavailable.

    rows: records as ``Compared``, or the table that ``prepare`` made of them.
    """
    with _linker(rows, _settings) as (linker, _):
        from splink import block_on

        training = linker.training
        sure = [block_on("name", "representative"), block_on("phone", "representative"),
                block_on("name", "address")]  # fmt: skip
        training.estimate_probability_two_random_records_match(sure, recall=0.85)
        training.estimate_u_using_random_sampling(max_pairs=TRAINING_PAIRS_MAX, seed=SEED)
        for held in (("phone",), ("name",), ("representative", "address")):
            training.estimate_parameters_using_expectation_maximisation(block_on(*held))
        model: dict[str, Any] = linker.misc.save_model_to_json()
    return model


def find_pairs(rows: Any, model: Mapping[str, Any]) -> list[Likeness]:
    """Pairs of entities that may be the same: the best of their records' likenesses."""
    with _linker(rows, lambda: dict(model)) as (linker, connection):
        predicted = linker.inference.predict(threshold_match_probability=REVIEW / 2)
        # The best of each two entities is chosen by the engine, before anything is an object here.
        weighed = ", ".join(f"gamma_{name}" for name in COMPARED)
        best = connection.execute(
            f"""SELECT DISTINCT ON (l, r) least(entity_l, entity_r) AS l,
                       greatest(entity_l, entity_r) AS r, match_probability, match_weight, {weighed}
                FROM {predicted.physical_name} ORDER BY l, r, match_weight DESC"""
        )
        found: list[Likeness] = []
        while rows_found := best.fetchmany(PAIRS_A_FETCH):
            found += (_likeness(*row) for row in rows_found)
    return found


def _likeness(left: str, right: str, probability: float, bits: float, *gammas: int) -> Likeness:
    agrees = gammas[COMPARED.index("name")] >= NAME_AGREES_FROM
    return Likeness(left, right, probability, bits, agrees, _evidence(gammas))


@cache
def _evidence(gammas: tuple[int, ...]) -> Mapping[str, str]:
    """Levels by field; pairs by the hundred thousand share a few dozen of them."""
    return MappingProxyType(
        {name: str(level) for name, level in zip(COMPARED, gammas, strict=True)}
    )


def levels_of(model: Mapping[str, Any]) -> list[tuple[str, str, float, float]]:
    """(field, level, m, u) of a trained model, for the page that shows it."""
    levels = []
    for comparison in model.get("comparisons", ()):
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                name, label = comparison["output_column_name"], level["label_for_charts"]
                m, u = level.get("m_probability"), level.get("u_probability")
                levels.append((name, label, float(m or 0), float(u or 0)))
    return levels


def _settings() -> Any:
    import splink.comparison_level_library as level
    import splink.comparison_library as compare
    from splink import SettingsCreator
    from splink.blocking_rule_library import CustomRule

    def comparison(name: str, *near: Any) -> Any:
        """The same; then alike by degrees, counted in characters; else another."""
        levels = [level.NullLevel(name), level.ExactMatchLevel(name), *near, level.ElseLevel()]
        return compare.CustomComparison(output_column_name=name, comparison_levels=levels)

    def jaro_winkler(name: str, least: float) -> Any:
        return level.JaroWinklerLevel(f"{name}_letters", least)

    def one_slip(name: str) -> Any:
        return level.DamerauLevenshteinLevel(f"{name}_letters", 1)

    # One slip in two or three characters of a name says little: JaroWinkler alone asks for more.
    long_name = level.CustomLevel("length(name_l) >= 4 AND length(name_r) >= 4")
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            comparison(
                "name",
                level.Or(level.And(long_name, one_slip("name")), jaro_winkler("name", 0.93)),
                jaro_winkler("name", 0.85),
            ),
            comparison("address", jaro_winkler("address", 0.95), jaro_winkler("address", 0.88)),
            comparison("representative", one_slip("representative")),
            compare.ExactMatch("phone"),
        ],
        blocking_rules_to_generate_predictions=[CustomRule(rule + _APART) for rule in _BLOCKS],
        retain_matching_columns=True,
        additional_columns_to_retain=["entity"],
    )


def _require_engine() -> None:
    if not engine().is_ready:
        raise Unavailable(ABSENT, code="matching_absent")


@contextmanager
def _linker(rows: Any, settings: Callable[[], Any]) -> Iterator[tuple[Any, Any]]:
    """Splink over an engine of its own, which keeps to its share of memory and then uses the disk."""
    _require_engine()
    import duckdb
    import pyarrow
    from splink import DuckDBAPI, Linker

    for name in logging.root.manager.loggerDict:
        if name.startswith("splink"):
            logging.getLogger(name).setLevel(logging.ERROR)
    table = rows if isinstance(rows, pyarrow.Table) else prepare(rows)
    with tempfile.TemporaryDirectory(prefix="guanggu-matching-") as scratch:
        options = {
            "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
            "memory_limit": MEMORY, "temp_directory": scratch,
        }  # fmt: skip
        with duckdb.connect(":memory:", config=options) as connection:
            connection.execute("SET enable_progress_bar = false")
            database = DuckDBAPI(connection=connection)
            yield Linker(database.register(table), settings()), connection
