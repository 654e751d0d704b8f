"""The matching engine: Splink on DuckDB, an optional part of the install (``guanggu[matching]``).

Fellegi and Sunter's model: how often a field agrees in two records of one entity (m) against two
records drawn at random (u). u is sampled with a fixed seed, m found by expectation maximisation
over the sources' own records, so that nothing has to be labelled. Imported only when asked: a
server without the engine says so and links by code alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable
from guanggu.kernel.connector.public import Absent, Access, Proof, declare_connector

from .rules import REVIEW, Compared, Likeness

SEED = 2017
TRAINING_PAIRS_MAX = 2_000_000
COMPARED = ("name", "address", "representative", "phone")
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


def train(rows: Iterable[Compared]) -> dict[str, Any]:
    """Learn m and u from the sources' records; answers the model as JSON. Raises Unavailable."""
    linker = _linker(rows, _settings())
    from splink import block_on

    training = linker.training
    sure = [block_on("name", "representative"), block_on("phone", "representative"),
            block_on("name", "address")]  # fmt: skip
    training.estimate_probability_two_random_records_match(sure, recall=0.85)
    training.estimate_u_using_random_sampling(max_pairs=TRAINING_PAIRS_MAX, seed=SEED)
    for held in (("phone",), ("name",), ("representative", "address")):
        training.estimate_parameters_using_expectation_maximisation(block_on(*held))
    return linker.misc.save_model_to_json()


def find_pairs(rows: Iterable[Compared], model: Mapping[str, Any]) -> list[Likeness]:
    """Pairs of entities that may be the same: the best of their records' likenesses."""
    linker = _linker(rows, dict(model))
    predicted = linker.inference.predict(threshold_match_probability=REVIEW / 2)
    best: dict[tuple[str, str], Likeness] = {}
    for found in predicted.as_record_list():
        left, right = sorted((found["entity_l"], found["entity_r"]))
        known = best.get((left, right))
        if known is None or found["match_weight"] > known.weight_bits:
            best[left, right] = Likeness(
                left, right, found["match_probability"], found["match_weight"],
                found["gamma_name"] >= NAME_AGREES_FROM,
                {name: str(found[f"gamma_{name}"]) for name in COMPARED},
            )  # fmt: skip
    return list(best.values())


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
    import splink.comparison_library as compare
    from splink import SettingsCreator
    from splink.blocking_rule_library import CustomRule

    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.JaroWinklerAtThresholds("name", [0.93, 0.85]),
            compare.JaroWinklerAtThresholds("address", [0.95, 0.88]),
            compare.LevenshteinAtThresholds("representative", [1]),
            compare.ExactMatch("phone"),
        ],
        blocking_rules_to_generate_predictions=[CustomRule(rule + _APART) for rule in _BLOCKS],
        retain_matching_columns=True,
        additional_columns_to_retain=["entity"],
    )


def _linker(rows: Iterable[Compared], settings: Any) -> Any:
    if not engine().is_ready:
        raise Unavailable(ABSENT, code="matching_absent")
    import duckdb
    import pyarrow
    from splink import DuckDBAPI, Linker

    for name in logging.root.manager.loggerDict:
        if name.startswith("splink"):
            logging.getLogger(name).setLevel(logging.ERROR)
    columns: dict[str, list[Any]] = {
        name: [] for name in ("unique_id", "entity", "has_code", *COMPARED)
    }
    for number, row in enumerate(rows):
        columns["unique_id"].append(number)
        columns["entity"].append(row.entity)
        columns["has_code"].append(row.has_code)
        for name in COMPARED:
            columns[name].append(row.values.get(name))
    quiet = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    database = DuckDBAPI(connection=duckdb.connect(":memory:", config=quiet))
    return Linker(database.register(_table(pyarrow, columns)), settings)


def _table(pyarrow: Any, columns: dict[str, list[Any]]) -> Any:
    text = {name: pyarrow.array(columns[name], pyarrow.string()) for name in COMPARED}
    return pyarrow.table(
        {
            "unique_id": columns["unique_id"],
            "entity": pyarrow.array(columns["entity"], pyarrow.string()),
            "has_code": pyarrow.array(columns["has_code"], pyarrow.bool_()),
            **text,
        }
    )
