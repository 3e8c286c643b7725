"""Closed forms of sums are the sums, whatever the symbols are, also over empty ranges."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from aalpl.cost.closed.antidifferences import powers
from aalpl.cost.closed.sums import total
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Size, big, ceil, const, given, indexed, maximum, minimum, power, sym

i, j, n, k, w = map(sym, ("i", "j", "n", "k", "w"))


def added_up(low: Size, high: Size, body: Size, at: dict[str, object]) -> Fraction | float:
    rounds = range(int(low.value(at)), int(high.value(at)) + 1)
    return sum((body.value({**at, "i": r}) for r in rounds), Fraction(0))


class Bodies:
    """Random summands over the index i."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def leaf(self) -> Size:
        return self.random.choice([i, i, n, w, k, const(self.random.randint(-3, 3)), indexed("m", i)])

    def border(self) -> Size:
        return i * self.random.choice([-2, -1, 1, 2]) + self.random.choice([n, w, const(2), -w, -n])

    def body(self, depth: int) -> Size:
        pick = self.random.random()
        if depth == 0 or pick < 0.3:
            return self.leaf()
        if pick < 0.5:
            return self.body(depth - 1) * self.body(depth - 1)
        if pick < 0.65:
            return self.body(depth - 1) + self.body(depth - 1)
        if pick < 0.75:
            choose = self.random.choice([maximum, minimum])
            return choose(self.border(), self.random.choice([ZERO, n, self.leaf()]))
        if pick < 0.83:
            return given(self.border())
        if pick < 0.9:
            base = self.random.choice([2, 3, Fraction(1, 2)])
            return power(base, self.random.choice([i, i + 1, n - i]))
        low, high = self.random.choice([ZERO, i, ONE]), self.random.choice([i - 1, n, i + 2])
        return big("sum", "j", low, high, indexed("m", j) + self.random.choice([ZERO, n]))

    def range(self) -> tuple[Size, Size]:
        return self.random.choice([ZERO, ONE, w, const(-2)]), self.random.choice([n, n - 1, w, k, const(-4)])

    def facts(self) -> tuple[Size, ...]:
        return self.random.choice([(), (n,), (w, n, k), (n - w, w)])


@pytest.mark.parametrize("seed", range(5))
def test_closed_form_is_the_sum(seed: int) -> None:
    bodies = Bodies(seed)
    compared = 0
    for _ in range(60):
        body, (low, high), facts = bodies.body(3), bodies.range(), bodies.facts()
        at: dict[str, object] = {name: bodies.random.randint(0, 6) for name in "nwk"}
        at["m"] = lambda x: (x * x * 7 + 3) % 5
        if all(fact.value(at) >= 0 for fact in facts):
            closed = total("i", low, high, body, Known(facts))
            assert closed.value(at) == added_up(low, high, body, at), f"{body} over {low}..{high}: {closed}"
            compared += 1
    assert compared > 30


def test_faulhaber() -> None:
    for degree in range(6):
        for last in range(6):
            assert powers(degree, const(last)) == sum(r**degree for r in range(1, last + 1))


def test_a_window_moves_along_the_range() -> None:
    window = total("i", ONE, n, maximum(0, (i - 1 - w) * (k + 2)), Known((n - w, w, k)))
    for last, width, each in ((20, 5, 1), (7, 0, 3), (4, 4, 2)):
        at = {"n": last, "w": width, "k": each}
        assert window.value(at) == sum(max(0, (r - 1 - width) * (each + 2)) for r in range(1, last + 1))
    assert "sum" not in str(window)


def test_a_sum_inside_a_sum_is_turned_inside_out() -> None:
    found = total("i", ONE, n, big("sum", "j", ONE, i, indexed("m", j)), Known((n,)))
    assert found == big("sum", "j", ONE, n, indexed("m", j) * (n - j + 1))


def test_pieces_of_a_length_add_up_to_it() -> None:
    pieces = total("i", ZERO, sym("last"), minimum(k, n - k * i), Known((n, k - 1)))
    assert pieces != n
    assert total("i", ZERO, ceil(n / k) - 1, minimum(k, n - k * i), Known((n, k - 1))) == n


def test_halving_levels_are_geometric() -> None:
    levels = total("i", ONE, n, power(2, n - i), Known((n,)))
    assert levels == power(2, n) - 1


def test_tidy_decides_what_the_facts_decide() -> None:
    known = Known((n - 3, k))
    assert tidy(maximum(0, n - 1) + given(n - 2) * k + minimum(n, const(2)), known) == n - 1 + k + 2
    assert tidy(given(n - 4), known) == given(n - 4)


def test_what_is_known_is_used_and_nothing_else() -> None:
    known = Known((n - 1, k - 1, w - 1, k - w)).plus(i, k - 1 - i)
    assert known.proves(k * n - w * n)
    assert known.proves(n * (k - i - 1))
    assert known.proves(power(2, k) / power(2, i) - 1)
    assert known.proves(k / n)
    for false in (k / n - 1, w - k, i - 1):
        assert not known.proves(false)


def test_pieces_of_less_than_nothing_are_none() -> None:
    pieces = total("i", ZERO, ceil(n / k) - 1, minimum(k, n - k * i), Known((k - 1,)))
    assert pieces.value({"n": -5, "k": 2}) == 0
    assert pieces.value({"n": 5, "k": 2}) == 5
