"""Hypotheses of a program turned into what is known of growth."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from fractions import Fraction

import attrs

from aalpl.cost.growth.classes import of_sum
from aalpl.cost.growth.hypotheses import Less, Row
from aalpl.cost.growth.scale import Scale, Span
from aalpl.program.nodes import Function, Program, Relation
from aalpl.program.size import Monomial, Size, Sym, sym
from aalpl.program.types import Int


def scale(program: Program, function: Function | None = None, weights: Iterable[str] = ()) -> Scale:
    """How the sizes of `program` grow, and the int parameters of `function`; `weights` are prices and the like."""
    return joined(program, [function] if function else [], weights)


def joined(program: Program, functions: Iterable[Function], weights: Iterable[str] = ()) -> Scale:
    """How the sizes of `program` grow, and the int parameters of several functions."""
    functions = list(functions)
    declared = program.sizes.values()
    fixed = {d.name for d in declared if d.kind != "size"} | {f"o_{name}" for name in program.primitives}
    chances = {d.name for d in declared if d.kind == "prob"}
    relations = [*program.assumptions, *(r for function in functions for r in function.requires)]
    spans = tuple(_spans(relations, chances))
    bare = Scale(frozenset(fixed), frozenset(weights), frozenset(chances), spans=spans)
    above = [size for relation in relations for size in _above(relation)]
    above += [size for f in functions for p in f.params for size in _range(p.name, p.type)]
    return supposing(bare, above)


def supposing(known: Scale, above: Iterable[Size]) -> Scale:
    """With sizes that are at least 0."""
    rows, less, flat = list(known.rows), list(known.less), list(known.flat)
    for difference in above:
        _add(known, difference, rows, less, flat)
    return attrs.evolve(
        known, rows=tuple(dict.fromkeys(rows)), less=tuple(dict.fromkeys(less)), flat=tuple(flat)
    )


def _above(relation: Relation) -> Iterator[Size]:
    if relation.operator in ("<=", "<", "="):
        yield relation.right - relation.left
    if relation.operator in (">=", ">", "="):
        yield relation.left - relation.right


def _range(name: str, type: object) -> Iterator[Size]:
    if isinstance(type, Int) and type.high is not None:
        yield type.high - sym(name)


def _add(known: Scale, difference: Size, rows: list[Row], less: list[Less], flat: list[Size]) -> None:
    """From `difference >= 0`: each negative term is at most the sum of the positive ones, up to a constant."""
    if difference.free <= known.fixed:
        return
    positive = Size({m: c for m, c in difference.whole.items() if c > 0}, difference.under)
    negative = positive - difference
    upper = of_sum(positive, known, "upper")
    if upper is None:
        return
    flat.append(-difference)
    for monomial, coefficient in negative.terms.items():
        lower = of_sum(Size({monomial: 1}), known, "lower")
        for small in lower.terms if lower is not None else ():
            if len(upper.terms) > 1:
                less.append(Less(small, tuple(upper.terms)))
            elif upper.terms:
                (large,) = upper.terms
                rows.extend(_row(known, small, large, positive, monomial, coefficient))
            elif any(not known.constant(a) for a, _ in small):
                rows.append(Row(small, None))


def _row(
    known: Scale, small: Monomial, large: Monomial, positive: Size, monomial: Monomial, weight: Fraction
) -> Iterator[Row]:
    (product,) = (Size({small: 1}) / Size({large: 1})).terms
    kept = tuple((a, e) for a, e in product if not known.constant(a))
    if kept:
        plain = monomial == small and positive.terms.keys() == {large} and len(kept) == len(product)
        yield Row(kept, positive.terms[large] / weight if plain else None)


def _spans(relations: Iterable[Relation], chances: Container[str]) -> Iterator[tuple[str, Span]]:
    """Numbers between which probabilities lie by hypothesis: `assume p > 1/2`."""
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for relation in relations:
        for size in _above(relation) if relation.operator in ("<", ">") else ():
            names = [a.name for a in size.atoms() if isinstance(a, Sym)]
            if len(names) != 1 or names[0] not in chances or size.degree(Sym(names[0])) != 1:
                continue
            if set(size.terms) - {(), ((Sym(names[0]), 1),)}:
                continue
            slope, at = size.terms[((Sym(names[0]), 1),)], size.terms.get((), Fraction(0))
            low, high = found.get(names[0], (Fraction(0), Fraction(1)))
            found[names[0]] = (max(low, -at / slope), high) if slope > 0 else (low, min(high, -at / slope))
    yield from ((name, (low, high)) for name, (low, high) in found.items() if low < high)
