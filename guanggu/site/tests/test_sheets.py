"""Sheets by command: out and in again, bad rows named, the wrong account refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.register.public import QuarantinedRow
from guanggu.site import command

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "items.csv"
    path.write_text("编号,名称\n91350100M000100Y43,福州测试有限公司\n", encoding="utf-8")
    return path


def test_a_register_that_is_none_is_named_with_those_there_are(tmp_path: Path, capsys) -> None:
    assert command.main(["export", "nothing", str(tmp_path / "a.csv")]) == 1
    assert "service_items" in capsys.readouterr().err


def test_a_missing_file_is_said(tmp_path: Path, capsys) -> None:
    assert command.main(["import", "service_items", str(tmp_path / "no.csv")]) == 1
    assert "no.csv" in capsys.readouterr().err


def test_an_unknown_account_is_said(sheet: Path, capsys) -> None:
    assert command.main(["import", "service_items", str(sheet), "--as", "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err


def test_an_account_without_the_permission_is_refused(sheet: Path, capsys) -> None:
    from guanggu.kernel.identity.public import Account

    actor = an_official(an_organisation(), roles=("draft",))
    username = Account.objects.get(pk=actor.account).username
    assert command.main(["import", "service_items", str(sheet), "--as", username]) == 1
    assert "--as" in capsys.readouterr().err


def test_another_kind_of_file_is_refused(tmp_path: Path, capsys) -> None:
    assert command.main(["export", "service_items", str(tmp_path / "a.pdf")]) == 1
    assert ".xlsx" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported_again(kind: str, tmp_path: Path, capsys) -> None:
    path = tmp_path / f"items.{kind}"
    assert command.main(["export", "service_items", str(path)]) == 0
    assert path.stat().st_size > 20
    assert command.main(["import", "service_items", str(path)]) == 0
    assert "0 created" in capsys.readouterr().out


def test_bad_rows_wait_and_are_named_by_row(capsys) -> None:
    shipped = Path(command.__file__).parents[1] / "apps/powers/data/service_items.xlsx"
    # Without the organisations that the items name, no item fits.
    assert command.main(["import", "service_items", str(shipped)]) == 3
    said = capsys.readouterr()
    assert QuarantinedRow.objects.count() > 20
    assert "!2 " in said.err


def test_rows_whose_hindrance_is_gone_go_in_by_the_same_file(tmp_path: Path, capsys) -> None:
    shipped = Path(command.__file__).parents[1] / "apps/powers/data/service_items.xlsx"
    command.main(["import", "service_items", str(shipped)])
    waiting = QuarantinedRow.objects.order_by("pk").first()
    assert waiting is not None
    an_organisation(code=waiting.values["organisation"])
    command.main(["import", "service_items", str(shipped)])
    assert "0 created" not in capsys.readouterr().out.splitlines()[-1]
