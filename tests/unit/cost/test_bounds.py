"""Bounds lie around every value that the observables can give, and are reached where they should be."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from aalpl.cost.bounds.extremes import Bounds, Unbounded
from aalpl.cost.result import Range
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ONE, ZERO, Size, big, const, given, indexed, lift, maximum, minimum, sym
from aalpl.report import Source, Span

SPAN = Span(Source("bounds", " "), 0, 1)
i, j, n, b, c, e, T = map(sym, ("i", "j", "n", "b", "c", "e", "T"))
ROUNDS = 3


def observed(low: int, high: Size | int | None, *indices: str, at_most: Size | None = None) -> Range:
    top = None if high is None else lift(high)
    return Range(const(low), top, "observed", indices, at_most=at_most, span=SPAN)


RANGES = {
    "t": observed(0, 1, "i", at_most=b),
    "o": observed(1, c, "i"),
    "z": observed(0, 2, "i"),
    "e": observed(0, 1),
    "T": observed(1, n),
}
FACTS = (n - 1, b, c - 1)


def outcomes(at: dict[str, int]) -> Iterator[dict[str, object]]:
    """All that may be observed in three rounds."""
    for taken in product((0, 1), repeat=ROUNDS):
        if sum(taken) > at["b"]:
            continue
        for out in product(range(1, at["c"] + 1), repeat=ROUNDS):
            for flag, rounds in product((0, 1), range(1, at["n"] + 1)):
                seen = Random(f"{taken}{out}{flag}{rounds}")
                z = [seen.randint(0, 2) for _ in range(ROUNDS)]
                yield {
                    **at,
                    "t": lambda r, taken=taken: taken[int(r) - 1],
                    "o": lambda r, out=out: out[int(r) - 1],
                    "z": lambda r, z=z: z[int(r) - 1],
                    "e": flag,
                    "T": rounds,
                    "m": lambda r: int(r) * int(r),
                }


def around(form: Size) -> tuple[Size | None, Size | None]:
    known = Known(FACTS, (), RANGES)
    ends: list[Size | None] = []
    for up in (-1, 1):
        try:
            ends.append(Bounds(known, RANGES).extreme(form, up))
        except Unbounded:
            ends.append(None)
    return ends[0], ends[1]


def total(body: Size, last: Size = n) -> Size:
    return big("sum", "i", ONE, last, body)


class Forms:
    """Random forms over the observables."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def factor(self) -> Size:
        t, o, z = (indexed(name, i) for name in "toz")
        before = big("sum", "j", ONE, i - 1, self.random.choice([indexed("t", j), indexed("o", j), ONE]))
        own = [t, t, o, z, 1 - t, i, indexed("m", i), before, maximum(0, z - 1), given(o - 2), minimum(o, i)]
        return self.random.choice(own)

    def body(self) -> Size:
        result = ZERO
        for _ in range(self.random.randint(1, 3)):
            term = const(self.random.choice([1, 1, 2, -1]))
            for _ in range(self.random.randint(1, 3)):
                term = term * self.factor()
            result = result + term
        return result

    def form(self) -> Size:
        last = T if self.random.random() < 0.2 else n
        result = total(self.body(), last)
        if self.random.random() < 0.4:
            result = result + self.random.choice([e, 1 - e, T, T * T - T]) * self.random.choice([n, c, ONE])
        if self.random.random() < 0.2:
            result = result * e
        return result


@pytest.mark.parametrize("seed", range(6))
def test_bounds_hold(seed: int) -> None:
    forms = Forms(seed)
    found = 0
    for _ in range(8):
        form = forms.form()
        low, high = around(form)
        at = {"n": forms.random.randint(1, ROUNDS), "b": forms.random.randint(0, 2), "c": 2}
        fixed: dict[str, object] = {**at, "m": lambda r: int(r) * int(r)}
        values = [form.value(seen) for seen in outcomes(at)]
        if high is not None:
            assert high.value(fixed) >= max(values), f"{form} <= {high} at {at}"
            found += 1
        if low is not None:
            assert low.value(fixed) <= min(values), f"{form} >= {low} at {at}"
    assert found > 2


t_i, o_i = indexed("t", i), indexed("o", i)
TIGHT = {
    "a branch taken at most b times": total(3 * t_i + 2),
    "more in later rounds": total(t_i * i + 1),
    "less in later rounds": total(t_i * (5 - i)),
    "a flag times a length": total(t_i * o_i + 1 - t_i),
    "lengths on both sides": total(2 * o_i) - e + 1,
    "a transcript that grows": total(big("sum", "j", ONE, i - 1, indexed("o", j)) * o_i),
    "a triangle of rounds": T * (T - 1) / 2 + T,
    "a condition on what is written": total(given(o_i - 2) * 7),
    "either side of a branch": e * n + (1 - e) * c,
}


@pytest.mark.parametrize("name", TIGHT)
def test_bounds_are_reached(name: str) -> None:
    form = TIGHT[name]
    low, high = around(form)
    assert low is not None
    assert high is not None
    for rounds, times in ((1, 1), (3, 1), (3, 2)):
        at = {"n": rounds, "b": times, "c": 2}
        values = [form.value(seen) for seen in outcomes(at)]
        assert (low.value(at), high.value(at)) == (Fraction(min(values)), Fraction(max(values))), (
            f"{low}..{high}"
        )


def test_without_a_limit_there_is_no_bound() -> None:
    ranges = {"T": observed(0, None)}
    with pytest.raises(Unbounded, match="no limit above"):
        Bounds(Known((n,), (), ranges), ranges).extreme(T * n + 1, 1)
    assert Bounds(Known((n,), (), ranges), ranges).extreme(T * n + 1, -1) == 1
    assert Bounds(Known((n,), (), ranges), ranges, frozenset({"T"})).extreme(T * n + 1, 1) == T * n + 1


def test_nested_rounds_share_one_limit() -> None:
    taken = indexed("t", i, j)
    ranges = {"t": Range(ZERO, ONE, "taken", ("i", "j"), at_most=b, span=SPAN)}
    form = total(big("sum", "j", ONE, n, taken * 4))
    assert Bounds(Known(FACTS, (), ranges), ranges).extreme(form, 1) == 4 * b
    inner = {"t": Range(ZERO, ONE, "taken", ("i", "j"), at_most=b, outer=1, span=SPAN)}
    assert Bounds(Known((*FACTS, n - b), (), inner), inner).extreme(form, 1) == 4 * b * n
