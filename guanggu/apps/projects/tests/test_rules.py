"""Rules of projects by table and by property."""

from __future__ import annotations

import io
import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.projects.rules.gantt import Bar, mark_of, scale_of
from guanggu.apps.projects.rules.inventing import corners, invent
from guanggu.apps.projects.rules.investing import year_of
from guanggu.apps.projects.rules.photos import NotAPhoto, without_traces
from guanggu.apps.projects.rules.places import distance_m, is_place
from guanggu.apps.projects.rules.stages import (
    PIPELINE,
    Standing,
    Step,
    days_late,
    is_forward,
    missing_for,
    next_stages,
    planned_progress,
    progress,
    requirements,
)
from guanggu.apps.projects.rules.warning import (
    SHIPPED,
    Facts,
    Permit,
    Rule,
    evaluate,
    last_due_month,
    months_due,
    report_due_on,
    rule_words,
)
from guanggu.apps.projects.rules.words import STAGES, WARNING_KINDS

TODAY = date(2026, 6, 10)
RULES = [
    Rule(kind, level, limit)
    for kind, yellow, red in SHIPPED
    for level, limit in (("yellow", yellow), ("red", red))
]
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
FULL = Standing("reserve", has_owner=True, has_lead=True, has_investment=True, has_code=True,
                has_parcel=True)  # fmt: skip


def test_a_project_goes_one_stage_on_one_back_or_out():
    assert next_stages("reserve") == ["preparation", "stopped"]
    assert next_stages("construction") == ["completion", "commencement", "stopped"]
    assert next_stages("production") == ["completion"]
    assert next_stages("stopped") == ["reserve", "preparation"]
    for stage in STAGES:
        assert stage not in next_stages(stage)


@pytest.mark.parametrize(("stage", "to", "kinds"), [
    ("preparation", "commencement", {"approval", "construction_permit"}),
    ("commencement", "construction", {"start"}),
    ("construction", "completion", {"completion"}),
    ("completion", "production", {"production"}),
])  # fmt: skip
def test_a_stage_is_entered_only_by_the_milestones_that_make_it(stage, to, kinds):
    from dataclasses import replace

    standing = replace(FULL, stage=stage)
    assert len(missing_for(standing, to)) == len(kinds)
    assert missing_for(replace(standing, reached=kinds), to) == []
    assert missing_for(standing, "stopped") == []


def test_a_project_without_code_or_parcel_does_not_start():
    bare = Standing("preparation", has_owner=True, has_lead=True, has_investment=True,
                    reached={"approval", "construction_permit"})  # fmt: skip
    words = [w.zh for w in missing_for(bare, "commencement")]
    assert words == ["填写项目代码", "划定用地范围"]
    assert len(requirements()) == len(PIPELINE) - 1
    assert is_forward("reserve", "preparation")
    assert not is_forward("reserve", "commencement")


@given(
    st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS), st.integers(1, 100)), max_size=12), DAYS
)
def test_progress_is_a_share_and_what_is_due_only_grows(rows, on):
    steps = [Step("other", planned, actual_on=actual, weight=w) for planned, actual, w in rows]
    assert 0 <= progress(steps) <= 1
    assert planned_progress(steps, on) <= planned_progress(steps, on + timedelta(days=400))
    if rows and all(actual for _, actual, _ in rows):
        assert progress(steps) == 1


def test_lateness_counts_from_the_plan_to_what_is_known():
    plan = date(2026, 6, 1)
    assert days_late(Step("start", plan), TODAY) == 9
    assert days_late(Step("start", plan, actual_on=date(2026, 6, 4)), TODAY) == 3
    assert days_late(Step("start", date(2026, 7, 1), date(2026, 7, 21)), TODAY) == 20
    assert days_late(Step("start", date(2026, 7, 1)), TODAY) == 0
    assert days_late(Step("start", None), TODAY) == 0


MONEY = st.decimals(0, 10**6, places=2)


@given(st.lists(MONEY, min_size=12, max_size=12), st.lists(MONEY, min_size=12, max_size=12),
       st.integers(1, 12))  # fmt: skip
def test_a_years_figures_are_sums_of_its_months(plan, done, until):
    months = [date(2026, m, 1) for m in range(1, 13)]
    year = year_of(dict(zip(months, plan, strict=True)), dict(zip(months, done, strict=True)),
                   date(2026, until, 1))  # fmt: skip
    assert year.plan == sum(plan)
    assert (year.path, year.done) == (sum(plan[:until]), sum(done[:until]))
    assert list(year.planned) == list(itertools.accumulate(plan))
    assert [v for v in year.reached if v is not None] == list(itertools.accumulate(done[:until]))
    assert (year.rate is None) == (year.plan == 0)


