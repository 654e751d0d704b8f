"""The style of the house, held by tests: every rule is run over every file."""

from __future__ import annotations

import pytest

from tests.tidy import python_rules, template_rules, text_rules
from tests.tidy.files import Rule, sources

RULES: tuple[Rule, ...] = (
    text_rules.file_is_short,
    text_rules.name_says_what,
    text_rules.nothing_left_for_later,
    text_rules.no_registry_address,
    text_rules.no_home_of_one_machine,
    text_rules.app_has_the_anatomy,
    text_rules.app_introduces_itself,
    python_rules.function_is_short,
    python_rules.module_says_what_it_is,
    python_rules.no_models_by_name,
    python_rules.no_foreign_key_across_apps,
    python_rules.shown_names_are_bilingual,
    python_rules.screens_speak_both_languages,
    python_rules.one_clock,
    python_rules.screens_do_not_write,
    python_rules.tests_can_fail,
    python_rules.tests_do_not_sleep,
    python_rules.no_swallowed_exception,
    python_rules.nothing_unfinished,
    template_rules.templates_speak_both_languages,
    template_rules.templates_have_nothing_inline,
    template_rules.t_has_both_texts,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps(rule: Rule) -> None:
    breaches = [str(breach) for file in sources() for breach in rule(file)]
    assert not breaches, "\n" + "\n".join(breaches)
