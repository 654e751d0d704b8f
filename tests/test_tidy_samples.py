"""Each rule of the style, tried on one small file that breaks it and one that keeps it."""

from __future__ import annotations

import pytest

from tests.test_tidy import RULES
from tests.tidy.files import source

APP = "guanggu/apps/ponds"
VIEWS = f"{APP}/views.py"
MODELS = f"{APP}/models.py"
PAGE = f"{APP}/templates/ponds/page.html"
TEST = f"{APP}/tests/test_rules.py"
LATER = "TO" + "DO"
ROOTED = "/ro" + "ot/notes"
INDEX = "--index" + "-url"
TOML = (
    'title = {zh = "湖泊", en = "Lakes"}\nsection = "四(四)2"\nkernels = ["case"]\n'
    'emits = []\nhears = []\nquality = "working"\n'
)

# rule, path and text that break it, path and text that keep it
SAMPLES = [
    ("file_is_short", MODELS, "x = 1\n" * 401, MODELS, "x = 1\n" * 400),
    ("name_says_what", f"{APP}/rules/lake_utils.py", "", f"{APP}/rules/levels.py", ""),
    ("name_says_what", "guanggu/web/common/a.css", "", "docs/systems.md", ""),
    ("nothing_left_for_later", MODELS, f"# {LATER} later", MODELS, "# done"),
    ("no_registry_address", "x.lock", f"{INDEX} a", "x.lock", "django==5.2.1 --hash=sha256:0"),
    ("no_home_of_one_machine", "README.md", f"see {ROOTED}", "README.md", "see docs/root/notes"),
    ("app_has_the_anatomy", f"{APP}/forms.py", "", f"{APP}/views/counter.py", ""),
    ("app_has_the_anatomy", f"{APP}/templates/a/b.html", "", PAGE, ""),
    ("app_introduces_itself", f"{APP}/app.toml", TOML[9:], f"{APP}/app.toml", TOML),
    ("app_introduces_itself", f"{APP}/app.toml", 'title = "a"', f"{APP}/app.toml", TOML),
    ("app_introduces_itself", f"{APP}/__init__.py", "", f"{APP}/rules.py", ""),
    (
        "function_is_short",
        MODELS, "def f():\n" + "    x = 1\n" * 70,
        MODELS, "def f():\n" + "    x = 1\n" * 69,
    ),
    ("module_says_what_it_is", MODELS, "x = 1", MODELS, '"""Lakes."""\nx = 1'),
    ("no_models_by_name", MODELS, "apps.get_model('a', 'b')", MODELS, "door.Account"),
    (
        "no_foreign_key_across_apps",
        MODELS, "a = models.ForeignKey('roads.Road', CASCADE)",
        MODELS, "a = models.ForeignKey('identity.Account', CASCADE)",
    ),
    (
        "no_foreign_key_across_apps",
        "guanggu/kernel/journal/models.py", "a = models.ForeignKey(to='case.Case')",
        "guanggu/kernel/case/models.py", "a = models.ForeignKey(to='journal.Event')",
    ),
    (
        "shown_names_are_bilingual",
        MODELS, "a = CharField(verbose_name='湖')",
        MODELS, "a = CharField(verbose_name=T('湖', 'Lake'))",
    ),
    (
        "shown_names_are_bilingual",
        MODELS, "class Meta:\n    verbose_name = '湖'",
        MODELS, "class Meta:\n    verbose_name = T('湖', 'Lake')",
    ),
    (
        "screens_speak_both_languages",
        VIEWS, "title = '湖泊'",
        VIEWS, '"""湖泊"""\ntitle = T("湖泊", "Lakes")',
    ),
    ("one_clock", MODELS, "a = timezone.now()", MODELS, "a = clock.now()"),
    ("one_clock", MODELS, "a = datetime.datetime.now(UTC)", MODELS, "a = clock.today()"),
    ("screens_do_not_write", VIEWS, "Lake.objects.create(a=1)", VIEWS, "open_case(actor)"),
    ("screens_do_not_write", VIEWS, "lake.save()", VIEWS, "context.update(a=1)"),
    ("screens_do_not_write", f"{APP}/rest.py", "lake.delete()", f"{APP}/actions.py", "a.save()"),
    (
        "screens_do_not_write",
        f"{APP}/views/counter.py", "Lake.objects.filter(a=1).update(a=2)",
        f"{APP}/views/counter.py", "Lake.objects.filter(a=1).first()",
    ),
    ("tests_can_fail", TEST, "def test_a():\n    f()", TEST, "def test_a():\n    assert f()"),
    (
        "tests_can_fail",
        TEST, "def test_a():\n    return 1",
        TEST, "def test_a():\n    with pytest.raises(Invalid):\n        f()",
    ),
    ("tests_do_not_sleep", TEST, "time.sleep(1)", TEST, "worker.run_once()"),
    (
        "no_swallowed_exception",
        MODELS, "try:\n    f()\nexcept Exception:\n    pass",
        MODELS, "try:\n    f()\nexcept KeyError:\n    pass",
    ),
    ("no_swallowed_exception", MODELS, "suppress(Exception)", MODELS, "suppress(KeyError)"),
    ("nothing_unfinished", MODELS, "raise NotImplementedError", MODELS, "raise ValueError"),
    ("templates_speak_both_languages", PAGE, "<p>湖泊</p>", PAGE, '<p>{% t "湖" "Lake" %}</p>'),
    ("templates_speak_both_languages", PAGE, "<p>Lakes</p>", PAGE, "<p>{{ name }} PDF</p>"),
    ("templates_speak_both_languages", PAGE, "<img alt='湖'>", PAGE, "<img alt='{{ a }}'>"),
    ("templates_speak_both_languages", PAGE, "{% c %}<p>湖</p>", PAGE, "{# 湖 #}<code>a b</code>"),
    ("templates_have_nothing_inline", PAGE, "<p style='a'>", PAGE, "<p class='a'>"),
    ("templates_have_nothing_inline", PAGE, "<a onclick='f()'>", PAGE, "<a href='/'>"),
    ("templates_have_nothing_inline", PAGE, "<script>f()</script>", PAGE, "<script src='a'></script>"),
    ("templates_have_nothing_inline", PAGE, "<script src='//a.b/c'>", PAGE, "<a href='//a.b'>"),
    ("t_has_both_texts", PAGE, '{% t "湖" %}', PAGE, '{% t "湖" "Lake" %}'),
    ("t_has_both_texts", PAGE, '{% t "湖" "" %}', PAGE, "{% t label %}"),
]  # fmt: skip
BY_NAME = {rule.__name__: rule for rule in RULES}


@pytest.mark.parametrize(("name", "bad_path", "bad", "good_path", "good"), SAMPLES)
def test_rule_names_the_breach_and_passes_its_mend(
    name: str, bad_path: str, bad: str, good_path: str, good: str
) -> None:
    rule = BY_NAME[name]
    assert list(rule(source(bad_path, bad)))
    assert not list(rule(source(good_path, good)))


def test_every_rule_has_a_sample() -> None:
    assert {sample[0] for sample in SAMPLES} == set(BY_NAME)
