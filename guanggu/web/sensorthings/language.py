"""The filter language of SensorThings 1.1 (18-088 clause 9.3.3.5, tables 22 and 23), parsed.

A small recursive descent over tokens; precedence as in OData 4.0 part 2, 5.1.1.9. What comes out
is a tree of Literal, Path, Call, Binary and Unary that ``conditions`` and ``evaluating`` walk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Any, NamedTuple

import shapely

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.observation.sensorthings.public import instant_of

from .faults import bad

LENGTH_MAX = 8_000
DEPTH_MAX = 25


class Moment(NamedTuple):
    """An instant (both ends equal) or an interval, microseconds UTC."""

    start: int
    end: int


class Span(NamedTuple):
    """A duration, microseconds."""

    length: int


@dataclass(frozen=True, slots=True)
class Literal:
    value: Any


@dataclass(frozen=True, slots=True)
class Path:
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    of: Node


Node = Literal | Path | Call | Binary | Unary

# Name to the numbers of arguments it takes.
FUNCTIONS: dict[str, tuple[int, ...]] = {
    "substringof": (2,), "contains": (2,), "endswith": (2,), "startswith": (2,), "length": (1,),
    "indexof": (2,), "substring": (2, 3), "tolower": (1,), "toupper": (1,), "trim": (1,),
    "concat": (2,), "year": (1,), "month": (1,), "day": (1,), "hour": (1,), "minute": (1,),
    "second": (1,), "fractionalseconds": (1,), "date": (1,), "time": (1,),
    "totaloffsetminutes": (1,), "now": (0,), "mindatetime": (0,), "maxdatetime": (0,),
    "round": (1,), "floor": (1,), "ceiling": (1,), "geo.distance": (2,), "geo.length": (1,),
    "geo.intersects": (2,), "st_equals": (2,), "st_disjoint": (2,), "st_touches": (2,),
    "st_within": (2,), "st_overlaps": (2,), "st_crosses": (2,), "st_intersects": (2,),
    "st_contains": (2,), "st_relate": (3,), "before": (2,), "after": (2,), "meets": (2,),
    "during": (2,), "overlaps": (2,), "starts": (2,), "finishes": (2,),
}  # fmt: skip
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<interval>{_TIME}/{_TIME})
    | (?P<instant>{_TIME})
    | (?P<date>\d{{4}}-\d\d-\d\d)
    | (?P<clock>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)
    | (?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<typed>(?:geography|geometry|duration|datetimeoffset)'(?:[^']|'')*')
    | (?P<text>'(?:[^']|'')*')
    | (?P<word>(?:@iot\.)?[^\W\d]\w*(?:\.[^\W\d]\w*)?(?:(?:/(?:@iot\.)?\w+)|(?:\[\d+\]))*)
    | (?P<mark>[(),-])
    )""",
    re.VERBOSE,
)
_DURATION = re.compile(
    r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.IGNORECASE
)
_COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",), ("and",), ("eq", "ne"), ("gt", "ge", "lt", "le"), ("add", "sub"),
    ("mul", "div", "mod"),
)  # fmt: skip


class Token(NamedTuple):
    kind: str
    text: str


def tokens_of(text: str) -> list[Token]:
    if len(text) > LENGTH_MAX:
        raise bad(
            T("条件过长，最多 {} 个字符。", "The filter is longer than {} characters."), LENGTH_MAX
        )
    found, place, end = [], 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise bad(
                T("条件在“{}”处无法识别。", "The filter cannot be read at “{}”."), text[place:][:30]
            )
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


def parse(text: str) -> Node:
    """Raises Malformed saying where."""
    reader = _Reader(tokens_of(text))
    node = reader.level(0)
    reader.demand_end()
    return node


