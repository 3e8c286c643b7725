"""Random contracts with their numbers, values that conform to them, and replies in which models say such values."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from aalpl.program.size import ONE
from aalpl.program.tokens import tokens
from aalpl.program.types import (
    Between,
    Bool,
    Choice,
    Exactly,
    Int,
    ListOf,
    Maybe,
    Open,
    Real,
    Record,
    Text,
    Type,
)

Contract = tuple[Type, tuple[Any, ...], st.SearchStrategy[Any]]
"""A type, the numbers in it, and the plain values it allows."""

NOTHINGS = {"", "nothing", "none", "null", "n/a"}
WORDS = st.text(st.sampled_from("abcXYZ é.,!?\n{}[]\"'`0123456789:-"), min_size=1, max_size=12)
OPTIONS = st.lists(
    st.text(st.sampled_from("abcdefgh"), min_size=1, max_size=5).filter(lambda x: x not in NOTHINGS),
    min_size=1, max_size=4, unique=True,
)  # fmt: skip


@st.composite
def scalars(draw: Any) -> Contract:
    """A truth, a whole number, a number, a choice."""
    kind = draw(st.sampled_from(["bool", "int", "real", "choice", "options"]))
    if kind == "bool":
        return Bool(), (), st.booleans()
    if kind == "int":
        low = draw(st.none() | st.integers(-(10**6), 10**6))
        high = draw(st.none() | st.integers(low if low is not None else -(10**6), 2 * 10**6))
        return (
            Int(low and ONE, high and ONE),
            (low, high),
            st.integers(low, high).filter(lambda n: abs(n) < 10**9),
        )
    if kind == "real":
        return (
            Real(),
            (),
            st.fractions(-1000, 1000, max_denominator=8).filter(lambda x: (x * 1000).denominator == 1),
        )
    options = draw(OPTIONS)
    return Choice(tuple(options)), (), st.sampled_from(options)


@st.composite
def texts(draw: Any, inside: bool) -> Contract:
    """A text, open or of a range of lengths. `inside` of something it may be anything; alone it is what was said."""
    if draw(st.booleans()):
        return Text(Open()), (), WORDS
    value = draw(WORDS)
    count = len(tokens(value))
    if draw(st.booleans()):
        return Text(Exactly(ONE)), (count,), WORDS.filter(lambda x: len(tokens(x)) == count) | st.just(value)
    high = count + draw(st.integers(0, 3))
    return Text(Between(ONE, ONE)), (0, high), WORDS.filter(lambda x: len(tokens(x)) <= high) | st.just(value)


def contracts(depth: int = 2) -> st.SearchStrategy[Contract]:
    """Any contract, with lists, records and optional parts nested up to `depth`."""
    found = scalars() | texts(depth < 2)
    if depth:
        inner = contracts(depth - 1)
        found = found | optional(inner) | several(inner) | records(inner)
    return found


@st.composite
def optional(draw: Any, inner: Any) -> Contract:
    """`T?`"""
    type_, sizes, values = draw(inner)
    if isinstance(type_, Maybe):
        return type_, sizes, values
    return Maybe(type_), sizes, st.none() | values.filter(lambda x: not _nothing(x))


@st.composite
def several(draw: Any, inner: Any) -> Contract:
    """`list of T`, `list[n] of T`"""
    type_, sizes, values = draw(inner)
    if draw(st.booleans()):
        return ListOf(type_, Open()), sizes, st.lists(values, max_size=3)
    low = draw(st.integers(0, 2))
    high = low + draw(st.integers(0, 2))
    return (
        ListOf(type_, Between(ONE, ONE)),
        (low, high, *sizes),
        st.lists(values, min_size=low, max_size=high),
    )


@st.composite
def records(draw: Any, inner: Any) -> Contract:
    """`{name: T, …}`; names in any order, numbers in the order of the names."""
    names = draw(
        st.lists(
            st.sampled_from(["zeal", "age", "kind", "answer", "b2"]), min_size=1, max_size=3, unique=True
        )
    )
    fields = {name: draw(inner) for name in names}
    sizes = tuple(number for name in sorted(names) for number in fields[name][1])
    type_ = Record(tuple((name, fields[name][0]) for name in names))
    return type_, sizes, st.fixed_dictionaries({name: fields[name][2] for name in names})


def _nothing(value: Any) -> bool:
    return isinstance(value, str) and value.strip(" \t\r\n\"'`*_“”‘’«»()[].!:;").casefold() in NOTHINGS


def spoken(value: Any, type_: Type) -> list[str]:
    """Ways in which a model says a value: the bare word, JSON with and without layout, fenced, wrapped, in prose."""
    match type_, value:
        case Text(), str():
            return [value]
        case Maybe(), None:
            return [
                "nothing",
                "Nothing.",
                '"nothing"',
                *([] if _texts(type_) else ["null", '{"answer": null}']),
            ]
        case Maybe(inner), _:
            return spoken(value, inner)
    found = json.dumps(plain(value))
    wrapped = json.dumps({"answer": plain(value)}, indent=1)
    ways = [
        found,
        wrapped,
        f"```json\n{wrapped}\n```",
        f"Here you are:\n\n```\n{wrapped}\n```\nHope it helps [1].",
    ]
    match type_, value:
        case Bool(), _:
            word = "yes" if value else "no"
            ways += [word, f"{word.title()}.", f"**{word.upper()}**", f"The answer is {word}.", str(value)]
        case Int(), _:
            ways += [str(value), f"{value:,}", f"{value}.", f"It is {value:,}.", f'"{value}"', f"{value}.0"]
        case Real(), _:
            ways += [f"{float(value)}", f"{float(value):,}", f"About {float(value)} I think"]
        case Choice(), _:
            ways += [
                value,
                value.upper() if _apart(type_) else value,
                f"{value}.",
                f'"{value}"',
                f"Answer: {value}",
                f"I say:\n{value}",
            ]
        case Record(), _:
            ways = [
                found,
                json.dumps(plain(value), indent=2),
                f"```json\n{found}\n```",
                f"Sure!\n{found}\nDone.",
            ]
        case _:
            ways += [json.dumps(plain(value), indent=4)]
    return ways


def _texts(type_: Type) -> bool:
    return isinstance(type_, Maybe) and isinstance(type_.value, Text)


def _apart(choice: Choice) -> bool:
    return len({option.casefold() for option in choice.options}) == len(choice.options)


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    match value:
        case Fraction():
            return float(value)
        case list():
            return [plain(each) for each in value]
        case dict():
            return {name: plain(each) for name, each in value.items()}
        case _:
            return value


def written(value: Any, type_: Type) -> str:
    """A value as our grammars spell it: words bare, JSON with one blank after `:` and `,`."""
    match type_, value:
        case _, None:
            return "nothing"
        case Maybe(inner), _:
            return written(value, inner)
        case Bool(), _:
            return "yes" if value else "no"
        case Choice(), _:
            return str(value)
        case _:
            return json.dumps(_ordered(plain(value), type_), ensure_ascii=False)


def _ordered(value: Any, type_: Type) -> Any:
    """With the fields of records in the order they were written in."""
    match type_, value:
        case Maybe(inner), _ if value is not None:
            return _ordered(value, inner)
        case ListOf(element), list():
            return [_ordered(each, element) for each in value]
        case Record(fields), dict():
            return {name: _ordered(value[name], inner) for name, inner in fields}
        case _:
            return value


_GBNF = re.compile(r'"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|[a-z][a-z0-9]*|\{[^}]*\}|[()|*+?]')


def regex(grammar: str) -> str:
    """The regular expression of a grammar without recursion."""
    rules = dict(line.split(" ::= ", 1) for line in grammar.split("\n"))

    def of(name: str) -> str:
        return "".join(part(found[0]) for found in _GBNF.finditer(rules[name]))

    def part(text: str) -> str:
        if text[0] == '"':
            return f"(?:{re.escape(json.loads(text))})"
        if text[0] == "[":
            return re.sub(
                r"\\x(..)|\\u(....)|\\U(........)",
                lambda m: re.escape(chr(int(m[1] or m[2] or m[3], 16))),
                text,
            )
        return f"(?:{of(text)})" if text[0].isalpha() else text.replace("(", "(?:") if text == "(" else text

    return of("root")


def valid(value: Any, schema: Any) -> bool:
    """Whether a schema of ours accepts a value."""
    if "anyOf" in schema:
        return any(valid(value, each) for each in schema["anyOf"])
    kinds = {
        "string": str,
        "boolean": bool,
        "integer": int,
        "number": int | float,
        "null": type(None),
        "array": list,
        "object": dict,
    }
    if not isinstance(value, kinds[schema["type"]]) or (
        isinstance(value, bool) and schema["type"] != "boolean"
    ):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    match value:
        case list():
            few, many = schema.get("minItems", 0), schema.get("maxItems", len(value))
            return few <= len(value) <= many and all(valid(each, schema["items"]) for each in value)
        case dict():
            names = schema["properties"]
            whole = set(schema["required"]) <= value.keys() <= names.keys()
            return whole and all(valid(each, names[name]) for name, each in value.items())
        case int() | float():
            return schema.get("minimum", value) <= value <= schema.get("maximum", value)
        case _:
            return True