def test_money_of_other_years_does_not_count():
    year = year_of({date(2025, 12, 1): Decimal(5)}, {date(2025, 12, 1): Decimal(5)}, TODAY)
    assert (year.plan, year.done, year.rate, year.on_path) == (0, 0, None, None)


@pytest.mark.parametrize(("on", "month"), [
    (date(2026, 6, 5), date(2026, 4, 1)), (date(2026, 6, 6), date(2026, 5, 1)),
    (date(2026, 1, 3), date(2025, 11, 1)), (date(2026, 1, 6), date(2025, 12, 1)),
])  # fmt: skip
def test_a_report_is_due_on_the_fifth_of_the_next_month(on, month):
    assert last_due_month(on) == month
    assert report_due_on(date(2026, 12, 1)) == date(2027, 1, 5)
    assert months_due(date(2025, 11, 1), on)[-1] == month


def found(**facts):
    return {(f.kind, f.cause): f for f in evaluate(Facts(TODAY, **facts), RULES)}


@pytest.mark.parametrize(("planned", "forecast", "kind", "level", "measured"), [
    (date(2026, 6, 9), None, "milestone_late", "yellow", 1),
    (date(2026, 5, 11), None, "milestone_late", "red", 30),
    (date(2026, 5, 12), None, "milestone_late", "yellow", 29),
    (date(2026, 7, 1), date(2026, 7, 16), "forecast_late", "yellow", 15),
    (date(2026, 7, 1), date(2026, 8, 30), "forecast_late", "red", 60),
    (date(2026, 7, 1), date(2026, 7, 15), None, None, None),
    (date(2026, 6, 10), None, None, None, None),
])  # fmt: skip
def test_milestones_warn_at_their_limits(planned, forecast, kind, level, measured):
    warned = found(steps=[("m", Step("topping_out", planned, forecast))])
    if kind is None:
        assert warned == {}
    else:
        finding = warned[kind, "m"]
        assert (finding.level, finding.measured) == (level, measured)


@pytest.mark.parametrize(("done", "judged", "level"), [
    (Decimal(450), 5, None), (Decimal(449), 5, "yellow"), (Decimal(349), 5, "red"),
    (Decimal(0), 1, None),
])  # fmt: skip
def test_investment_warns_below_its_path(done, judged, level):
    months = {date(2026, m, 1): Decimal(100) for m in range(1, 13)}
    year = year_of(months, {date(2026, 5, 1): done}, date(2026, 5, 1))
    warned = found(year=year, months_judged=judged)
    assert {f.level for f in warned.values()} == ({level} if level else set())
    if level:
        assert "500" in warned["investment_behind", "2026"].text.zh


def test_missing_reports_and_stuck_permits_warn():
    warned = found(
        months_missing=[date(2026, 4, 1), date(2026, 5, 1)],
        permits=[Permit("a", "施工许可", date(2026, 6, 1), False),
                 Permit("b", "用地许可", date(2026, 5, 1), True),
                 Permit("c", "环评", date(2026, 5, 1), False)],
    )  # fmt: skip
    assert {key: f.level for key, f in warned.items()} == {
        ("report_missing", "2026-04"): "red",
        ("permit_stuck", "a"): "yellow", ("permit_stuck", "c"): "red",
    }  # fmt: skip


def test_of_milestones_forecast_late_the_nearest_is_told():
    steps = [
        (key, Step("other", planned, planned + timedelta(days=20)))
        for key, planned in (("far", date(2026, 9, 1)), ("near", date(2026, 7, 1)))
    ]
    steps.append(("over", Step("start", date(2026, 6, 1))))
    warned = found(steps=steps)
    assert warned.keys() == {("forecast_late", "near"), ("milestone_late", "over")}


def test_an_empty_table_of_rules_warns_of_nothing_and_every_rule_has_words():
    facts = Facts(TODAY, steps=[("m", Step("start", date(2020, 1, 1)))])
    assert evaluate(facts, []) == []
    assert {rule.kind for rule in RULES} == WARNING_KINDS.keys()
    assert all(str(rule.limit) in rule_words(rule).zh for rule in RULES)


