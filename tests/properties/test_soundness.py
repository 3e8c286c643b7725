"""No bound is ever wrong, and there are bounds: random programs against all their behaviours, and against metered runs.

Most are judged with all engines, the others by structure alone, so that what structure says is not hidden by what rules say
better. What is printed is, for each construct, how many programs with it have a finite bound that is no constant. Other
seeds: `AALPL_FIRST_SEED=100000 python -m pytest tests/properties`.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterable, Iterator
from statistics import median
from typing import Any

import attrs
import pytest
from support import programs, small
from support.judge import Judged, judged, judged_by_structure
from support.sharing import shared

from aalpl.check import load
from aalpl.program import nodes as p
from aalpl.program.node import Node
from aalpl.report import Source

ALL_ENGINES = 900
BY_STRUCTURE = 900


def test_no_bound_is_wrong_and_most_are_finite_and_close(
    first_seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    found = shared(judged, range(first_seed, first_seed + ALL_ENGINES))
    for each in found:
        assert not each.wrong, each.wrong[0]
    ratios = [each.ratio for each in found if each.ratio is not None]
    with capsys.disabled():
        print("\n".join(["", *_told(found), _spread(ratios)]))  # noqa: T201
    assert _share(found, "counted loop") >= 0.6
    assert _share(found) >= 0.4
    assert len(ratios) >= 0.3 * len(found)
    assert median(ratios) <= 1.5


def test_no_bound_by_structure_is_wrong(first_seed: int) -> None:
    first = first_seed + ALL_ENGINES
    found = shared(judged_by_structure, range(first, first + BY_STRUCTURE))
    for each in found:
        assert not each.wrong, each.wrong[0]
    assert _share(found) >= 0.4


def _share(found: Iterable[Judged], construct: str = "any program") -> float:
    """Of the programs with a construct, how many have a finite bound that is no constant."""
    those = [each for each in found if construct == "any program" or construct in each.constructs]
    return sum(each.bounded for each in those) / len(those)


def _told(found: list[Judged]) -> Iterator[str]:
    with_it, bounded, awaited = Counter[str](), Counter[str](), Counter[str]()
    for each in found:
        names = each.constructs | {"any program"}
        with_it.update(names)
        bounded.update(names if each.bounded else ())
        awaited.update(names if each.awaited else ())
    yield f"{'programs with':22} {'number':>6}  finite and no constant: worst case, expectation"
    for name, count in with_it.most_common():
        yield f"{name:22} {count:6} {bounded[name] / count:12.0%} {awaited[name] / count:8.0%}"


def _spread(ratios: list[float]) -> str:
    exact, far = (sum(ratio == 1 for ratio in ratios), sum(ratio > 2 for ratio in ratios))
    return f"upper/worst at the largest size: median {median(ratios):.3g} of {len(ratios)}, 1 in {exact}, above 2 in {far}"


# -- the generator -------------------------------------------------------------------------------------------------


def test_every_kind_of_node_is_in_one_program_of_a_hundred() -> None:
    seen, count = Counter[type](), 0
    texts = [small.generate(seed).text for seed in range(700)] + [
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
