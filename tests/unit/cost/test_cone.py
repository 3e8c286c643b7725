"""The exact linear program behind dominance, against enumeration."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

from aalpl.cost.growth.cone import combines


def vector(*values: int) -> dict[str, Fraction]:
    return {f"x{i}": Fraction(v) for i, v in enumerate(values)}


def test_a_vector_inside_and_one_outside() -> None:
    quadrant = [vector(1, 0), vector(0, 1)]
    assert combines(vector(2, 3), quadrant)
    assert not combines(vector(2, -1), quadrant)


def test_the_zero_vector_is_the_empty_sum() -> None:
    assert combines(vector(0, 0), [])
    assert not combines(vector(1, 0), [])


def test_some_coefficient_must_be_positive() -> None:
    line = [vector(1, 0), vector(0, 1)]
    assert not combines(vector(2, 0), line, positive=[1])
    assert combines(vector(2, 1), line, positive=[1])
    assert combines(vector(0, 0), [vector(1, 0), vector(-1, 0)], positive=[0])
    assert not combines(vector(0, 0), [vector(1, 0), vector(-1, 1)], positive=[0])


def test_agrees_with_caratheodory_on_random_cones() -> None:
    """A vector of the plane is in a cone iff it is in the cone of two of its generators."""
    rng = random.Random(7)
    for _ in range(400):
        generators = [(rng.randint(-2, 2), rng.randint(-2, 2)) for _ in range(rng.randint(0, 4))]
        target = (rng.randint(-3, 3), rng.randint(-3, 3))
        assert combines(vector(*target), [vector(*g) for g in generators]) == in_cone(target, generators)


def in_cone(target: tuple[int, int], generators: list[tuple[int, int]]) -> bool:
    if target == (0, 0):
        return True
    if any(ray(target, g) for g in generators):
        return True
    return any(between(target, g, h) for g, h in itertools.combinations(generators, 2))


def ray(target: tuple[int, int], g: tuple[int, int]) -> bool:
    cross = target[0] * g[1] - target[1] * g[0]
    return cross == 0 and target[0] * g[0] + target[1] * g[1] > 0


def between(target: tuple[int, int], g: tuple[int, int], h: tuple[int, int]) -> bool:
    det = g[0] * h[1] - g[1] * h[0]
    if det == 0:
        return False
    a = Fraction(target[0] * h[1] - target[1] * h[0], det)
    b = Fraction(g[0] * target[1] - g[1] * target[0], det)
    return a >= 0 and b >= 0