@given(st.integers(0, 400), st.integers(1, 200), st.integers(0, 200))
def test_the_later_a_milestone_the_higher_its_warning(days, yellow, more):
    rules = [Rule("milestone_late", "yellow", yellow), Rule("milestone_late", "red", yellow + more)]
    facts = Facts(TODAY, steps=[("m", Step("start", TODAY - timedelta(days=days)))])
    told = evaluate(facts, rules)
    expected = "red" if days >= yellow + more else "yellow" if days >= yellow else None
    assert [f.level for f in told] == ([expected] if expected and days else [])


def test_distance_to_the_parcel_is_that_of_the_ground():
    parcel = shapely.box(114.40, 30.45, 114.41, 30.46)
    assert distance_m(parcel, 114.405, 30.455) == 0
    # 0.01 degrees of latitude are 1,109 m on the ellipsoid, 1,113 on the sphere of 111,320 m.
    assert distance_m(parcel, 114.405, 30.47) == pytest.approx(1_109, rel=0.005)
    # A degree of longitude at 30.455 N is 96,0xx m: pyproj gives 959.9 m for 0.01 of it.
    assert distance_m(parcel, 114.42, 30.455) == pytest.approx(960, rel=0.005)


@pytest.mark.parametrize(("lon", "lat"), [(None, 30), ("114", 30), (True, 30), (181, 30),
                                          (114, float("nan")), (114, 91)])  # fmt: skip
def test_what_is_no_place_is_refused(lon, lat):
    assert not is_place(lon, lat)
    assert is_place(114.4, 30.4)


def _picture(kind, **more):
    from PIL import Image

    image = Image.effect_noise((64, 48), 60).convert("RGB")
    made = io.BytesIO()
    image.save(made, kind, **more)
    return made.getvalue(), image


def _with_position(image_module):
    from PIL import ExifTags

    exif = image_module.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "SECRETPHONE"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (30.0, 27.0, 0.0)
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_what_it_tells_and_keeps_every_pixel(kind):
    from PIL import Image

    content, _ = _picture(kind, exif=_with_position(Image), **(
        {"progressive": True} if kind == "JPEG" else {}))  # fmt: skip
    assert b"SECRETPHONE" in content
    clean = without_traces(content)
    assert b"SECRETPHONE" not in clean
    before, after = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(clean))
    assert before.tobytes() == after.tobytes()
    assert not dict(after.getexif().get_ifd(0x8825))
    if kind == "JPEG":
        assert after.getexif()[0x0112] == 6
    assert without_traces(clean) == clean


def test_what_hangs_on_behind_a_jpeg_is_cut_off():
    content, _ = _picture("JPEG")
    second, _ = _picture("JPEG")
    assert without_traces(content + b"FILM" + second) == without_traces(content)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n",
                                                 b"RIFF\x00\x01\x00\x00WEBP"]))  # fmt: skip
def test_broken_photos_are_refused_and_nothing_else_happens(rest, head):
    try:
        made = without_traces(head + rest)
    except NotAPhoto:
        made = b""
    assert len(made) <= len(head + rest) + 40


def test_every_cut_of_a_photo_is_refused():
    for kind in ("JPEG", "PNG"):
        content, _ = _picture(kind)
        for end in range(2, len(content) - 2, 211):
            with pytest.raises(NotAPhoto):
                without_traces(content[:end])


@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=6))
def test_everything_of_a_gantt_chart_lies_within_it(spans):
    bars = [Bar("x", "", min(s), max(s), steps=(Step("start", max(s)),)) for s in spans]
    scale = scale_of(bars, TODAY)
    for bar in bars:
        assert scale.x(bar.start) <= scale.x(bar.end)
        assert scale.x(scale.first) <= scale.x(bar.start)
        assert scale.x(bar.end) <= scale.x(scale.last)
        assert mark_of(bar.steps[0], scale, TODAY).tone
    assert 1 <= len(scale.months()) <= 40


@pytest.mark.parametrize("stage", [*PIPELINE, "stopped"])
@pytest.mark.parametrize("late", range(4))
def test_an_invented_project_fits_its_stage(stage, late):
    made = invent("seed", stage, Decimal(1000), late, TODAY)
    reached = {kind for kind, _, _, actual, _ in made.steps if actual}
    assert all(actual <= TODAY for _, _, _, actual, _ in made.steps if actual)
    assert ("production" in reached) == (stage == "production")
    assert ("start" in reached) == (
        stage in ("commencement", "construction", "completion", "production")
    )
    assert made.starts_on < made.ends_on
    assert abs(sum(made.plan.values()) - 1000) < 1 or not made.plan
    assert shapely.Polygon(corners("seed", 3, Decimal(1000))).is_valid
