"""The pages answer: workbench with table, picture and files; open data; lineage; refusals told."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow.parquet
import pytest
from django.test import Client

from guanggu.apps.data_centre.models import DataGrant, QualityRule, SavedQuery
from guanggu.base.errors import Unavailable
from guanggu.kernel.identity.testing import a_person, sign_in
from guanggu.kernel.journal.public import LongJob, claim_job, results_folder, run_claimed
from guanggu.kernel.register.public import create_record

from .people import NAMES, TABLE, Town, ask, change

pytestmark = pytest.mark.django_db
SQL = f"SELECT name, owner_name, length(sql) AS n FROM {TABLE} ORDER BY name"


def _post(client: Client, **values: Any) -> Any:
    return client.post(
        "/data/workbench/", {"do": "run", "sql": SQL, "purpose": "verification", **values}
    )


def test_the_catalogue_and_its_resource_are_read_by_officials_only(town: Town) -> None:
    client, key = sign_in(town.asker), town.resource.key
    for address in ("/data/", "/data/?q=查询&sharing=conditional", f"/data/resources/{key}/",
                    f"/data/resources/{key}/lineage/", f"/data/resources/{key}/quality/",
                    "/data/requests/", "/data/quality/", "/data/workbench/"):  # fmt: skip
        page = client.get(address)
        assert page.status_code == 200, address
        assert Client().get(address).status_code in (302, 403), address
        assert sign_in(a_person()).get(address).status_code == 403, address
    assert "有条件共享" in client.get(f"/data/resources/{key}/").content.decode()


def test_the_workbench_shows_masked_rows_and_a_chart(lake_town: Town) -> None:
    page = _post(sign_in(lake_town.keeper), chart="bars", x="name", y="n").content.decode()
    assert "张**" in page
    assert not any(name in page for name in NAMES)
    assert "<svg" in page
    assert "个人信息已按使用目的脱敏" in page


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_the_answer_is_downloaded_as_a_file(lake_town: Town, kind: str) -> None:
    answered = _post(sign_in(lake_town.keeper), do=kind)
    assert answered.headers["Content-Disposition"].startswith("attachment")
    if kind == "csv":
        assert "张**" in answered.content.decode("utf-8-sig")
    elif kind == "parquet":
        found = pyarrow.parquet.read_table(io.BytesIO(answered.content))
        assert {row["owner_name"] for row in found.to_pylist()} == {"张**", "欧**", "李*"}
    else:
        assert answered.content[:2] == b"PK"


def test_what_is_wrong_is_told_beside_the_query(lake_town: Town) -> None:
    client = sign_in(lake_town.keeper)
    assert "请选择使用目的" in _post(client, purpose="").content.decode()
    assert "没有表" in _post(client, sql="SELECT * FROM nowhere").content.decode()
    assert "只能提交一条" in _post(client, sql="DROP TABLE x").content.decode()
    assert "查询没有完成" in _post(client, sql=f"SELECT nope FROM {TABLE}").content.decode()
    refused = _post(sign_in(lake_town.asker)).content.decode()
    assert "请先提出共享申请" in refused


def test_a_query_is_kept_opened_again_and_removed(lake_town: Town) -> None:
    client = sign_in(lake_town.keeper)
    saved = _post(client, do="save", name="所有者", chart="bars", x="name", y="n", is_shared="on")
    row = SavedQuery.objects.get(name="所有者")
    assert saved.headers["Location"] == f"/data/workbench/?query={row.key}"
    assert row.tables == [TABLE]
    assert "length(sql)" in client.get(saved.headers["Location"]).content.decode()
    key = lake_town.resource.key
    assert "所有者" in client.get(f"/data/resources/{key}/lineage/").content.decode()
    _post(client, do="remove", query=row.key)
    assert not SavedQuery.objects.filter(pk=row.pk).exists()


def test_a_request_goes_its_way_through_the_pages(lake_town: Town) -> None:
    asker, keeper = sign_in(lake_town.asker), sign_in(lake_town.keeper)
    address = f"/data/resources/{lake_town.resource.key}/request/"
    assert "请更正以下内容" in asker.post(address, {"purpose": ""}).content.decode()
    grant = ask(lake_town)
    page = keeper.get(f"/data/requests/{grant.key}/").content.decode()
    assert "同意共享" in page
    assert "不予共享" in page
    keeper.post(f"/data/requests/{grant.key}/", {"outcome": "grant", "grant-opinion": "同意"})
    assert DataGrant.objects.get(pk=grant.pk).state == "granted"
    assert "张**" in _post(asker).content.decode()
    keeper.post(f"/data/requests/{grant.key}/", {"revoke": "1", "reason": "到期前收回"})
    assert "请先提出共享申请" in _post(asker).content.decode()


def test_residents_download_open_data_and_nothing_else(lake_town: Town) -> None:
    row = change(lake_town.keeper, TABLE, sharing="unconditional", is_open=True)
    visitor = Client()
    assert row.name in visitor.get("/opendata/").content.decode()
    page = visitor.get(f"/opendata/{row.key}/").content.decode()
    assert "查询1" in page
    for kind in ("csv", "json", "xlsx", "parquet"):
        answered = visitor.get(f"/opendata/{row.key}/data.{kind}")
        assert answered.status_code == 200, kind
        assert not any(name.encode() in answered.content for name in NAMES)
    assert visitor.get(f"/opendata/{row.key}/data.exe").status_code == 404
    change(lake_town.keeper, TABLE, is_open=False)
    assert visitor.get(f"/opendata/{row.key}/data.csv").status_code == 404


def test_the_failing_rows_of_a_rule_are_shown_on_asking(lake_town: Town) -> None:
    keeper = sign_in(lake_town.keeper)
    values = {"resource": lake_town.resource.key, "name": "李", "kind": "validity",
              "column": "owner_name", "parameter": "^李.*", "weight": 1, "threshold": "90"}  # fmt: skip
    key = create_record(lake_town.keeper, collection="quality_rules", values=values)["key"]
    keeper.post("/data/quality/")
    rule = f"/data/quality/rules/{key}/"
    assert "张**" not in keeper.get(rule).content.decode()
    assert "张**" in keeper.post(rule, {"show": "1"}).content.decode()
    assert keeper.post(rule, {"ask": "1"}).status_code == 302
    assert QualityRule.objects.get(key=key).case_number
    assert "提供方整改" in keeper.get(rule).content.decode()


def test_items_are_set_on_their_page(town: Town) -> None:
    keeper, row = sign_in(town.keeper), town.resource
    address = f"/data/resources/{row.key}/items/"
    assert keeper.get(address).status_code == 200
    n = [item["name"] for item in row.items].index("owner_name")
    wrong = keeper.post(address, {"version": row.version, f"mask-{n}": "name", f"open-{n}": "on"})
    assert "不能开放" in wrong.content.decode()
    keeper.post(address, {"version": row.version, f"mask-{n}": "drop", f"level-{n}": "personal"})
    item = next(i for i in town.resource.items if i["name"] == "owner_name")
    assert (item["mask"], item["is_shared"]) == ("drop", False)
    assert sign_in(town.asker).get(address).status_code == 404


def test_without_a_lake_the_pages_say_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    row = change(town.keeper, TABLE, sharing="unconditional", is_open=True)

    def absent() -> Any:
        from guanggu.base.bilingual import T

        raise Unavailable(T("数据湖尚未建立", "There is no lake yet"))

    monkeypatch.setattr("guanggu.apps.data_centre.actions.opening.lake", absent)
    assert "数据湖尚未建立" in Client().get(f"/opendata/{row.key}/").content.decode()
    assert "数据湖尚未建立" in _post(sign_in(town.keeper)).content.decode()


def test_software_asks_by_the_interface_and_gets_masked_rows(lake_town: Town) -> None:
    client = sign_in(lake_town.keeper)
    token = client.get("/data/workbench/").context["csrf_token"]

    def asked(**given: Any) -> Any:
        return client.post(
            "/api/v1/data/query", json.dumps({"sql": SQL, **given}), content_type="application/json",
            headers={"X-CSRFToken": str(token)},
        )  # fmt: skip

    told = asked(purpose="verification", limit=2).json()
    assert (told["columns"], len(told["rows"]), told["is_cut"]) == (
        ["name", "owner_name", "n"],
        2,
        True,
    )
    assert {row[1] for row in told["rows"]} <= {"张**", "欧**", "李*"}
    assert asked().status_code == 422
    assert (
        Client().post("/api/v1/data/query", "{}", content_type="application/json").status_code
        == 401
    )


def test_a_long_query_runs_in_the_worker_and_leaves_a_masked_file(lake_town: Town) -> None:
    client = sign_in(lake_town.keeper)
    assert "请选择使用目的" in _post(client, do="background", purpose="").content.decode()
    assert LongJob.objects.count() == 0
    _post(client, do="background")
    job = claim_job()
    assert job is not None
    assert run_claimed(job) == "done"
    told = json.loads(LongJob.objects.get(pk=job.pk).result)
    found = pyarrow.parquet.read_table(results_folder() / job.key / told["file"])
    assert {row["owner_name"] for row in found.to_pylist()} == {"张**", "欧**", "李*"}
    assert told["text"]["zh"] == "共 3 行"
    _post(client, do="background")
    revoked = claim_job()
    assert revoked is not None
    change(lake_town.keeper, TABLE, is_provided=False)  # asked again when it runs
    assert run_claimed(revoked) == "failed"