class _Reader:
    def __init__(self, tokens: list[Token]):
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    def _peek(self) -> Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else Token("end", "")

    def _next(self) -> Token:
        token = self._peek()
        self.place += 1
        return token

    def _take(self, mark: str) -> bool:
        if self._peek() == ("mark", mark):
            self.place += 1
            return True
        return False

    def demand_end(self) -> None:
        if self._peek().kind != "end":
            raise self._unexpected(self._peek())

    def _unexpected(self, token: Token) -> Exception:
        if token.kind == "end":
            return bad(T("条件不完整。", "The filter ends too early."))
        return bad(
            T("条件中“{}”处有误。", "The filter has “{}” where it does not fit."), token.text[:30]
        )

    def level(self, number: int) -> Node:
        if number == len(_LEVELS):
            return self._unary()
        left = self.level(number + 1)
        while self._peek().kind == "word" and self._peek().text in _LEVELS[number]:
            operator = self._next().text
            left = Binary(operator, left, self.level(number + 1))
        # "a -1" reads as two numbers: the minus belongs to the literal, never to a difference.
        return left

    def _unary(self) -> Node:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise bad(T("条件嵌套过深。", "The filter is nested too deeply."))
        try:
            if self._peek() == ("word", "not"):
                self._next()
                return Unary("not", self._unary())
            if self._take("-"):
                return Unary("-", self._unary())
            return self._primary()
        finally:
            self.depth -= 1

    def _primary(self) -> Node:
        token = self._next()
        if token == ("mark", "("):
            inner = self.level(0)
            if not self._take(")"):
                raise self._unexpected(self._peek())
            return inner
        if token.kind == "word":
            return self._word(token.text)
        if token.kind in ("end", "mark"):
            raise self._unexpected(token)
        return Literal(_literal(token))

    def _word(self, text: str) -> Node:
        if text in ("true", "false", "null"):
            return Literal({"true": True, "false": False, "null": None}[text])
        if self._take("("):
            return self._call(text)
        if text in _COMPARISONS or text in ("and", "or", "add", "sub", "mul", "div", "mod"):
            raise self._unexpected(Token("word", text))
        return Path(tuple(text.replace("[", "/").replace("]", "").split("/")))

    def _call(self, name: str) -> Node:
        known = FUNCTIONS.get(name.lower())
        if known is None:
            raise bad(T("没有函数“{}”。", "There is no function “{}”."), name[:40])
        arguments: list[Node] = []
        while not self._take(")"):
            if arguments and not self._take(","):
                raise self._unexpected(self._peek())
            arguments.append(self.level(0))
        if len(arguments) not in known:
            raise bad(T("函数“{}”的参数个数不对。", "“{}” has a wrong number of arguments."), name)
        return Call(name.lower(), tuple(arguments))


def _literal(token: Token) -> Any:
    try:
        return _LITERALS[token.kind](token.text)
    except (ValueError, Invalid, OverflowError, shapely.errors.ShapelyError) as error:
        raise bad(T("“{}”不是有效的值。", "“{}” is no valid value."), token.text[:60]) from error


def _number(text: str) -> int | float:
    return float(text) if re.search(r"[.eE]", text) else int(text)


def _quoted(text: str) -> str:
    return text[1:-1].replace("''", "'")


def _instant(text: str) -> Moment:
    at = instant_of(text)
    return Moment(at, at)


def _interval(text: str) -> Moment:
    first, _, last = text.partition("/")
    return Moment(instant_of(first), instant_of(last))


def _typed(text: str) -> Any:
    kind, _, rest = text.partition("'")
    inner = _quoted("'" + rest)
    if kind == "duration":
        found = _DURATION.fullmatch(inner)
        if found is None:
            raise ValueError(inner)
        sign, *amounts = found.groups(default="0")
        days, hours, minutes, seconds = map(float, amounts)
        length = round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000)
        return Span(-length if sign == "-" else length)
    if kind == "datetimeoffset":
        return _instant(inner)
    return shapely.from_wkt(inner.partition(";")[2] if inner.startswith("SRID") else inner)


_LITERALS = {
    "interval": _interval, "instant": _instant, "date": date.fromisoformat,
    "clock": time.fromisoformat, "number": _number, "typed": _typed, "text": _quoted,
}  # fmt: skip


def conjuncts(node: Node | None) -> list[Node]:
    """The parts that must all hold."""
    if node is None:
        return []
    if isinstance(node, Binary) and node.operator == "and":
        return [*conjuncts(node.left), *conjuncts(node.right)]
    return [node]


def paths_in(node: Node) -> list[Path]:
    if isinstance(node, Path):
        return [node]
    if isinstance(node, Binary):
        return [*paths_in(node.left), *paths_in(node.right)]
    if isinstance(node, Unary):
        return paths_in(node.of)
    if isinstance(node, Call):
        return [path for each in node.arguments for path in paths_in(each)]
    return []
