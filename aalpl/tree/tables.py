"""The parser's tables, read from `parser.json`, which `generate.py` makes from the grammar."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import attrs


class Rule(NamedTuple):
    """A production: what it makes of the last `length` symbols; see `generate.py` for `template`.

    A `helper` gives its parts to the rule around it; where it `passes`, its only symbol's value is its value.
    """

    left: str
    length: int
    action: str
    template: tuple[int, ...]
    alone: bool
    helper: bool
    passes: bool


@attrs.frozen
class Tables:
    """Words and operators for the scanner; rules and rows of actions (shift state >= 0, reduce -1 - rule)."""

    start: dict[str, int]
    end: dict[str, int]
    patterns: dict[str, str]
    words: dict[str, tuple[str, re.Pattern[str] | None]]
    claim_words: frozenset[str]
    operators: tuple[str, ...]
    rules: tuple[Rule, ...]
    rows: tuple[dict[str, int], ...]


@cache
def tables() -> Tables:
    """The tables of the shipped grammar."""
    data = json.loads(Path(__file__).with_name("parser.json").read_text(encoding="utf_8"))
    patterns = {ahead: re.compile(ahead) for _, ahead in data["words"].values() if ahead}
    rows = data["rows"]
    return Tables(
        start=data["start"],
        end=data["end"],
        patterns=data["patterns"],
        words={word: (name, patterns.get(ahead)) for word, (name, ahead) in data["words"].items()},
        claim_words=frozenset(data["claim_words"]),
        operators=tuple(data["operators"]),
        rules=tuple(_rule(*rule) for rule in data["rules"]),
        rows=tuple(rows[number] for number in data["states"]),
    )


def _rule(left: str, length: int, action: str, template: list[int], alone: bool) -> Rule:
    passes = alone and length == 1 and template == [0]
    return Rule(left, length, action, tuple(template), alone, left.startswith("@_"), passes)
