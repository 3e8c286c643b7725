"""An annotation that is used is needed: without it the answer is weaker or unknown, never what it was.

Every hypothesis of every program is deleted in turn: each `assume`d relation, `requires`, `at most`, `with
probability`, `decreases`, each `where` fact, `right` and `rivals`. What the check and the analysis then answer must
differ, and no bound may become tighter.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest
from support.tuples import size_tuples

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.claims.verdict import verdicts
from aalpl.cost.result import Answer, Quantity
from aalpl.program.nodes import Program
from aalpl.report import Severity, Source
from aalpl.tree import nodes as t
from aalpl.tree import parse, write

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = sorted(
    [*(ROOT / "tests" / "cases" / "shared").glob("*.aalp"), *(ROOT / "examples" / "paper").glob("*.aalp")]
)
QUANTITIES = [Quantity("calls"), Quantity("tokens in"), Quantity("tokens out"), Quantity("cost", "primitive")]


def deletions(node: Any) -> Iterator[tuple[str, Any]]:
    """The tree with one annotation less, for each one, and what was deleted."""
    match node:
        case t.Condition(_, at_most, probability, decreases):
            if at_most is not None:
                yield _said("at most", at_most), attrs.evolve(node, at_most=None)
            if probability is not None:
                yield _said("with probability", probability), attrs.evolve(node, probability=None)
            if decreases is not None:
                yield _said("decreases", decreases), attrs.evolve(node, decreases=None)
        case t.Where(value, facts):
            for i in range(len(facts)):
                rest = facts[:i] + facts[i + 1 :]
                yield _said("where", facts[i]), attrs.evolve(node, facts=rest) if rest else value
        case t.Assume(conditions):
            for i in range(len(conditions)):
                rest = conditions[:i] + conditions[i + 1 :]
                yield _said("assume", conditions[i]), attrs.evolve(node, conditions=rest) if rest else None
        case t.Llm(right=right, rivals=rivals):
            if right is not None:
                yield _said("right", right), attrs.evolve(node, right=None, rivals=None)
            if rivals is not None:
                yield _said("rivals", rivals), attrs.evolve(node, rivals=None)
        case t.Def(requires=requires):
            for i in range(len(requires)):
                yield (
                    _said("requires", requires[i]),
                    attrs.evolve(node, requires=requires[:i] + requires[i + 1 :]),
                )
        case _:
            pass
    if isinstance(node, tuple):
        for i, child in enumerate(node):
            for kind, less in deletions(child):
                yield kind, node[:i] + ((less,) if less is not None else ()) + node[i + 1 :]
    elif attrs.has(type(node)):
        for field in attrs.fields(type(node)):
            if field.name not in ("span", "comments"):
                for kind, less in deletions(getattr(node, field.name)):
                    yield kind, attrs.evolve(node, **{field.name: less})


def _said(kind: str, node: t.Node) -> str:
    return f"{kind} {' '.join(node.span.text.split())}"


def cases() -> list[Any]:
    found = []
    for path in PROGRAMS:
        file, _ = parse(Source(path.name, path.read_text(encoding="utf-8")))
        assert file is not None, path
        found += [
            pytest.param(path, write(less), said, id=f"{path.parent.name}-{path.stem}-{i}")
            for i, (said, less) in enumerate(deletions(file))
        ]
    return found


@cache
def whole(path: Path) -> tuple[Program, dict[str, list[Answer]]]:
    """A program with all its annotations, and what is answered."""
    program, diagnostics = load(Source("program.aalp", path.read_text(encoding="utf-8")))
    assert program is not None, diagnostics
    return program, answers(program)


def answers(program: Program) -> dict[str, list[Answer]]:
    """The bounds of each function, in all quantities."""
    said: dict[str, list[Answer]] = {}
    for name, function in program.functions.items():
        if not function.library:
            analysis = analyse(program, name)
            said[name] = [analysis.answer(quantity) for quantity in QUANTITIES]
    return said


def weaker(less: Answer, full: Answer, at: dict[str, Any]) -> bool:
    """Whether bounds without the annotation lie around those with it, where both have a value."""
    if {c.name for c in less.conditional} - {c.name for c in full.conditional}:
        return True  # given in a number that is bounded with it
    for mine, other, sign in ((less.lower, full.lower, -1), (less.upper, full.upper, 1)):
        if mine is None:
            continue
        if other is None:
            return False
        names = {name: 1 for name in mine.free | other.free if name.startswith("o_") or "@" in name}
        try:
            if sign * (mine.value({**at, **names}) - other.value({**at, **names})) < 0:
                return False
        except KeyError:
            continue
    return True


def proved(program: Program) -> list[str]:
    """The conditions that need no checking at run time."""
    return [each.text for each in program.obligations if each.status == "proved"]


def claimed(program: Program) -> list[tuple[str, str]]:
    """What becomes of the claims."""
    return [(verdict.outcome, verdict.reason) for verdict in verdicts(program)]


UNSEEN: dict[str, set[str]] = {}
"""Annotations whose absence changes no answer: none; the test fails if one that is listed is seen."""


@pytest.mark.parametrize(("path", "less", "said"), cases())
def test_without_an_annotation_the_answer_is_weaker(path: Path, less: str, said: str) -> None:
    program, before = whole(path)
    changed, problems = load(Source("program.aalp", less))
    refused = changed is None or any(each.severity is Severity.ERROR for each in problems)
    if changed is None or refused:
        return  # nothing is answered any more
    after = answers(changed)
    for name, answered in before.items():
        for at in size_tuples(program, name, 3):
            assert all(weaker(a, b, at) for a, b in zip(after[name], answered, strict=True)), name
    seen = proved(program) != proved(changed) or before != after or claimed(program) != claimed(changed)
    assert seen is (said not in UNSEEN.get(path.stem, set())), said
