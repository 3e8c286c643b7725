"""Holds what is derived for a rewritten program against what is derived for the program: value by value, claim by claim."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import attrs

from aalpl.cost import analyse
from aalpl.cost.claims.verdict import verdicts
from aalpl.cost.result import Answer, Quantity
from aalpl.program.nodes import Program
from aalpl.program.size import Size
from aalpl.program.types import Int

from .rewriter import renamed
from .rewritten import Case, of_function, rewritten
from .tuples import size_tuples

WORK = (Quantity("calls"), Quantity("tokens in"))
QUANTITIES = (*WORK, Quantity("calls", critical=True))


@attrs.frozen
class Derived:
    """What is derived for one function: an answer for each quantity, and what becomes of each claim about a probability."""

    answers: tuple[Answer, ...]
    claims: tuple[str, ...]


@attrs.frozen
class Loss:
    """A bound (or a claim) that differs, and how."""

    what: str
    before: Size | str | None
    after: Size | str | None
    at: dict[str, Any]

    def __str__(self) -> str:
        where = ", ".join(f"{name}={value}" for name, value in self.at.items() if not callable(value))
        return f"{self.what}: {self.before} became {self.after} ({where})"


def derived(program: Program, function: str) -> Derived:
    """All of it."""
    analysis = analyse(program, function)
    answers = tuple(analysis.answer(each) for each in QUANTITIES)
    return Derived(answers, tuple(each.outcome for each in verdicts(of_function(program, function, "P("))))


@cache
def original(case: Case) -> Derived:
    """What is derived for a program as it is written, once."""
    return derived(case.checked, case.function)


def again(at: dict[str, Any]) -> dict[str, Any]:
    """The same values under the new names as well."""
    return {**at, **{renamed(name): value for name, value in at.items()}}


def ints(case: Case) -> list[dict[str, Any]]:
    """Values of int parameters, negative ones and zero among them, and sizes."""
    params = case.checked.functions[case.function].params
    free = {each.name for each in params if isinstance(each.type, Int) and each.type.low is None}
    drawn = size_tuples(case.checked, case.function, 6, seed=1)
    signs = (1, 1, 1, 1, -1, 0)
    return [
        {name: value * sign if name in free else value for name, value in at.items()}
        for at, sign in zip(drawn, signs, strict=False)
    ]


def losses(case: Case, rewrite: str) -> list[Loss] | None:
    """What is derived otherwise for the rewritten program; None where the rewrite does not apply."""
    made = rewritten(case, rewrite)
    if made is None:
        return None
    before, after = original(case), derived(made[0], made[1])
    assert "false" not in after.claims
    found = [
        Loss(f"claim {number}", a, b, {})
        for number, (a, b) in enumerate(zip(before.claims, after.claims, strict=True), 1)
        if a != b
    ]
    tuples = ints(case)
    for quantity, old, new in zip(QUANTITIES, before.answers, after.answers, strict=True):
        assert not crossed(old, new, tuples), (case.title, case.function, rewrite, old, new)
        told = f"{'span ' if quantity.critical else ''}{quantity.kind}"
        for side, a, b in sides(old, new):
            differing = differs(a, b, tuples)
            if differing is not None:
                found.append(Loss(f"{side} {told}", a, b, differing))
    return found


def sides(old: Answer, new: Answer) -> Iterator[tuple[str, Size | None, Size | None]]:
    """The bounds of two answers, side by side."""
    yield "upper", finite(old.upper), finite(new.upper)
    yield "lower", finite(old.lower), finite(new.lower)
    yield "expected high", finite(old.expected.high), finite(new.expected.high)
    yield "expected low", finite(old.expected.low), finite(new.expected.low)


def differs(old: Size | None, new: Size | None, tuples: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Where two bounds differ; None where they have the same value everywhere."""
    if old is None or new is None:
        return None if new is None and old is None else {}
    for at in tuples:
        a, b = value(old, at), value(new, at)
        if not math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9):
            return {**at, "before": a, "after": b}
    return None


def same_order(loss: Loss, tuples: list[dict[str, Any]]) -> bool:
    """Whether the two bounds stay in proportion where all sizes grow, eight times and then eight times again."""
    a, b = loss.before, loss.after
    if not (isinstance(a, Size) and isinstance(b, Size)):
        return False
    positive = [at for at in tuples if all(callable(each) or each > 0 for each in at.values())]
    for at in positive[:2]:
        small, large = ((value(a, grown(at, by)), value(b, grown(at, by))) for by in (8, 64))
        if not all((*small, *large)):
            return small[0] == small[1] and large[0] == large[1]
        proportion = (large[0] / large[1]) / (small[0] / small[1])
        if not 1 / APART < proportion < APART:
            return False
    return True


APART = 1.35  # a factor log(n) grows by more


def grown(at: dict[str, Any], by: int) -> dict[str, Any]:
    """The same values, sizes and ints larger."""
    return {name: each * by if isinstance(each, int) else each for name, each in at.items()}


def value(size: Size, at: dict[str, Any]) -> float:
    """Its value, with constants that nobody names 1 and lengths that nobody names 2."""
    unnamed = {name: 1 for name in size.free if name.startswith("o_")}
    return float(size.value(Families({**again(at), **unnamed})))


def crossed(before: Answer, after: Answer, tuples: list[dict[str, Any]]) -> bool:
    """Whether a lower bound of one lies above an upper bound of the other: then one of them is wrong."""
    pairs = [
        (before.lower, after.upper),
        (after.lower, before.upper),
        (before.expected.low, after.expected.high),
        (after.expected.low, before.expected.high),
    ]
    for low, high in pairs:
        low, high = finite(low), finite(high)
        if (
            low is not None
            and high is not None
            and any(value(low, at) > value(high, at) + 1e-9 for at in tuples)
        ):
            return True
    return False


def finite(size: Size | None) -> Size | None:
    """A bound that is given in no number of rounds."""
    return None if size is None or any("@" in name for name in size.free) else size


class Families(dict[str, Any]):
    """Values in which lengths that nobody names are all 2."""

    def __missing__(self, name: str) -> Any:
        if name.startswith("len("):
            return Two(2)
        raise KeyError(name)


class Two(int):
    """2, as a number and as a family."""

    def __call__(self, *indices: int) -> int:
        return 2
