"""Sizes as people write them: a small tree of names, sums, products and quotients, from which text and LaTeX are spelled."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import attrs


@attrs.frozen
class Number:
    value: int


@attrs.frozen
class Name:
    text: str


@attrs.frozen
class Member:
    """`family[i, j]`."""

    family: str
    indices: tuple[Phrase, ...]


@attrs.frozen
class Sum:
    """Terms with their signs, True for minus."""

    terms: tuple[tuple[bool, Phrase], ...]


@attrs.frozen
class Product:
    """Factors above the line and below it."""

    above: tuple[Phrase, ...]
    below: tuple[Phrase, ...] = ()


@attrs.frozen
class Power:
    base: Phrase
    exponent: Phrase


@attrs.frozen
class Call:
    function: str
    args: tuple[Phrase, ...]


@attrs.frozen
class Fold:
    """`sum(i in low..high: body)`."""

    operator: str
    index: str
    low: Phrase
    high: Phrase
    body: Phrase


@attrs.frozen
class Order:
    """`left > right` or `left >= right`."""

    left: Phrase
    right: Phrase
    strict: bool


@attrs.frozen
class Choice:
    """`then` where all conditions hold, else `orelse`."""

    conditions: tuple[Order, ...]
    then: Phrase
    orelse: Phrase = Number(0)


Phrase = Number | Name | Member | Sum | Product | Power | Call | Fold | Choice


# -- reading -------------------------------------------------------------------------------------------------------


def weight(found: Phrase) -> tuple[int, int]:
    """How hard a phrase is to read: its negative parts (`n - 1` is none), then how much is written."""
    match found:
        case Number() | Name():
            return 0, 1
        case Member(_, parts) | Call(_, parts):
            return _total(parts, 1)
        case Sum(terms):
            short = len(terms) == 2 and terms[1] == (True, Number(1))
            negative, length = _total((term for _, term in terms), len(terms) - 1)
            return negative + (0 if short else sum(minus for minus, _ in terms)), length
        case Product(above, below):
            return _total((*above, *below), len(below))
        case Power(base, exponent):
            return _total((base, exponent), 0)
        case Fold(_, _, low, high, body):
            return _total((low, high, body), 3)
        case Choice(conditions, then, orelse):
            sides = [side for order in conditions for side in (order.left, order.right)]
            return _total((then, orelse, *sides), len(conditions))


def effort(found: Phrase) -> int:
    """One number for how hard a phrase is to read."""
    negative, length = weight(found)
    return 6 * negative + length


def _total(parts: Iterable[Phrase], more: int) -> tuple[int, int]:
    pairs = [weight(part) for part in parts]
    return sum(n for n, _ in pairs), more + sum(n for _, n in pairs)


# -- building ------------------------------------------------------------------------------------------------------


def added(terms: list[tuple[bool, Phrase]]) -> Phrase:
    """A sum, sums inside dissolved, positive terms first."""
    flat = [pair for minus, term in terms for pair in _flat(minus, term)]
    flat.sort(key=lambda pair: pair[0]) if flat and flat[0][0] else None
    return flat[0][1] if len(flat) == 1 and not flat[0][0] else Sum(tuple(flat))


def _flat(minus: bool, term: Phrase) -> list[tuple[bool, Phrase]]:
    if isinstance(term, Sum):
        return [(minus != sign, part) for sign, part in term.terms]
    return [(minus, term)]


def parted(found: Phrase) -> tuple[bool, Phrase]:
    """A phrase and its sign, True for minus."""
    if isinstance(found, Sum) and len(found.terms) == 1:
        return found.terms[0]
    return False, found


def signed(lead: Phrase, rest: Phrase) -> tuple[bool, Phrase]:
    """The product of both with its sign in front."""
    minus, rest = parted(rest)
    return minus, multiplied(lead, rest)


def multiplied(*parts: Phrase) -> Phrase:
    """A product, products inside dissolved and the number 1 left out."""
    above: list[Phrase] = []
    below: list[Phrase] = []
    for part in parts:
        if isinstance(part, Product):
            above += part.above
            below += part.below
        else:
            above.append(part)
    numbers = [part.value for part in above if isinstance(part, Number)]
    above = [part for part in above if not isinstance(part, Number)]
    under = [part.value for part in below if isinstance(part, Number)]
    below = [part for part in below if not isinstance(part, Number)]
    value = Fraction(1)
    for number in numbers:
        value *= number
    for number in under:
        value /= number
    above = [*([Number(value.numerator)] if value.numerator != 1 or not above else []), *above]
    below = [*([Number(value.denominator)] if value.denominator != 1 else []), *below]
    return above[0] if len(above) == 1 and not below else Product(tuple(above), tuple(below))


def raised_to(base: Phrase, exponent: int) -> Phrase:
    """A power; the first is the phrase itself."""
    return base if exponent == 1 else Power(base, Number(exponent))
