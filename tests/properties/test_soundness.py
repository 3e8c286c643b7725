"""No bound is ever wrong, and there are bounds: random programs against all their behaviours, and against metered runs.

The smaller sample is judged with all engines, the larger one by structure alone, which is quicker. What is printed (`-s`) is,
for each construct, how many programs with it have a finite bound that is no constant.
"""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Any

import attrs
import pytest
from support import programs, small
from support.judge import Judged, judged, program_of

from aalpl.check import load
from aalpl.cost.result import Bracket
from aalpl.cost.rules.bounded import Systems
from aalpl.program import nodes as p
from aalpl.program.node import Node
from aalpl.report import Source

ALL_ENGINES = range(0, 60)
BY_STRUCTURE = range(1000, 1700)


def test_no_bound_of_all_engines_is_wrong_and_most_are_finite_and_close() -> None:
    with_it, bounded, awaited, ratios = Counter[str](), Counter[str](), Counter[str](), list[float]()
    counted = Counter[bool]()
    for constructs, found in _judged(ALL_ENGINES):
        assert not found.wrong, found.wrong[0]
        with_it.update(constructs)
        if "counted loop" in constructs and "random loop" not in constructs:  # which have no worst case
            counted[found.bounded] += 1
        bounded.update(constructs if found.bounded else ())
        awaited.update(constructs if found.awaited else ())
        ratios += [] if found.ratio is None else [found.ratio]
    told = [*_told(with_it, bounded, awaited), f"upper/worst: median {median(ratios)} of {len(ratios)}"]
    sys.stdout.write("\n".join([*told, ""]))
    assert bounded["any program"] >= 0.4 * with_it["any program"]
    sys.stdout.write(f"counted loops with a worst case: {counted}\n")
    assert counted[True] >= 0.6 * counted.total()
    assert awaited["random loop"] >= 0.4 * with_it["random loop"]
    assert median(ratios) <= 1.5


def test_no_bound_by_structure_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Systems, "bracket", lambda *_: Bracket())
    bounded = 0
    for _, found in _judged(BY_STRUCTURE):
        assert not found.wrong, found.wrong[0]
        bounded += found.bounded
    assert bounded >= 0.4 * len(BY_STRUCTURE)


def _judged(seeds: range) -> Iterator[tuple[frozenset[str], Judged]]:
    for seed in seeds:
        made = small.generate(seed)
        yield made.constructs | {"any program"}, judged(made, program_of(made))


def _told(with_it: Counter[str], bounded: Counter[str], awaited: Counter[str]) -> Iterator[str]:
    for name, count in with_it.most_common():
        yield f"{name:22} {count:4}  worst {bounded[name] / count:4.0%}  expected {awaited[name] / count:4.0%}"


# -- the generator -------------------------------------------------------------------------------------------------


def test_every_kind_of_node_is_in_one_program_of_a_hundred() -> None:
    seen, count = Counter[type](), 0
    texts = [small.generate(seed).text for seed in range(400)] + [
        programs.generate(seed).text for seed in range(20)
    ]
    for text in texts:
        program, diagnostics = load(Source("program.aalp", text))
        assert program is not None, diagnostics
        seen.update({type(each) for each in _nodes(program)})
        count += 1
    kinds = {
        each
        for each in vars(p).values()
        if inspect.isclass(each) and issubclass(each, Node) and each is not Node
    }
    assert {each.__name__ for each in kinds if seen[each] < 0.01 * count} == set()


def _nodes(root: object) -> Iterator[Any]:
    todo = [root]
    while todo:
        match todo.pop():
            case tuple() | frozenset() as several:
                todo += several
            case dict() as several:
                todo += several.values()
            case Node() as node if attrs.has(type(node)):
                yield node
                todo += [getattr(node, each.name) for each in attrs.fields(type(node))]
