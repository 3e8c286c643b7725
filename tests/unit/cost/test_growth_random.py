"""Random pairs of sizes with logarithms, powers, minima and sums, under random hypotheses: what is decided is what sampling finds.

A dominance that is proved must not be contradicted along any sampled way to infinity; a family that refutes one must show
it (`growth_sampling` knows nothing of the engine)."""

from __future__ import annotations

import random

from support.growth_sampling import diverges, diverging

from aalpl.cases.formula import formula
from aalpl.cost.growth.assumed import supposing
from aalpl.cost.growth.decide import grows_at_most
from aalpl.cost.growth.families import Apart
from aalpl.cost.growth.scale import Scale
from aalpl.program.nodes import Relation
from aalpl.program.size import Size
from aalpl.report import Source, Span

ATOMS = [
    "n",
    "k",
    "l",
    "n",
    "k",
    "log(n)",
    "log(k)",
    "2^l",
    "2^n",
    "n^(1/2)",
    "min(n, k)",
    "(n + k)",
    "log(n + l)",
    "n^k",
    "3^l",
]
HYPOTHESES = [
    "",
    "k <= n",
    "l <= k; k <= n",
    "n <= k + l",
    "n = k*l",
    "n = 2^l",
    "k + l <= n",
    "k^2 <= n",
    "2^k <= n",
    "n <= k^2; k <= n",
]
PAIRS = 150


def test_decisions_agree_with_sampling() -> None:
    rng = random.Random(20)
    proved = refuted = open_ = 0
    for _ in range(PAIRS):
        small, large = total(rng), total(rng)
        hypotheses = [h for h in rng.choice(HYPOTHESES).split("; ") if h]
        relations = [relation(h) for h in hypotheses]
        known = supposing(Scale(), [size for r in relations for size in above(r)])
        found = grows_at_most(formula(small), formula(large), known, relations)
        told = f"{small} against {large} if {hypotheses}: {found}"
        if found is True:
            proved += 1
            assert diverging(small, large, hypotheses, tries=40) is None, told
        elif isinstance(found, Apart):
            refuted += 1
            given = {h.split(" = ")[0] for h in hypotheses if " = " in h}
            forms = {
                name: str(form).replace("B", "t") for name, form in found.family.items() if name not in given
            }
            assert diverges(small, large, hypotheses, forms), told
        else:
            open_ += 1
    assert proved > PAIRS / 8
    assert refuted > PAIRS / 3
    assert open_ < PAIRS / 8, open_


def total(rng: random.Random) -> str:
    return " + ".join(product(rng) for _ in range(rng.choice([1, 1, 2, 3])))


def product(rng: random.Random) -> str:
    return "*".join([str(rng.randint(1, 3)), *(rng.choice(ATOMS) for _ in range(rng.randint(1, 3)))])


def relation(text: str) -> Relation:
    sign = " <= " if " <= " in text else " = "
    left, right = text.split(sign)
    return Relation(
        sign.strip(), formula(left), formula(right), span=Span(Source("table", text), 0, len(text))
    )


def above(relation: Relation) -> list[Size]:
    difference = relation.right - relation.left
    return [difference] if relation.operator == "<=" else [difference, -difference]
