"""Makes `parser.json` from the grammar: `python -m aalpl.tree.generate`. Only this file needs lark."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from lark import Lark
from lark.lexer import PatternStr, TerminalDef

from aalpl import assets

TARGET = Path(__file__).with_name("parser.json")
_WORDS = re.compile(r"(?:\(\?:)?(?P<words>\w+(?:\|\w+)*)\)?(?P<ahead>\(\?[=!].*)", re.DOTALL)


def generate(grammar: str) -> str:
    """The parser's tables as JSON: words, operators, patterns, rules, and a row of actions for each state."""
    lark = Lark(grammar, parser="lalr", lexer="basic", start=["file", "expression"])
    names = {t.name: _name(t) for t in lark.terminals}
    words = _words(lark.terminals)
    ordered = sorted(lark.rules, key=lambda rule: (rule.origin.name, str(rule.expansion), rule.alias or ""))
    rules = {rule: number for number, rule in enumerate(ordered)}
    table = lark.parser.parser._parse_table
    numbers = _numbered(table)
    rows: dict[str, int] = {}
    states = []
    for state in numbers:
        row = {
            names.get(s, s if s.isupper() or s == "$END" else _goto(s)): _action(a, rules, numbers)
            for s, a in sorted(table.states[state].items())
        }
        states.append(rows.setdefault(json.dumps(row, ensure_ascii=False), len(rows)))
    data = {
        "grammar": digest(grammar),
        "start": {name: numbers[state] for name, state in sorted(table.start_states.items())},
        "end": {name: numbers[state] for name, state in sorted(table.end_states.items())},
        "patterns": {t.name: t.pattern.value for t in lark.terminals if t.name in _PATTERNS},
        "words": words,
        "claim_words": sorted(
            word for word, (name, _) in words.items() if name in _claim_names(lark.terminals)
        ),
        "operators": sorted((n for n in names.values() if not n[0].isalpha()), key=lambda n: (-len(n), n)),
        "rules": [_rule(rule) for rule in ordered],
        "states": states,
    }
    head = json.dumps(data, ensure_ascii=False)
    return head[:-1] + ',\n"rows": [\n' + ",\n".join(rows) + "\n]}\n"


def digest(grammar: str) -> str:
    """What tells whether the tables belong to a grammar."""
    return hashlib.sha256(grammar.encode()).hexdigest()


_PATTERNS = ("NAME", "INT", "REAL", "STRING")


def _name(terminal: TerminalDef) -> str:
    """A terminal with one spelling is called by it."""
    if isinstance(terminal.pattern, PatternStr):
        return str(terminal.pattern.value)
    match = _WORDS.fullmatch(terminal.pattern.value)
    if match and terminal.name not in _PATTERNS and "|" not in match["words"]:
        return match["words"]
    return str(terminal.name)


def _claim_names(terminals: Collection[TerminalDef]) -> set[str]:
    return {_name(t) for t in terminals if t.name.startswith("_CLAIM_") or t.name == "GROWTH"}


def _words(terminals: Collection[TerminalDef]) -> dict[str, tuple[str, str]]:
    """Word -> (terminal, what must come next as a pattern)."""
    words = {}
    for terminal in terminals:
        value = terminal.pattern.value
        if isinstance(terminal.pattern, PatternStr):
            if value[0].isalpha():
                words[value] = (value, "")
        elif (match := _WORDS.fullmatch(value)) and terminal.name not in _PATTERNS:
            words |= {word: (_name(terminal), match["ahead"]) for word in match["words"].split("|")}
    return words


def _numbered(table: Any) -> dict[int, int]:
    """lark's states, whose numbers differ from run to run, in the order in which they are reached from the start."""
    reached = [state for _, state in sorted(table.start_states.items())]
    known = set(reached)
    for state in reached:
        for _, (kind, target) in sorted(table.states[state].items()):
            if kind.name == "Shift" and target not in known:
                known.add(target)
                reached.append(target)
    return {state: number for number, state in enumerate(reached)}


def _action(action: tuple[Any, Any], rules: dict[Any, int], numbers: dict[int, int]) -> int:
    """Shift and goto: the state; reduce: -1 - rule."""
    kind, argument = action
    return -1 - rules[argument] if kind.name == "Reduce" else numbers[argument]


def _goto(rule: str) -> str:
    """The key of a rule's name in a row, apart from the words."""
    return "@" + rule


def _rule(rule: Any) -> list[Any]:
    """Left side, number of symbols, action, template of children, and whether a single child stands for itself.

    A child is 2 * position, plus 1 if its parts are taken in its place; -1 is an absent optional part.
    """
    options = rule.options
    empty = "".join(str(int(absent)) for absent in options.empty_indices) or "0" * len(rule.expansion)
    absent = [len(ones) for ones in empty.split("0")]
    template: list[int] = []
    for position, symbol in enumerate(rule.expansion):
        template += [-1] * absent[position]
        if options.keep_all_tokens or not (symbol.is_term and symbol.filter_out):
            template.append(2 * position + (not symbol.is_term and symbol.name.startswith("_")))
    template += [-1] * absent[len(rule.expansion)]
    alone = bool(options.expand1 and not rule.alias)
    return [_goto(rule.origin.name), len(rule.expansion), rule.alias or rule.origin.name, template, alone]


if __name__ == "__main__":
    TARGET.write_text(generate(assets.grammar()), encoding="utf_8")
