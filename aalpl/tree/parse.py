"""Text to tree: scan, run the automaton, put mistakes into words; go on behind a mistake with the next item."""

from __future__ import annotations

import re
from typing import Any, Literal

import attrs

from aalpl.report import Diagnostic, Source
from aalpl.tree import engine
from aalpl.tree.build import Builder
from aalpl.tree.expressions import Expr
from aalpl.tree.items import File
from aalpl.tree.scan import DEDENT, END, LAYOUT, Token, scan

Start = Literal["file", "expression"]


def parse(source: Source) -> tuple[File | None, list[Diagnostic]]:
    """The tree of a program, or None and what is wrong with the text."""
    scanned = scan(source)
    tree, problems = _tree(source, scanned.tokens, "file")
    if tree is None:
        return None, problems + _further(source, problems[-1])
    return attrs.evolve(tree, comments=tuple(scanned.comments)), []


def parse_expression(source: Source) -> tuple[Expr | None, list[Diagnostic]]:
    """The tree of an expression, on one line or several."""
    tokens = [token for token in scan(source).tokens if token.kind not in LAYOUT or token.kind == END]
    tree, problems = _tree(source, tokens, "expression")
    return tree, problems


def unfinished(source: Source) -> bool:
    """Whether the text is only the beginning of a program: all it lacks is more lines."""
    tokens = scan(source).tokens
    outcome = engine.run(tokens, "file", lambda *_: None)
    if not isinstance(outcome, engine.Stuck):
        return False
    stuck = tokens[outcome.index]
    if stuck.bad:
        return stuck.kind == "open_string" and stuck.text.startswith('"""')
    return stuck.kind == END or (
        stuck.kind == DEDENT and all(t.kind in LAYOUT for t in tokens[outcome.index :])
    )


_ITEM = re.compile(
    r"^(?:size|const|prob|assume|model|llm|measure|oracle|def|type|costmodel|input|use|claim)(?=[ \t]+[^\W\d])",
    re.MULTILINE,
)
_MANY = 10  # mistakes that are told at most
_NEAR = 1  # rows within which an item may well be spoilt by a mistake above it


def _further(source: Source, first: Diagnostic) -> list[Diagnostic]:
    """Mistakes in later items, left out where an earlier one may have caused them."""
    found: list[Diagnostic] = []
    last = first
    while len(found) < _MANY - 1 and last.code not in _FATAL:
        start = _item_after(source, last)
        if start is None:
            break
        tree, problems = _tree(source, scan(source, start).tokens, "file")
        if tree is not None:
            break
        found += problems
        last = problems[-1]
    return found


def _item_after(source: Source, problem: Diagnostic) -> int | None:
    """Where the next item begins that is not so near that the mistake may spoil it."""
    end = max(label.span.end for label in (problem.label, *problem.others))
    row = source.place(end)[0]
    for item in _ITEM.finditer(source.text, end):
        if source.place(item.start())[0] > row + _NEAR:
            return item.start()
    return None


_FATAL = frozenset({"unclosed-string", "nesting-too-deep", "not-text"})


def _tree(source: Source, tokens: list[Token], start: Start) -> tuple[Any, list[Diagnostic]]:
    builder = Builder(source)
    outcome = engine.run(tokens, start, builder)
    if isinstance(outcome, engine.Stuck | engine.TooDeep):
        return None, [_told(source, tokens, outcome, start)]
    return (None, builder.problems) if builder.problems else (outcome, [])


def _told(
    source: Source, tokens: list[Token], outcome: engine.Stuck | engine.TooDeep, start: Start
) -> Diagnostic:
    """A mistake in words, which are loaded only now: most texts have none."""
    from aalpl.tree.mistakes import explain, too_deep

    if isinstance(outcome, engine.TooDeep):
        return too_deep(source, outcome)
    return explain(source, tokens, outcome.index, start)
