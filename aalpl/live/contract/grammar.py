"""What may be answered as a grammar in GBNF, for decoders that follow one (llama.cpp).

Unlike a schema it needs no object around an answer: a truth is one word. Between the parts of JSON there is exactly one
blank after `:` and `,`, so that an answer has one spelling, and no tokens are spent on layout.
"""

from __future__ import annotations

import json

import attrs

from aalpl.live.contract import bounded
from aalpl.live.contract.schema import plain
from aalpl.live.contract.shape import (
    Fields,
    Number,
    OneOf,
    Perhaps,
    Several,
    Shape,
    Truth,
    Void,
    Whole,
    Words,
    shape,
)
from aalpl.live.contract.wording import NOTHING
from aalpl.run.backend import Question

FEW = 200
"""So many whole numbers are listed; of more only the digits are kept within the range."""

_SHARED = {
    "string": r'''"\"" char* "\""''',
    "char": r"""[^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt/] | "u" [0-9a-fA-F]{4})""",
    "number": r""""-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]{1,16})?""",
    "whole": r""""-"? ("0" | [1-9] [0-9]{0,17})""",
}
_NEEDS = {"string": ("char",)}


@attrs.define
class Rules:
    """The shared rules that are used."""

    used: dict[str, str] = attrs.field(factory=dict)

    def use(self, name: str) -> str:
        """A shared rule, by its name."""
        self.used |= {each: _SHARED[each] for each in (name, *_NEEDS.get(name, ()))}
        return name

    def text(self, words: Words, inside: bool) -> str:
        """A text within its bounds."""
        begins, more = bounded.rules(words, inside)
        self.used |= more
        return begins


def grammar(question: Question) -> str | None:
    """The grammar of an answer; None where any text will do, or one that is too long for rules."""
    found = shape(question.contract, question.sizes)
    words = found.value if isinstance(found, Perhaps) else found
    free = plain(found) and not (isinstance(words, Words) and bounded.bounded(words))
    return None if free else written(found)


def written(shape: Shape) -> str:
    """The grammar of a shape, line by line."""
    rules = Rules()
    root = _bare(shape, rules)
    return "\n".join([f"root ::= {root}", *(f"{name} ::= {rule}" for name, rule in rules.used.items())])


def _bare(shape: Shape, rules: Rules) -> str:
    """An answer by itself: words without quotes."""
    match shape:
        case Words():
            return rules.text(shape, False)
        case Truth():
            return '"yes" | "no"'
        case OneOf(options):
            return _either(options)
        case Perhaps(OneOf(options)):
            return _either((*options, NOTHING))
        case Perhaps(value):
            return f'{_bare(value, rules)} | "{NOTHING}"'
        case _:
            return _inside(shape, rules)


def _inside(shape: Shape, rules: Rules) -> str:
    """A value inside of JSON."""
    match shape:
        case Words() if bounded.bounded(shape):
            return f'"\\"" {rules.text(shape, True)} "\\""'
        case Words():
            return rules.use("string")
        case Truth():
            return '("true" | "false")'
        case Whole(low, high):
            return _whole(low, high, rules)
        case Number():
            return rules.use("number")
        case OneOf(options):
            return f"({_either(tuple(json.dumps(option, ensure_ascii=False) for option in options))})"
        case Perhaps(value):
            return f'({_inside(value, rules)} | "null")'
        case Several():
            return _several(shape, rules)
        case Fields(fields):
            parts = [f"{_quoted(json.dumps(name) + ': ')} {_inside(inner, rules)}" for name, inner in fields]
            return " ".join(['"{"', ' ", " '.join(parts), '"}"'])
        case Void():
            return '"null"'


def _several(several: Several, rules: Rules) -> str:
    kinds = [_inside(each, rules) for each in dict.fromkeys(several.elements)]
    element = kinds[0] if len(kinds) == 1 else f"({' | '.join(kinds)})"
    low, high = several.low, several.high
    if high == 0:
        return '"[]"'
    more = f"{{{max(0, low - 1)},{'' if high is None else high - 1}}}"
    full = f'"[" {element} (", " {element}){more} "]"'
    return full if low else f'({full} | "[]")'


def _whole(low: int | None, high: int | None, rules: Rules) -> str:
    if low is not None and high is not None and high - low < FEW:
        return f"({_either(tuple(map(str, range(low, high + 1))))})"
    if low is None or low < 0:
        return rules.use("whole")
    digits = 17 if high is None else len(str(high)) - 1
    return f'("0" | [1-9] [0-9]{{0,{digits}}})'


def _either(words: tuple[str, ...]) -> str:
    return " | ".join(map(_quoted, words))


def _quoted(text: str) -> str:
    """A text as GBNF writes it."""
    return json.dumps(text)
