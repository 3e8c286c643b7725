"""Claims of a class: proved by dominance, refuted along a family of sizes; else the weakest condition is named that would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations

import attrs

from aalpl.cost.claims.sides import Order, Side
from aalpl.cost.growth.decide import covered
from aalpl.cost.growth.families import apart
from aalpl.cost.growth.scale import Row, Scale, bounded
from aalpl.program import nodes as p
from aalpl.program.size import Apply, Atom, Monomial, Size, Sym

_WANTED = {"Theta": ("O", "Omega"), "O": ("O",), "Omega": ("Omega",)}
_LETTERS = 4  # a longer condition is not worth naming


def classed(
    program: p.Program, relations: Sequence[p.Relation], name: str, left: Side, right: Side, known: Scale
) -> tuple[str, str]:
    """`true`, `false` with a family of sizes, or `undecided` with the reason."""
    wanted = _WANTED[name]

    def enough(helped: Scale) -> bool:
        return all(_holds(side, left, right, helped) for side in wanted)

    if enough(known):
        return "true", ""
    if condition := _weakest(known, _pairs(program, left, right), enough):
        return "undecided", f"true if {condition}"
    for side in wanted:
        small, large = _pair(side, left, right, proving=False)
        if small is not None and large is not None:
            over, under = small.above * large.below, large.above * small.below
            if (found := apart(known, relations, over, under)) is not None:
                return "false", str(found)
    if condition := _weakest(known, _failing(wanted, left, right, known), enough):
        return "undecided", f"true if {condition}"
    if any(end is None for side in wanted for end in _pair(side, left, right, proving=True)):
        return "undecided", left.missing or right.missing or "no class is derived"
    return "undecided", "neither side is known to outgrow the other"


def _pair(side: str, left: Side, right: Side, *, proving: bool) -> tuple[Order | None, Order | None]:
    """What must be dominated by what; to refute, the ends that are certainly reached."""
    if side == "O":
        return (left.upper, right.lower) if proving else (left.lower, right.upper)
    return (right.upper, left.lower) if proving else (right.lower, left.upper)


def _holds(side: str, left: Side, right: Side, known: Scale) -> bool:
    small, large = _pair(side, left, right, proving=True)
    if small is None or large is None:
        return False
    return covered(small.above * large.below, large.above * small.below, known)


# -- the weakest condition ----------------------------------------------------------------------------------------


@attrs.frozen
class _Condition:
    """`small = O(large)`."""

    small: Monomial
    large: Monomial

    def added(self, known: Scale) -> Scale:
        """With the condition as a hypothesis."""
        (product,) = (Size({self.small: 1}) / Size({self.large: 1})).terms
        return attrs.evolve(known, rows=(*known.rows, Row(product, None)))

    def follows(self, known: Scale) -> bool:
        """Whether it needs no stating."""
        return known.dominated(self.small, self.large)

    def __str__(self) -> str:
        return f"{Size({self.small: 1})} = O({Size({self.large: 1})})"


def _weakest(
    known: Scale, conditions: Iterator[_Condition], enough: Callable[[Scale], bool]
) -> _Condition | None:
    """Of the conditions that are enough, one that most of the others imply; the first of such."""
    helpful = [(c, with_) for c in conditions if enough(with_ := c.added(known)) and _possible(c, with_)]
    if not helpful:
        return None
    return max(helpful, key=lambda pair: sum(pair[0].follows(other) for _, other in helpful))[0]


def _possible(condition: _Condition, known: Scale) -> bool:
    """Whether all sizes can still grow."""
    names = {
        a.name for product in (condition.small, condition.large) for a, _ in product if isinstance(a, Sym)
    }
    return bounded(known, names) is None


def _pairs(program: p.Program, left: Side, right: Side) -> Iterator[_Condition]:
    """Between two sizes of the claim, those of models last."""
    weights = {name for model in program.models.values() for name in model.size.free}
    ends = (left.lower, left.upper, right.lower, right.upper)
    used = {name for end in ends if end is not None for name in (end.above.free | end.below.free)}
    names = [n for n, d in program.sizes.items() if d.kind == "size" and d.family is None and n in used]
    names.sort(key=lambda name: name in weights)
    for small, large in permutations(names, 2):
        yield _Condition(((Sym(small), 1),), ((Sym(large), 1),))


def _failing(wanted: Sequence[str], left: Side, right: Side, known: Scale) -> Iterator[_Condition]:
    """What is not dominated, against each of what should dominate it, with nothing in common."""
    for side in wanted:
        small, large = _pair(side, left, right, proving=True)
        if small is None or large is None:
            continue
        over, under = small.above * large.below, large.above * small.below
        for product in over.terms:
            if known.dominated(product, *under.terms):
                continue
            for other in under.terms:
                (quotient,) = (Size({product: 1}) / Size({other: 1})).terms
                above = tuple((a, e) for a, e in quotient if e > 0)
                below = tuple((a, -e) for a, e in quotient if e < 0)
                if len(quotient) <= _LETTERS and below and all(_plain(a) for a, _ in quotient):
                    yield _Condition(above, below)


def _plain(atom: Atom) -> bool:
    """Whether a condition with this atom in it is worth reading."""
    match atom:
        case Sym():
            return True
        case Apply("log" | "pow", args):
            return all(_plain(inner) for arg in args for inner in arg.atoms())
        case _:
            return False
