"""Codes of organisations (GB 32100), people (GB 11643) and regions (GB/T 2260)."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.standards import gb_11643_1999, gb_32100_2015, gb_t_2260

TODAY = date(2026, 6, 1)
SOUND = "91350100M000100Y43"  # the example of the standard
seeds = st.integers(0, 2**32).map(random.Random)


@pytest.mark.parametrize(
    "code",
    [SOUND, "91350100m000100y43", " 9135 0100-M000100Y43", "９１３５０１００Ｍ０００１００Ｙ４３"],
)
def test_the_example_of_the_standard_is_valid_however_it_is_typed(code):
    result = gb_32100_2015.check(code)
    assert result.is_valid
    assert result.code == SOUND
    assert result.message == ""


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("", "length"),
        ("91350100M000100Y4", "length"),
        ("91350100M000100I43", "alphabet"),
        ("91350100M000100S43", "alphabet"),
        ("91350100M000100武43", "alphabet"),
        ("91350100M000100Y44", "check"),
    ],
)
def test_a_bad_code_is_refused_with_its_reason_in_both_languages(code, error):
    result = gb_32100_2015.check(code)
    assert [finding.code for finding in result.errors] == [error]
    assert result.message.zh
    assert result.message.en


def test_unknown_department_category_region_and_inner_code_only_warn():
    def warned(first_17):
        result = gb_32100_2015.check(first_17 + gb_32100_2015.check_character(first_17))
        assert result.is_valid
        return [finding.code for finding in result.warnings]

    sound_inner = "12345678" + gb_32100_2015.organisation_check_character("12345678")
    assert warned("91420118" + sound_inner) == []
    assert warned("B1420118" + sound_inner) == ["department"]
    assert warned("94420118" + sound_inner) == ["category"]
    assert warned("91990000" + sound_inner) == ["region"]
    assert warned("91420118123456780") == ["organisation"]
    assert gb_32100_2015.check("91420133" + "0" * 10, more_regions={"420133"}).warnings == ()


@given(seeds, st.sampled_from(["420118", "420111", "110000"]))
def test_generated_codes_pass_every_check(rng, region):
    result = gb_32100_2015.check(gb_32100_2015.generate(rng, region=region))
    assert (result.errors, result.warnings) == ((), ())


@given(seeds, st.data())
def test_one_wrong_character_is_always_caught(rng, data):
    code = gb_32100_2015.generate(rng)
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from(gb_32100_2015.ALPHABET.replace(code[place], "")))
    assert not gb_32100_2015.is_valid(code[:place] + other + code[place + 1 :])


@given(st.text(max_size=30))
def test_any_text_gets_an_answer(text):
    assert gb_32100_2015.check(text).is_valid in (True, False)
    assert isinstance(gb_32100_2015.describe(text), dict)
    assert isinstance(gb_11643_1999.errors_of(text, TODAY), list)
    assert gb_t_2260.is_plausible(text) in (True, False)


def test_the_same_seed_gives_the_same_sample():
    assert gb_32100_2015.generate(random.Random(7)) == gb_32100_2015.generate(random.Random(7))


def test_a_code_is_told_in_words():
    words = gb_32100_2015.describe("91420118MA0000000X")
    assert words["department"].zh == "工商"
    assert words["category"].zh == "企业"
    assert words["region"].zh == "东湖新技术开发区"
    assert set(gb_32100_2015.CATEGORIES) == set(gb_32100_2015.DEPARTMENTS)


def test_check_characters_refuse_what_is_no_code():
    for refused in (
        lambda: gb_32100_2015.check_character("91"),
        lambda: gb_32100_2015.organisation_check_character("1234567武"),
        lambda: gb_11643_1999.check_character("1" * 16 + "X"),
        lambda: gb_11643_1999.born_on("42011820000230123X"),
    ):
        with pytest.raises(ValueError, match=r".+"):
            refused()


def test_the_example_of_gb_11643_is_valid():
    assert gb_11643_1999.errors_of("11010519491231002X", TODAY) == []
    assert gb_11643_1999.born_on("11010519491231002x") == date(1949, 12, 31)
    assert not gb_11643_1999.is_male("11010519491231002X")


@pytest.mark.parametrize(
    "number",
    ["", "110105491231002", "1101051949123100XX", "110105194912310021", "11010519491331002X"],
)
def test_a_bad_number_is_refused_without_repeating_it(number):
    errors = gb_11643_1999.errors_of(number, TODAY)
    assert errors
    assert all(not number or number not in error.zh + error.en for error in errors)


@given(seeds, st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.booleans())
def test_generated_numbers_are_valid_and_masked(rng, born, male):
    number = gb_11643_1999.generate(rng, born, male=male)
    assert gb_11643_1999.is_valid(number, TODAY)
    assert gb_11643_1999.born_on(number) == born
    assert gb_11643_1999.is_male(number) is male
    hidden = gb_11643_1999.mask(number)
    assert len(hidden) == 18
    assert f"{born:%Y%m%d}" not in hidden
    assert gb_11643_1999.mask("4201") == "****"


def test_a_birth_after_today_is_refused():
    number = gb_11643_1999.generate(random.Random(1), date(2026, 6, 2))
    assert not gb_11643_1999.is_valid(number, TODAY)


def test_the_development_zone_is_known_and_marked_as_local():
    zone = gb_t_2260.REGIONS["420118"]
    assert zone.local
    assert not gb_t_2260.REGIONS["420111"].local
    assert len([code for code in gb_t_2260.REGIONS if code.endswith("0000")]) == 34
    assert gb_t_2260.name_of("430102").zh == "湖南省"
    assert gb_t_2260.name_of("100000").zh == "国家"
    assert gb_t_2260.name_of("990000") is None
    assert [gb_t_2260.is_plausible(c) for c in ("420118", "420133", "430102", "4201")] == [
        True,
        False,
        True,
        False,
    ]
