"""A real district takes the goals in by itself, and what it changed stays."""

import pytest

from guanggu.apps.plan.actions.laying import lay_goals
from guanggu.apps.plan.models import Goal
from guanggu.base.errors import Forbidden
from guanggu.kernel.identity.testing import an_official, an_organisation, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(june):
    district = an_organisation("示例新区", code="xq")
    bureau = an_organisation("发展和改革局", code="xq-fgj", parent=district)
    return an_official(bureau, ["plan"], "规划岗")


def test_a_keeper_takes_the_goals_in_on_the_empty_page(keeper):
    desk = sign_in(keeper)
    assert "录入规划目标" in desk.get("/plan/").content.decode()
    answer = desk.post("/plan/", {"request_key": "k1"}, follow=True)
    page = answer.content.decode()
    assert f"已录入 {Goal.objects.count()} 项规划目标" in page
    assert Goal.objects.count() > 300
    assert 'class="panel" method="post"' not in page
    # The district has this bureau and no other: those of the others stand without one.
    assert {goal.organisation.code for goal in Goal.objects.exclude(organisation=None)} == {
        "xq-fgj"
    }
    assert Goal.objects.filter(organisation=None).exists()


def test_taking_in_again_makes_nothing(keeper):
    assert lay_goals(keeper, key="one")["goals"] > 300
    assert lay_goals(keeper, key="two")["goals"] == 0


def test_others_are_refused(keeper):
    other = an_official(an_organisation("示例局", code="xq-slj"), ["draft"], "综合岗")
    assert "录入规划目标" not in sign_in(other).get("/plan/").content.decode()
    with pytest.raises(Forbidden):
        lay_goals(other, key="three")
    assert not Goal.objects.exists()
