"""A database of each earlier release comes up with its data: migrate, verify, pages."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
RELEASES = sorted(HERE.glob("*.tar.gz"))
_PAGES = """
import json, os
from pathlib import Path
import django
django.setup()
from guanggu.kernel.case.public import Case
from guanggu.kernel.document.public import Document
from guanggu.kernel.identity.public import Account, actor_for, capacities, actor_by_code
from guanggu.kernel.identity.testing import sign_in
from guanggu.kernel.register.public import REGISTERS
from guanggu.web.addresses import collection_address

kept = json.loads((Path(os.environ["GUANGGU_VAR"]) / "keys.json").read_text("utf-8"))
keys = kept["keys"]

def client(name):
    account = Account.objects.get(pk=kept["accounts"][name])
    choices = capacities(account)
    code = next((c.code for c in choices if not c.code.startswith("person")), "")
    return sign_in(actor_by_code(account, code) if code else actor_for(account))

case = Case.objects.get(number=keys["number"])
assert (case.state, case.outcome) == ("closed", "granted"), case.state
paper = Document.objects.get(subject=str(case.ref), template="approvals.certificate")
asked = [
    ("owner", f"/approvals/matters/{case.number}/"), ("owner", "/mine/"),
    ("owner", f"/approvals/matters/{case.number}/papers/{paper.key}/"),
    ("owner", f"/approvals/matters/{case.number}/files/{keys['file']}/"),
    ("owner", f"/approvals/apply/{keys['item']}/{keys['draft']}/form-1/"),
    ("accept", f"/approvals/work/cases/{case.number}/"), ("accept", "/approvals/work/"),
    ("draft", f"/office/documents/{keys['official']}/"),
    ("receive", f"/office/documents/{keys['received']}/"),
    ("entities", f"/legal_entities/legal_entities/{keys['entity']}/"),
    ("supervise", f"/supervision/cards/{keys['card']}/"),
    ("administer", f"/administration/officials/{keys['sub']}/"),
    ("owner", f"/notices/{keys['notice']}/"), ("owner", f"/powers/items/{keys['item']}/"),
    ("owner", f"/verify/{paper.verification_code}"),
]
for register in REGISTERS.values():
    asked.append(("accept", collection_address(register)))
for who, address in asked:
    status = client(who).get(address).status_code
    assert status in (200, 403) if who == "accept" else status == 200, (who, address, status)
print(len(asked), "pages open")
"""


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.removesuffix(".tar.gz"))
def test_a_database_of_the_release_migrates_with_its_data(release: Path, tmp_path: Path) -> None:
    with tarfile.open(release) as archive:
        archive.extractall(tmp_path, filter="data")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GUANGGU_")}
    environment = {
        **kept, "GUANGGU_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "guanggu.site.settings",
        "GUANGGU_LOG": "ERROR", "GUANGGU_ANTIVIRUS": "off",  # whatever this machine has
    }  # fmt: skip
    for command in (
        ["-m", "guanggu.site.command", "migrate"],
        ["-m", "guanggu.site.command", "verify"],
        ["-c", _PAGES],
        ["-m", "guanggu.site.command", "verify"],
    ):
        done = subprocess.run(
            [sys.executable, *command], env=environment, capture_output=True, text=True,
            check=False, cwd=HERE.parents[1],
        )  # fmt: skip
        assert done.returncode == 0, (command[:3], done.stdout[-500:], done.stderr[-2000:])


def test_the_first_release_is_among_them() -> None:
    assert "0.1.0.tar.gz" in [path.name for path in RELEASES]
