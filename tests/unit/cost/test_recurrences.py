"""Closed forms of variables are what unrolling the loop gives."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from aalpl.cost.closed.recurrences import Rounds, solve
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ONE, ZERO, Size, ceil, const, floor, indexed, maximum, minimum, sym

x, i, n, c, w = map(sym, ("x~", "i", "n", "c", "w"))
t = indexed("t", i)


def updates(random: Random) -> Size:
    """One round: the value after it, of the value x before it and the index i."""

    def added() -> Size:
        m = indexed("m", i)
        return random.choice([const(random.randint(0, 3)), n, i, m, i * n, m * 2 + 1])

    return random.choice(
        [
            x,
            added(),
            x + added(),
            x * 2 + added(),
            x * random.choice([const(3), const(-1), const(Fraction(1, 2)), n]) + added(),
            (1 - t) * x + t * added(),
            (1 - t) * (x + 1) + t * (2 * x),
            minimum(x + c, w),
            maximum(x - c, ZERO),
            maximum(x, added()),
            minimum(x, added()),
            ceil(x / 2),
            floor(x / 3),
        ]
    )


@pytest.mark.parametrize("seed", range(4))
def test_solved_is_unrolled(seed: int) -> None:
    random = Random(seed)
    solved = 0
    for _ in range(70):
        update, start = updates(random), random.choice([ZERO, ONE, n, w])
        low = random.choice([ZERO, ONE, n, const(-2)])
        known = Known((n - 2, c, w)).plus(i - low)
        form = solve("x~", update, start, Rounds("i", low, known))
        if form is None:
            continue
        solved += 1
        at: dict[str, object] = {
            "n": random.randint(2, 4),
            "c": random.randint(0, 3),
            "w": random.randint(0, 9),
        }
        at |= {"m": lambda r: (r * r * 5 + 2) % 7, "t": lambda r: (r * r // 2 + r) % 2}
        value, first = start.value(at), int(low.value(at))
        for r in range(first, first + 6):
            assert form.value({**at, "i": r}) == value, f"{update} from {start}: {form} in round {r}"
            value = update.value({**at, "x~": value, "i": r})
    assert solved > 40


def test_a_doubling_transcript_is_a_power_of_two() -> None:
    rounds = Rounds("i", ONE, Known((n - 1,)).plus(i - 1))
    form = solve("x~", 2 * x + 1, n, rounds)
    assert form is not None
    assert form.value({"n": 7, "i": 5}) == (7 + 1) * 2**4 - 1


@pytest.mark.parametrize("update", [x * x, x * indexed("m", x), maximum(x, x + c) * x, ceil(x / n + c)])
def test_what_has_no_closed_form_has_no_answer(update: Size) -> None:
    assert solve("x~", update, n, Rounds("i", ZERO, Known((n - 1,)).plus(i))) is None
