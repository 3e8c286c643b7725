"""Pairs of sizes compared for growth: each verdict written down from the mathematics, with the reason, and the same verdict
found by sending sizes to infinity in floating point (`growth_sampling`, which knows nothing of the engine).

`T`: Theta. `O`: of the order, and not the other way. `W`: at least of the order (Omega), and not the other way. `-`: neither.
A hypothesis `n = k*l` has the size that it gives on its left; c is a constant, p a probability, all else tends to infinity.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from support.growth_sampling import diverges, diverging

from aalpl.cases.formula import formula
from aalpl.cost.growth.assumed import supposing
from aalpl.cost.growth.decide import grows_at_most
from aalpl.cost.growth.families import Apart
from aalpl.cost.growth.scale import Scale
from aalpl.program.nodes import Relation
from aalpl.program.size import Size
from aalpl.report import Source, Span

Pair = tuple[str, str, str, str, str]

ONE_SIZE: list[Pair] = [
    ("n", "n^2", "", "O", "the quotient is n"),
    ("n^2", "n^2 + n", "", "T", "the square leads"),
    ("n*log(n)", "n^2", "", "O", "a logarithm is below every power"),
    ("n*log(n)", "n", "", "W", "the logarithm grows"),
    ("log(n^3)", "log(n)", "", "T", "an exponent comes out as a factor"),
    ("log(n)^3", "n", "", "O", "powers of logarithms are below every power"),
    ("n^(1/2)", "log(n)^5", "", "W", "the same with a root"),
    ("2^n", "3^n", "", "O", "(3/2)^n grows"),
    ("2^(n + 3)", "2^n", "", "T", "a factor of 8"),
    ("4^n", "2^n*2^n", "", "T", "equal"),
    ("6^n", "2^n*3^n", "", "T", "equal"),
    ("2^n*n^5", "3^n", "", "O", "(3/2)^n is above every power"),
    ("n^(log(3)/log(2))", "n^(3/2)", "", "W", "log2(3) = 1.58"),
    ("n^(log(8)/log(2))", "n^3", "", "T", "log2(8) = 3"),
    ("3^(log(n)/log(2))", "n^(log(3)/log(2))", "", "T", "a^log(b) = b^log(a)"),
    ("log(log(n))", "log(n)", "", "O", "a logarithm of what grows"),
    ("n*log(log(n))", "n", "", "W", "log log n grows, slowly"),
    ("n^2 - 5*n", "n^2", "", "T", "the negative term is of lower order"),
    ("n*(n-1)/2", "n^2", "", "T", "half the square less half of n"),
    ("n^c", "n^(c + 1)", "", "O", "the quotient is n whatever c is"),
    ("c*n", "n", "", "T", "a constant factor"),
    ("n^n", "2^n", "", "W", "n log n against n"),
    ("n^n", "2^(n*log(n)/log(2))", "", "T", "equal"),
    ("n^n", "2^(n^2)", "", "O", "n log n against n^2"),
    ("2^(2^n)", "2^(n^5)", "", "W", "2^n against n^5 in the exponent"),
    ("ceil(n/2)", "n", "", "T", "between n/2 and n"),
    ("floor(log(n)/log(2)) + 1", "log(n)", "", "T", "rounding is a bounded error"),
    ("2^ceil(log(n)/log(2))", "n", "", "T", "between n and 2n"),
    ("p^n*n^3", "1", "", "O", "an exponential with base below 1 vanishes"),
    ("n/(n + 1)", "1", "", "T", "tends to 1"),
    ("1/n", "1", "", "O", "vanishes"),
    ("n - log(n)", "n", "", "T", "the negative term is of lower order"),
    ("2^n - n - 1", "2^n", "", "T", "the negative terms are of lower order"),
    ("n*log(n/c)", "n*log(n)", "", "T", "log(n) less a constant"),
    ("(n + 1)^3", "n^3", "", "T", "multiplied out"),
    ("(n^2 + n)^(1/2)", "n", "", "T", "the root of the leading square"),
]

TWO_SIZES: list[Pair] = [
    ("n + k", "max(n, k)", "", "T", "a sum is at most twice the larger part"),
    ("n + k", "n*k", "", "O", "each part is below the product"),
    ("n*k", "n^2 + k^2", "", "O", "the mean inequality; at n = k^2 the left is smaller"),
    ("n*k", "n + k", "", "W", "the product is above each part"),
    ("n", "k", "", "-", "nothing relates the two"),
    ("n^2", "n*k", "", "-", "the quotient is n/k"),
    ("n^2", "n*k", "k <= n", "W", "n/k is at least 1, and may grow"),
    ("n + k", "n", "", "W", "k may be larger"),
    ("n + k", "n", "k <= n", "T", "at most 2n"),
    ("n + k", "n", "k <= 7*n", "T", "at most 8n"),
    ("min(n, k)", "n", "", "O", "k may be smaller"),
    ("min(n, k)", "k", "k <= n", "T", "it is k"),
    ("min(n, k)*max(n, k)", "n*k", "", "T", "equal"),
    ("min(n, k)^2", "n*k", "", "O", "each factor is at least the minimum"),
    ("1/(n + k)", "min(1/n, 1/k)", "", "T", "within a factor of 2"),
    ("n*k/(n + k)", "min(n, k)", "", "T", "within a factor of 2"),
    ("(n + k)^2", "n^2 + k^2", "", "T", "2nk is at most the sum of squares"),
    ("(n + k)^(1/2)", "n^(1/2) + k^(1/2)", "", "T", "the larger part decides both"),
    ("n^(1/2)*k^(1/2)", "n + k", "", "O", "the mean inequality"),
    ("n*k", "n^(3/2) + k^3", "", "O", "Young: 1/(3/2) + 1/3 = 1"),
    ("n*k", "n^(3/2) + k^2", "", "-", "Young fails: n = k^(4/3); and n alone may lead"),
    ("log(n*k)", "log(n) + log(k)", "", "T", "equal"),
    ("log(n + k)", "log(n) + log(k)", "", "T", "the larger part decides both"),
    ("log(n + k)", "log(n)", "", "W", "k may be 2^n"),
    ("log(n + k)", "log(n)", "k <= n^3", "T", "log(k) is at most 3 log(n)"),
    ("log(n)*log(k)", "log(n) + log(k)", "", "W", "a product of two that grow"),
    ("n*log(k)", "k*log(n)", "k <= n", "W", "n/log(n) is monotone"),
    ("k*log(k)", "n*log(n)", "k <= n", "O", "monotone"),
    ("n*log(k)", "n + k", "", "-", "at k = n not O; at k = 2^(n^2) not Omega"),
    ("log(n)/log(k)", "log(n)", "", "O", "log(k) grows"),
    ("log(n)/log(k)", "1", "", "-", "any quotient of logarithms"),
    ("log(n)/log(k)", "1", "k <= n", "W", "at least 1"),
    ("log(n)", "log(k)", "n <= k^2; k <= n", "T", "log(k) <= log(n) <= 2 log(k)"),
    ("2^b*n", "2^(b + n)", "", "O", "n is below 2^n"),
    ("2^b", "n", "", "-", "nothing relates the two"),
    ("2^b", "n", "2^b <= n", "O", "given; b may be far smaller"),
    ("2^b", "n", "b <= log(n)", "O", "2^b is at most n^0.7"),
    ("n", "2^d", "n = 2^d", "T", "equal"),
    ("log(n)", "d", "n = 2^d", "T", "log(n) = d log(2)"),
    ("n*d", "n*log(n)", "n = 2^d", "T", "the same times n"),
    ("log(log(n))", "log(d)", "n = 2^d", "T", "the logarithm of both"),
    ("n*log(n)", "d*2^d + 3^d", "n = 2^d", "O", "d 2^d is below 3^d"),
    ("n^b", "n^k", "b <= k", "O", "b log(n) <= k log(n)"),
    ("k^d", "2^d", "", "W", "k grows"),
    ("k^d", "k^(d + 1)", "", "O", "the quotient is k"),
    ("k^d", "d^k", "", "-", "d log(k) against k log(d)"),
    ("(k^(d + 1) - 1)/(k - 1)", "k^d", "", "T", "a geometric sum, nodes of a tree"),
    ("2^(n*k)", "2^n*2^k", "", "W", "nk against n + k"),
    ("4^b*n^2", "2^b*n", "", "W", "the quotient is 2^b n"),
    ("2^(2*b)", "4^b", "", "T", "equal"),
    ("2^(b^2)", "3^(b*k)", "b <= k", "O", "b^2 log(2) < b k log(3)"),
    ("n^2*2^b", "n*4^b", "n <= 2^b", "O", "n 2^b <= 4^b; n may be smaller"),
    ("b^2*n", "n^2", "b^2 <= n", "O", "given; b may be smaller"),
    ("n - k", "n", "k <= n/2", "T", "at least half of n is left"),
    ("T*w - w^2/2", "T*w", "w <= T", "T", "at least half of T w is left"),
    ("k*N - k^2/2 - k/2", "k*N", "k <= N", "T", "at least half of k N is left, less k/2"),
    ("ceil(n/k)", "n/k", "", "W", "at k = n^2 it is 1 against 1/n"),
    ("ceil(n/k)", "n/k", "k <= n", "T", "n/k is at least 1"),
    ("floor(n/k)", "n/k", "k <= n", "T", "at least half of n/k"),
    ("ceil(n/k)*k", "n + k", "", "T", "between max(n, k) and n + k"),
    ("ceil(n/k)*k", "n", "", "W", "k may be larger than n"),
]

MORE_SIZES: list[Pair] = [
    ("n*k*l", "n^3 + k^3 + l^3", "", "O", "the mean inequality"),
    ("n*k + k*l + l*n", "n^2 + k^2 + l^2", "", "O", "the mean inequality, three times"),
    ("n*k*l", "(n + k + l)^3", "", "O", "each factor is below the sum"),
    ("n + k + l", "max(n, k, l)", "", "T", "at most three times the largest"),
    ("n^2", "k*l*n", "n = k*l", "T", "equal"),
    ("n", "k", "n = k*l", "W", "the quotient is l"),
    ("n*k", "l^3", "n = k*l", "-", "k^2 against l^2"),
    ("n*l", "b*l^2", "n = k*l; b <= k", "W", "k against b"),
    ("b^2*n", "n^2", "n = k*l; b <= k", "-", "b^2 against k l"),
    ("b^2*n + b*n", "b^2*k*l", "n = k*l", "T", "b is below its square"),
    ("b*k^2*b*l^2", "b^2*n^2", "n = k*l", "T", "equal"),
    ("m*k*l + d*b*l^2 + m*b*l", "m*k*l + d*b*l^2", "b <= k", "T", "m b l is at most m k l"),
    ("2^k*k^2*l^2/(k*l^2)", "2^k*k", "", "T", "equal"),
    ("n", "max(k, l)", "n <= k + l", "O", "the larger is at least n/2"),
    ("n^2", "k^2 + l^2", "n <= k + l", "O", "the square of that"),
    ("n", "k + l", "n = k + l", "T", "equal"),
    ("n*log(n)", "k*log(k) + l*log(l)", "n = k + l", "T", "the larger part decides both"),
    ("r*s", "w", "r + s <= w", "-", "r and s near w; or both small"),
    ("r*s", "w^2", "r + s <= w", "O", "each is at most w"),
    ("n^2*b", "n*k*l", "n <= k; b <= l", "O", "factor by factor"),
    ("2^v*w^5", "2^x", "v + w <= x", "O", "2^w is above w^5"),
    ("2^v*w^5", "2^x", "v <= x; w <= v", "-", "at v = x; at v = w, x large"),
    ("2^v*w", "2^x*y", "v <= x; w <= y", "O", "factor by factor"),
    ("v*w*x", "y*z", "v <= y; w*x <= z", "O", "factor by factor"),
    ("v*w*x", "y*z", "v <= y; w <= z", "-", "x may be anything"),
    ("max(v, w)*min(x, y)*z", "(v + w)*x*z", "", "O", "factor by factor"),
    ("(v + w)*(x + y)*z", "v*x*z + v*y*z + w*x*z + w*y*z", "", "T", "multiplied out"),
    ("v*w*x*y*z", "v^5 + w^5 + x^5 + y^5 + z^5", "", "O", "the mean inequality in five"),
    ("v*w + x*y*z", "v^2 + w^2 + x^3 + y^3 + z^3", "", "O", "the mean inequality, twice"),
    ("v*w*x*y*z", "v^4 + w^4 + x^4 + y^4 + z^4", "", "-", "all equal; one leads"),
    ("g*n", "k*(d + s*n)", "g = k*s; d <= g; k <= n", "T", "k d <= k^2 s <= k s n"),
    ("g*n", "k*(d + s*n)", "g = k*s; d <= g", "O", "at k = n^2, d = g the right is larger"),
    ("d + s*n", "s*n", "d <= s*n", "T", "at most twice s n"),
    ("n*log(k)/log(l)", "n", "k <= l", "O", "log(k) <= log(l)"),
    ("n*log(k*l)", "n*log(n)", "k <= n; l <= n", "O", "log(kl) <= 2 log(n)"),
    ("k*2^d*log(l)", "l^2", "k <= l; 2^d <= l", "-", "at k = l, 2^d = l; at small k"),
]
PAIRS = [*ONE_SIZE, *TWO_SIZES, *MORE_SIZES]
FIXED = Scale(frozenset("cp"), frozenset(), frozenset("p"))
CALLED = [f"{f} against {g}{f' if {h}' if h else ''}" for f, g, h, _, _ in PAIRS]
HOLDS = {"T": (True, True), "O": (True, False), "W": (False, True), "-": (False, False)}


@pytest.mark.parametrize(("f", "g", "hypotheses", "verdict", "why"), PAIRS, ids=CALLED)
def test_decided(f: str, g: str, hypotheses: str, verdict: str, why: str) -> None:
    relations = [relation(h) for h in split(hypotheses)]
    known = supposing(FIXED, [size for r in relations for size in above(r)])
    left, right = formula(f), formula(g)
    for small, large, holds in ((left, right, HOLDS[verdict][0]), (right, left, HOLDS[verdict][1])):
        found = grows_at_most(small, large, known, relations)
        if holds:
            assert found is True, (why, found)
        else:
            assert isinstance(found, Apart), (why, found)
            over, under = (f, g) if small is left else (g, f)
            assert diverges(over, under, split(hypotheses), independent(found.family, hypotheses)), found


@pytest.mark.parametrize(("f", "g", "hypotheses", "verdict", "why"), PAIRS, ids=CALLED)
def test_the_verdict_written_down_is_what_sampling_finds(
    f: str, g: str, hypotheses: str, verdict: str, why: str
) -> None:
    at_most, at_least = HOLDS[verdict]
    assert (diverging(f, g, split(hypotheses)) is None) == at_most, why
    assert (diverging(g, f, split(hypotheses)) is None) == at_least, why


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) >= 80
    assert len({(f, g, h) for f, g, h, _, _ in PAIRS}) == len(PAIRS)
    assert sum(bool(h) for _, _, h, _, _ in PAIRS) >= 40
    assert {v for _, _, _, v, _ in PAIRS} == set(HOLDS)


def split(hypotheses: str) -> list[str]:
    return hypotheses.split("; ") if hypotheses else []


def relation(text: str) -> Relation:
    sign = next(sign for sign in (" <= ", " >= ", " = ") if sign in text)
    left, right = text.split(sign)
    return Relation(
        sign.strip(), formula(left), formula(right), span=Span(Source("table", text), 0, len(text))
    )


def above(relation: Relation) -> list[Size]:
    difference = relation.right - relation.left
    return {"<=": [difference], ">=": [-difference], "=": [difference, -difference]}[relation.operator]


def independent(family: Mapping[str, Size], hypotheses: str) -> dict[str, str]:
    """The family as forms in t, without what equations give."""
    given = {h.split(" = ")[0] for h in split(hypotheses) if " = " in h}
    return {name: str(form).replace("B", "t") for name, form in family.items() if name not in given}
