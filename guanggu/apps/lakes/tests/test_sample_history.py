"""The sample's patrols and findings of a season: every state is to be seen, and all is journaled."""

import pytest

from guanggu.apps.lakes.models import LakeIssue, Patrol
from guanggu.apps.lakes.register.shipped import take_in_sample
from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import an_organisation, sign_in
from guanggu.kernel.journal.public import seal, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def laid_lakes(june, db):
    """The bureau alone: people must be there before the sample can give them work."""
    return an_organisation("生态环境和水务湖泊局", code="wehdz-hsj")


def test_the_sample_has_patrols_and_problems_in_every_state(people):
    take_in_sample(platform("tests"))
    states = set(LakeIssue.objects.values_list("state", flat=True))
    assert states == {"reported", "handling", "verifying", "closing", "closed"}
    assert all(row.length_m > 500 for row in Patrol.objects.all())
    page = sign_in(people["enforce"]).get("/lakes/chief/").content.decode()
    assert "%" in page
    seal()
    assert verify().is_sound
