"""Growth classes: known answers, and none that a sample of large sizes contradicts."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable
from fractions import Fraction

import pytest

from aalpl.cases.formula import formula
from aalpl.cost.growth.classes import growth
from aalpl.cost.growth.scale import Row, Scale, bounded
from aalpl.program.size import Size


def below(*pairs: str, fixed: Iterable[str] = (), probabilities: Iterable[str] = ()) -> Scale:
    """The scale of the hypotheses `a <= b`, written `"a b"`."""
    rows = []
    for pair in pairs:
        small, large = map(formula, pair.split())
        ((product, _),) = (small / large).terms.items()
        rows.append(Row(product, Fraction(1)))
    return Scale(frozenset([*fixed, *probabilities]), frozenset(), frozenset(probabilities), tuple(rows))


NOTHING = below()

THETAS = [
    ("sum(i in 1..n: floor(n/i))", "n*log(n)", NOTHING),
    ("sum(i in 1..n: ceil(n/i))", "n*log(n)", NOTHING),
    ("n*sum(i in 1..n: 1/i)", "n*log(n)", NOTHING),
    ("floor(n/2) + sum(i in 1..floor(n/2): floor(log(max(1, n/(2*i)))/log(2)))", "n", NOTHING),
    ("n + sum(i in 0..n-1: floor(log((i+1)/2)/log(2)))", "n*log(n)", NOTHING),
    ("log(n) + sum(i in 0..ceil(log(n)/log(2)) - 1: floor((n-1)/(2*2^i)))", "n", NOTHING),
    ("3*n^2 + 5*n + 7", "n^2", NOTHING),
    ("b*(b-1)/2*(n+1) + b*n", "n*b^2", NOTHING),
    ("n*k + n", "n*k", NOTHING),
    ("n + k", "n + k", NOTHING),
    ("n + k", "n", below("k n")),
    ("m_d + m_s*n", "m_d + m_s*n", below("m_d m_g")),
    ("m_q*k*l + m_d*b*(l^2 + l) + m_q*b*l", "m_q*k*l + m_d*b*l^2", below("b k")),
    ("T*(c + a) + (a + e)*(w*(w-1)/2 + w*(T-w))", "T*c + T*w*a + T*w*e", below("w T")),
    ("k*(N-1) - k*(k-1)/2", "k*N", below("k N")),
    ("n*(2^b - 1)", "n*2^b", NOTHING),
    ("N + K*(N-1)", "K*N", below("N 2^d", "2^d N")),
    ("4^b*n^2 - 2^b*n", "4^b*n^2", NOTHING),
    ("2^k*k^2 + 3^k", "3^k", NOTHING),
    ("ceil(n/c)", "n/c + 1", NOTHING),
    ("ceil(n/c)", "n/c", below("c n")),
    ("floor(n/2)", "n", NOTHING),
    ("max(0, n - 1)", "n", NOTHING),
    ("max(0, n) + max(k, 3)", "n + k", NOTHING),
    ("min(n, k)", "k", below("k n")),
    ("n*log(n) + 7*n", "n*log(n)", NOTHING),
    ("n*log(3*n) + k", "n*log(n) + k", NOTHING),
    ("log(n)^5 + n", "n", NOTHING),
    ("log(n*k)", "log(n) + log(k)", NOTHING),
    ("c*n", "n", below(fixed="c")),
    ("c*n + (1-p)*k + n/p", "n + k", below(fixed="c", probabilities="p")),
    ("sum(i in 1..r: q*m[i] + 3*m[i])", "q*sum(i in 1..r: m[i])", NOTHING),
    ("n^2/(n + 1)", "n", NOTHING),
    ("sum(i in 1..r: 3*q*m[i] - m[i])", "q*sum(i in 1..r: m[i])", NOTHING),
    ("n^2*2^b*2^b", "n^2*4^b", NOTHING),
    ("5", "1", NOTHING),
]


@pytest.mark.parametrize(("size", "expected", "known"), THETAS, ids=[f"{s} is {e}" for s, e, _ in THETAS])
def test_theta(size: str, expected: str, known: Scale) -> None:
    assert growth(formula(size), known).theta == formula(expected)


APART = [
    ("n - k", "n", below("k n")),
    ("k*l - b*l", "k*l", below("b k")),
]


@pytest.mark.parametrize(("size", "upper", "known"), APART, ids=[s for s, _, _ in APART])
def test_only_an_upper_class(size: str, upper: str, known: Scale) -> None:
    found = growth(formula(size), known)
    assert found.upper == formula(upper)
    assert found.lower is None
    assert found.theta is None
    assert found.reason


def test_a_constant_that_may_be_zero_counts_above_only() -> None:
    """c is at least 1, so (c - 1)*n may be 0."""
    found = growth(formula("(c - 1)*n + k"), below(fixed="c"))
    assert found.upper == formula("n + k")
    assert found.lower == formula("k")


def test_a_bounded_size_has_no_class() -> None:
    known = below("n k", "k 3")
    assert bounded(known, {"n", "k"}) in ("n", "k")
    assert bounded(known, {"l"}) is None
    assert "from growing" in growth(formula("n"), known).reason


def test_a_class_bounds_its_size() -> None:
    """Sampled: along several directions to infinity, size / class stays between two numbers."""
    for size, expected, known in THETAS:
        if "sum" in size:
            continue
        ratios = [
            ratio(formula(size), formula(expected), at)
            for at in assignments(known, formula(size + "+" + expected))
        ]
        assert min(ratios) > 1 / 50, size
        assert max(ratios) < 50, size


def assignments(known: Scale, size: Size) -> Iterable[dict[str, object]]:
    names = sorted(size.free)
    for values in itertools.product([40, 64, 200], repeat=len(names)):
        at: dict[str, object] = dict(zip(names, values, strict=True))
        at |= dict.fromkeys(known.fixed & set(names), 2)
        at |= {name: Fraction(1, 3) for name in known.probabilities & set(names)}
        if all(obeyed(row, at) for row in known.rows):
            yield at


def obeyed(row: Row, at: dict[str, object]) -> bool:
    names = Size({row.product: 1})
    return not names.free <= set(at) or names.value(at) <= 1


def ratio(size: Size, other: Size, at: dict[str, object]) -> float:
    return float(size.value(at) / other.value(at))


def test_classes_of_random_sizes_along_random_ways_to_infinity() -> None:
    """Sizes go to infinity as c*t^a, within the hypotheses; f over its upper class must not grow, over its lower class
    not vanish."""
    rng = random.Random(11)
    known = below("b k", "k n")
    judged = 0
    for _ in range(150):
        size = random_size(rng)
        found = growth(size, known)
        for _ in range(12):
            way = random_way(rng)
            near, far = (size.value(way(t)) for t in (10**6, 10**9))
            for side, bound in (("upper", found.upper), ("lower", found.lower)):
                if bound is None or not bound:
                    continue
                judged += 1
                below_near, below_far = bound.value(way(10**6)), bound.value(way(10**9))
                if not below_near or not below_far:  # `max(0, n - k)` where n = k
                    assert far <= 0 if side == "upper" else far >= 0
                    continue
                first, second = near / below_near, far / below_far
                if side == "upper":
                    assert second <= 2 * abs(first) + 100, (size, found, side)
                else:
                    assert second > 0, (size, found, side)
                    assert second >= first / 2 or second > Fraction(1, 1000), (size, found, side)
    assert judged > 1000


def random_size(rng: random.Random) -> Size:
    total = formula("0")
    for _ in range(rng.randint(1, 4)):
        product = formula(str(rng.choice([1, 2, 3, -1, -1, -2])))
        for _ in range(rng.randint(0, 3)):
            product = product * formula(rng.choice(ATOMS))
        total = total + product
    return total


ATOMS = [
    "n",
    "k",
    "b",
    "n",
    "k",
    "m",
    "floor(n/2)",
    "ceil(n/k)",
    "max(k, m)",
    "min(n, m)",
    "max(0, n - k)",
    "1/(n + k)",
]


def random_way(rng: random.Random) -> Callable[[int], dict[str, object]]:
    """b <= k <= n with all sizes growing, often with two of them equal."""
    powers = sorted(rng.choice([1, 1, 2, 3]) for _ in range(3))
    scales = sorted(rng.choice([1, 1, 2, 5]) for _ in range(3))
    free = rng.choice([1, 2, 3])

    def at(t: int) -> dict[str, object]:
        b, k, n = (scale * t**power for scale, power in zip(scales, powers, strict=True))
        return {"b": b, "k": k, "n": n, "m": t**free}

    return at
