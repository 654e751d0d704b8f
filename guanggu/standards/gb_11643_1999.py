"""GB 11643-1999: citizen identification number (公民身份号码).

18 characters: 6 region, 8 date of birth, 3 sequence (odd for men), 1 check by ISO 7064 MOD 11-2.
Personal data: show it only by :func:`mask`.
"""

from __future__ import annotations

import random
from datetime import date

from guanggu.base.bilingual import T

from . import gb_t_2260

LENGTH = 18
_WEIGHTS = tuple(pow(2, LENGTH - 1 - place, 11) for place in range(LENGTH - 1))
_CHECKS = "10X98765432"  # check character by the remainder of the weighted sum


def check_character(first_17: str) -> str:
    """Raises ValueError where the text is not 17 digits."""
    if len(first_17) != LENGTH - 1 or not (first_17.isascii() and first_17.isdigit()):
        raise ValueError("not 17 digits of an identification number")
    return _CHECKS[sum(int(c) * w for c, w in zip(first_17, _WEIGHTS, strict=True)) % 11]


def normalise(text: str) -> str:
    """No spaces, a small x made large."""
    return "".join(text.split()).upper()


def errors_of(text: str, today: date) -> list[T]:
    """What is wrong with the number, in words that never repeat it; empty where it is valid.

    ``today``: a date of birth may not lie after it.
    """
    number = normalise(text)
    if len(number) != LENGTH:
        return [
            T(
                "身份号码应为 18 位，现为 {n} 位",
                "An identification number has 18 characters; this has {n}",
            ).format(n=len(number))
        ]
    if not (number[:17].isascii() and number[:17].isdigit() and number[17] in _CHECKS):
        return [
            T("身份号码前 17 位为数字，末位为数字或 X", "17 digits are followed by a digit or X")
        ]
    found = []
    born_on = _date_of(number)
    if born_on is None or not date(1850, 1, 1) <= born_on <= today:
        found.append(
            T("出生日期不存在或不合理", "The date of birth does not exist or is implausible")
        )
    if number[:2] + "0000" not in gb_t_2260.REGIONS:
        found.append(T("地址码所属省份不存在", "The province of the region code does not exist"))
    if check_character(number[:17]) != number[17]:
        found.append(
            T("校验位不符，请核对", "The check character does not fit; look for a typing error")
        )
    return found


def is_valid(text: str, today: date) -> bool:
    return not errors_of(text, today)


def _date_of(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def born_on(number: str) -> date:
    """Date of birth; raises ValueError where the number holds none."""
    found = _date_of(normalise(number))
    if found is None:
        raise ValueError("no date of birth in the number")
    return found


def is_male(number: str) -> bool:
    """By the parity of the sequence."""
    return int(normalise(number)[16]) % 2 == 1


def mask(text: str) -> str:
    """420***********123X: province and city part, and the last four; short texts wholly hidden."""
    number = normalise(text)
    if len(number) < LENGTH:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def generate(rng: random.Random, born: date, *, region: str = "420118", male: bool = True) -> str:
    """A formally valid number for sample data; region 420118 is not issued nationally."""
    sequence = rng.randrange(0, 500) * 2 + male
    first_17 = f"{region}{born:%Y%m%d}{sequence:03d}"
    return first_17 + check_character(first_17)
