"""Pages of the lakes: what the public sees, what officials see more, and an absent store."""

import pytest
from django.test import Client

from guanggu.apps.lakes.actions.assessing import assess_days, issue_forecast
from guanggu.apps.lakes.models import LakeDay, LakeForecast
from guanggu.apps.lakes.tasks import assess_lakes
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import sign_in
from guanggu.kernel.observation.store import bind

pytestmark = pytest.mark.django_db


def assess(key: str) -> None:
    today = clock.today().isoformat()
    first = clock.today().replace(day=1).isoformat()
    assess_days(platform("lakes"), lake=key, first=first, last=today)


def test_a_lake_is_judged_by_the_means_of_its_day(lakes, fill):
    fill("L-01", w21011=0.15)
    assess("L-01")
    day = LakeDay.objects.filter(lake=lakes["L-01"]).latest("day")
    assert (day.water_class, day.deciding) == ("5", ["w21011"])
    assert day.trophic == "light"
    assert day.level_m == pytest.approx(18.2, abs=0.1)


def test_judging_again_after_a_correction_replaces_the_day(lakes, fill):
    fill("L-01", w21011=0.15)
    assess("L-01")
    count = LakeDay.objects.count()
    fill("L-01", w21011=0.04)
    assess("L-01")
    assert LakeDay.objects.count() == count
    assert LakeDay.objects.latest("day").water_class == "3"


def test_the_public_sees_class_trophic_state_and_level(lakes, fill):
    fill("L-01")
    assess("L-01")
    page = Client().get("/lakes/lake/L-01/").content.decode()
    for text in (
        "汤逊湖",
        "Ⅲ类",
        "中营养",
        "综合营养状态指数",
        "蓄水量",
        "GB 3838-2002",
        "示例数据",
    ):
        assert text in page
    assert "溯源分析" not in page
    assert "未办结问题" not in page
    assert Client().get("/lakes/lake/L-01/trace/").status_code in (302, 403)
    overview = Client().get("/lakes/").content.decode()
    assert "lakes-map" in overview
    assert "虚构示例" in overview


def test_officials_trace_bad_water_to_outfalls(lakes, fill, people):
    fill("L-01", w21011=0.25)
    assess("L-01")
    client = sign_in(people["monitor"])
    page = client.get("/lakes/lake/L-01/trace/").content.decode()
    assert "总磷" in page
    assert "号排口" in page
    assert client.get("/lakes/outfalls/L-01-P01/").status_code == 200


def test_a_hidden_lake_is_not_there_for_the_public(lakes, people):
    from guanggu.kernel.register.public import change_record

    change_record(people["monitor"], collection="lakes", record="L-03", version=1,
                  values={"is_public": False})  # fmt: skip
    for part in ("", "curves/", "scene/", "forecast/"):
        assert Client().get(f"/lakes/lake/L-03/{part}").status_code == 404
    assert sign_in(people["monitor"]).get("/lakes/lake/L-03/").status_code == 200


def test_the_scene_has_its_section_curve_and_table_without_scripts(lakes, fill):
    fill("L-02", water_level=19.2)
    page = Client().get("/lakes/lake/L-02/scene/").content.decode()
    for text in ("section-picture", "scene-data", "汛限水位", "19.2"):
        assert text in page
    chosen = Client().get("/lakes/lake/L-02/scene/?level=18.10").content.decode()
    assert "18.10" in chosen
    for odd in ("nan", "x", "1e999", "-5"):
        assert Client().get(f"/lakes/lake/L-02/scene/?level={odd}").status_code == 200


def test_a_year_gives_forecasts_that_show_their_error(lakes, fill):
    fill("L-07", days=160)
    assert issue_forecast(platform("lakes"), lake="L-07", quantity="level")["steps"] == 7
    issue_forecast(platform("lakes"), lake="L-07", quantity="chlorophyll")
    assert LakeForecast.objects.filter(lake=lakes["L-07"], quantity="level").count() == 1
    page = Client().get("/lakes/lake/L-07/forecast/").content.decode()
    for text in ("回测平均误差", "持续性误差", "预见期"):
        assert text in page


def test_a_lake_without_history_says_so(lakes):
    assert issue_forecast(platform("lakes"), lake="L-04", quantity="level")["steps"] == 0
    assert "暂无预测" in Client().get("/lakes/lake/L-04/forecast/").content.decode()


def test_curves_are_shown_and_taken_away(lakes, fill):
    fill("L-05")
    page = Client().get("/lakes/lake/L-05/curves/?factor=water_level&period=week").content.decode()
    assert "汛限水位" in page
    sheet = Client().get("/lakes/lake/L-05/curves.csv?factor=w21011&period=week")
    assert "牛山湖" in b"".join(sheet.streaming_content).decode()
    assert Client().get("/lakes/lake/L-05/curves.json?factor=w21011").json()["curves"]
    assert Client().get("/lakes/lake/L-05/curves.pdf").status_code == 404


def test_pages_say_so_where_the_store_does_not_answer(lakes, people):
    bind(None)
    for path in ("/lakes/", "/lakes/lake/L-01/", "/lakes/lake/L-01/scene/"):
        answer = Client().get(path)
        assert answer.status_code == 200
        assert "采集服务" in answer.content.decode()
    assert Client().get("/lakes/lake/L-01/curves/").status_code == 503
    assert assess_lakes() == 0


def test_the_sample_is_laid_once_and_marked(lakes):
    from guanggu.apps.lakes.models import Lake, LakeStation, Outfall
    from guanggu.apps.lakes.register.shipped import take_in_sample

    things = take_in_sample(platform("tests"), key="again")
    assert Lake.objects.count() == 8
    assert len(things) == LakeStation.objects.count() > 16
    assert all(row.is_sample for model in (Lake, Outfall) for row in model.objects.all())
    assert all(thing.datastreams.exists() for thing in things)
