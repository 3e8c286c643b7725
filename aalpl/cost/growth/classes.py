"""Growth classes of sizes in several variables: Theta, or O and Omega apart where they differ.

f = O(g) iff there are C and N with f <= C*g for all assignments that satisfy the hypotheses and give *every* size at least
N (semantics 19; Howell 2008 on why the choice matters). So an upper class may drop negative terms and whatever another
term dominates; a lower class may drop positive terms, and negative ones only where a positive term outweighs them:
either they are of lower order, or they stay below a part of its coefficient under hypotheses such as `w <= T`.

A class is a sum of products with coefficient 1, none of them dominated by another. What cannot be decided keeps its
form (`min(n, k)`), or there is no class, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import attrs

from aalpl.cost.growth.outline import Side, opened, outline
from aalpl.cost.growth.rounding import unrounded
from aalpl.cost.growth.scale import Scale, bounded
from aalpl.cost.growth.signs import Sign, positive, sign
from aalpl.cost.sizes.terms import assembled
from aalpl.program.size import ONE, ZERO, Apply, Monomial, Size, power


@attrs.frozen
class Growth:
    """The smallest upper and the largest lower class found; a Theta where both are the same."""

    upper: Size | None
    lower: Size | None
    reason: str = ""

    @property
    def theta(self) -> Size | None:
        """The class from both sides."""
        return self.upper if self.upper == self.lower else None


def growth(size: Size, known: Scale) -> Growth:
    """The class of a size that is not negative."""
    if not size:
        return Growth(size, size)
    if (name := bounded(known, size.free)) is not None:
        return Growth(None, None, f"the hypotheses keep `{name}` from growing")
    upper, lower = of_sum(size, known, "upper"), of_sum(size, known, "lower")
    if upper is None:
        return Growth(None, lower, "the sign of a part is not known")
    if lower is not None and _below(upper, lower, known):
        lower = upper
    return Growth(upper, lower, "" if lower == upper else "negative parts may outweigh the positive ones")


def reached(upper: Growth, lowers: Iterable[Size | None], known: Scale) -> Growth:
    """An upper class with the first of the lower classes that equals it; else with the first there is."""
    first: Size | None = None
    for lower in lowers:
        if lower is None or upper.upper is None:
            continue
        if _below(upper.upper, lower, known):
            return Growth(upper.upper, upper.upper)
        first = lower if first is None else first
    return Growth(upper.upper, first, upper.reason or "no behaviour is known that reaches the upper bound")


def of_sum(size: Size, known: Scale, side: Side) -> Size | None:
    """The class from one side: a sum of products with coefficient 1; None where there is none."""
    size = opened(size)
    plain = unrounded(size, side)
    if not all(positive(atom, known) for atom in size.atoms() | plain.atoms()):
        return None
    parts = list(_split(plain, known))
    if side == "lower":
        kept = _outweighed(parts, known)
    else:
        kept = [part.product for part in parts if part.sign not in ("-", "0-")]
    if kept is None:
        return None
    return leading(_expanded(kept, known, side), known)


def leading(products: Iterable[Monomial], known: Scale) -> Size:
    """The sum of those products that the others together do not dominate; of equal ones the shortest."""
    kept: list[Monomial] = []
    for product in sorted(set(products), key=_length):
        if any(known.dominated(product, other) for other in kept):
            continue
        kept = [other for other in kept if not known.dominated(other, product)]
        kept.append(product)
    for product in sorted(kept, key=_length, reverse=True) if len(kept) > 2 else ():
        if known.dominated(product, *(other for other in kept if other != product)):
            kept.remove(product)
    return assembled({product: Fraction(1) for product in kept})


def _length(product: Monomial) -> tuple[int, str]:
    return len(product), str(product)


def same(left: Size, right: Size, known: Scale) -> bool:
    """Whether two classes are one: each term of one is dominated by the terms of the other, both ways."""
    return _below(left, right, known) and _below(right, left, known)


def _below(small: Size, large: Size, known: Scale) -> bool:
    return all(known.dominated(a, *large.terms) for a in small.terms)


# -- positive and negative terms ---------------------------------------------------------------------------------


@attrs.frozen
class _Part:
    """A product of growing atoms with its coefficient's sign, and its `weight` where that is a number."""

    product: Monomial
    sign: Sign
    weight: Fraction | None


def _split(size: Size, known: Scale) -> Iterator[_Part]:
    """The terms, grouped by what is not constant in them."""
    groups: dict[Monomial, Size] = {}
    for monomial, value in size.terms.items():
        product = tuple((a, e) for a, e in monomial if not known.constant(a))
        rest = tuple((a, e) for a, e in monomial if known.constant(a))
        groups[product] = groups.get(product, ZERO) + assembled({rest: value})
    for product, coefficient in groups.items():
        yield _Part(product, sign(coefficient, known), coefficient.constant())


def _outweighed(parts: list[_Part], known: Scale) -> list[Monomial] | None:
    """The positive products that are left when all negative ones are paid for; None where they are not."""
    if any(part.sign == "?" for part in parts):
        return None
    gains = [part for part in parts if part.sign == "+"]
    budget = {part.product: part.weight for part in gains}
    grown = [*budget, *_expanded(budget, known, "lower")]
    for loss in (part for part in parts if part.sign in ("-", "0-")):
        if all(known.below(product, *grown) for product in _expanded([loss.product], known, "upper")):
            continue
        paid = _payer(loss, budget, known)
        if paid is None:
            return None
        payer, left = paid
        budget[payer] = left
    return [product for product, weight in budget.items() if weight is None or weight > 0] or None


def _payer(
    loss: _Part, budget: dict[Monomial, Fraction | None], known: Scale
) -> tuple[Monomial, Fraction] | None:
    """A positive product that outweighs the negative one, with what is left of its coefficient."""
    if loss.weight is None:
        return None
    for product, weight in budget.items():
        if weight is None or weight <= 0:
            continue
        if weight > -loss.weight and known.at_most(loss.product, product):
            return product, weight + loss.weight
        if known.at_most(loss.product, product, weight / -loss.weight / 2):
            return product, weight / 2
    return None


# -- atoms that are no powers --------------------------------------------------------------------------------------


def _expanded(products: Iterable[Monomial], known: Scale, side: Side) -> Iterator[Monomial]:
    """Products in which `ceil`, `max`, … have given way to what they grow like, multiplied out."""
    for product in products:
        total = ONE
        for atom, exponent in product:
            total = total * outline(atom, exponent, known, side, of_sum)
        for monomial in total.terms:
            yield _one_power(tuple((a, e) for a, e in monomial if not known.constant(a)))


def _one_power(product: Monomial) -> Monomial:
    """With one power for each base: p^(-d)*p^d is 1, the square of n^(1/2) is n."""
    powers = [(atom, e) for atom, e in product if isinstance(atom, Apply) and atom.function == "pow"]
    roots = any(e != 1 and atom.args[1].constant() is not None for atom, e in powers)
    if len({atom.args[0] for atom, _ in powers}) == len(powers) and not roots:
        return product
    exponents: dict[Size, Size] = {}
    for atom, e in powers:
        base, exponent = atom.args
        exponents[base] = exponents.get(base, ZERO) + e * exponent
    total = Size({tuple(factor for factor in product if factor not in powers): 1})
    for base, exponent in exponents.items():
        total = total * power(base, exponent)
    ((found, _),) = total.terms.items()
    return found
