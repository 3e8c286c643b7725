"""Answers from outside, by their contract: what it fixes is set, what it leaves open is observed.

int, bool, choice   pick@p           in the type's range
text                out@p of a primitive (O of the call), size@p of others
list                size@p, and elem@p[…, j] where the elements' lengths are open
T?                  present@p, and the value's
record              those of the fields, called size.f@p, pick.f@p, …
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.form.nodes import Havoc, HavocArray
from aalpl.cost.lower.components import INDICES, Component, name_at, read
from aalpl.cost.lower.scope import Scope
from aalpl.cost.lower.shape_lists import uniform
from aalpl.cost.lower.shapes import TooFar, tokens
from aalpl.program import types as ty
from aalpl.program.size import ONE, ZERO, Size, big, const, indexed, minimum, sym
from aalpl.report import Span

Sizes = Mapping[str, Size]
"""What the sizes of a contract are at a call."""


@attrs.frozen
class Answer:
    """Where an answer goes and what is asked: `kind` is that of texts (`out` or `size`), `owner` names constants."""

    scope: Scope
    place: str
    kind: str
    owner: str
    sizes: Sizes
    span: Span
    law: ty.Law | None = None  # of the answer itself
    bounds: tuple[Size, Size] | None = None  # of the answer itself
    field: str = ""

    def at(self, size: Size) -> Size:
        """A size of the contract, at this call."""
        return size.replace(self.sizes)

    def set(self, name: str, value: Size) -> None:
        """A variable that the contract fixes."""
        self.scope.assign([Component(name, (), value)], self.span)

    def open(
        self,
        name: str,
        low: Size | None,
        high: Size | None,
        kind: str,
        law: ty.Law | None = None,
        mean: Size | None = None,
    ) -> None:
        """A variable that is decided outside."""
        self.scope.emit(Havoc(name, low, high, kind + self.field, self.place, law, mean, span=self.span))


@attrs.frozen
class Lengths:
    """What is known of a length: exact, or a range with a law or a mean."""

    low: Size
    high: Size | None
    exact: bool = False
    law: ty.Law | None = None
    mean: Size | None = None


def lengths(length: ty.Length, answer: Answer) -> Lengths:
    """The lengths that a contract allows."""
    match length:
        case ty.Exactly(size):
            return Lengths(answer.at(size), answer.at(size), exact=True)
        case ty.Between(low, high):
            return Lengths(answer.at(low), answer.at(high))
        case ty.Distributed(law):
            own = law_at(law, answer)
            return Lengths(*support(own), law=own)
        case ty.Mean(mean):
            return Lengths(ONE, None, mean=answer.at(mean))
        case ty.Constant():
            return Lengths(ONE, sym(f"o_{answer.owner}"))
        case ty.Open():
            return Lengths(ONE, None) if answer.kind == "out" else Lengths(ZERO, None)


def law_at(law: ty.Law, answer: Answer) -> ty.Law:
    """The law with its parameters at this call."""
    match law:
        case ty.Bernoulli(p):
            return ty.Bernoulli(answer.at(p))
        case ty.Geometric(p):
            return ty.Geometric(answer.at(p))
        case ty.Binomial(n, p):
            return ty.Binomial(answer.at(n), answer.at(p))
        case ty.Uniform(low, high):
            return ty.Uniform(answer.at(low), answer.at(high))


def support(law: ty.Law) -> tuple[Size, Size | None]:
    """The range of what a law draws."""
    match law:
        case ty.Bernoulli():
            return ZERO, ONE
        case ty.Geometric():
            return ONE, None
        case ty.Binomial(n):
            return ZERO, n
        case ty.Uniform(low, high):
            return low, high


def decide(answer: Answer, path: str, type_: ty.Type, present: Size = ONE) -> None:
    """Gives the variables of a path what the contract says; `present` is 0 where there is `nothing`."""
    match type_:
        case ty.Int(low, high):
            _decide_int(answer, path, low, high)
        case ty.Bool(probability):
            law = answer.law or (None if probability is None else ty.Bernoulli(answer.at(probability)))
            answer.open(path, ZERO, ONE, "pick", law)
        case ty.Choice(options):
            answer.open(path, ZERO, const(len(options) - 1), "pick")
        case ty.Text(length):
            _decide_text(answer, path, lengths(length, answer), present)
        case ty.ListOf():
            _decide_list(answer, path, type_)
        case ty.Maybe(inner):
            answer.open(f"{path}?", ZERO, ONE, "present")
            decide(answer, path, inner, sym(f"{path}?"))
        case ty.Record(fields):
            for name, inner in fields:
                decide(
                    attrs.evolve(answer, field=f"{answer.field}.{name}", law=None), f"{path}.{name}", inner
                )
        case ty.Real() | ty.Nothing() | ty.Unknown() | ty.Callable():
            pass


def _decide_int(answer: Answer, path: str, low: Size | None, high: Size | None) -> None:
    own = (None if low is None else answer.at(low), None if high is None else answer.at(high))
    if answer.bounds is not None:
        own = answer.bounds
    if answer.law is not None:
        own = support(answer.law)
    answer.open(path, *own, "pick", answer.law)


def _decide_text(answer: Answer, path: str, known: Lengths, present: Size) -> None:
    name = f"len({path})"
    if answer.bounds is not None and not known.exact:
        known = Lengths(*answer.bounds)
    if known.exact or known.low == known.high:
        answer.set(name, known.low)
        return
    low, high = known.low, known.high
    if answer.kind == "out" and present != ONE:  # O of a call, and `nothing` is one token
        low = minimum(ONE, low)
        high = None if high is None else (high if low == ONE else present * high + (1 - present))
    kind = answer.kind if not answer.field else "size"
    answer.open(name, low, high, kind, known.law, known.mean)


def _decide_list(answer: Answer, path: str, type_: ty.ListOf) -> None:
    known = lengths(type_.length, attrs.evolve(answer, kind="size"))
    if answer.bounds is not None and not known.exact:
        known = Lengths(*answer.bounds)
    if known.exact:
        answer.set(f"len({path})", known.low)
    else:
        answer.open(f"len({path})", known.low, known.high, "size", known.law, known.mean)
    elements(answer, path, type_)
    total(answer.scope, path, type_, answer.span)


def total(scope: Scope, path: str, type_: ty.ListOf, span: Span) -> None:
    """Sets the total of a list from its elements."""
    items = read(path, type_, {})
    from aalpl.cost.lower.shapes import Items

    assert isinstance(items, Items)
    known = scope.read(path, type_)
    assert isinstance(known, Items)
    each = uniform(known)
    value = (
        items.count * each
        if each is not None
        else big("sum", "%t", ZERO, known.count - 1, tokens(known.element(sym("%t"))))
    )
    scope.assign([Component(f"total({path})", (), value)], span)


def elements(answer: Answer, path: str, type_: ty.ListOf, depth: int = 1, outer: Sizes | None = None) -> None:
    """The elements of a list: fills where the contract says their lengths, else arrays decided outside."""
    name, indices = name_at(path, depth), INDICES[:depth]
    sizes = dict(outer or {})
    if type_.index is not None:
        sizes[type_.index] = (ZERO if type_.low is None else type_.low.replace(sizes)) + sym(
            INDICES[depth - 1]
        )
    own = attrs.evolve(answer, sizes={**answer.sizes, **sizes})
    match type_.element:
        case ty.Text(length):
            _elements_of(own, f"len({name})", indices, lengths(length, attrs.evolve(own, kind="size")))
        case ty.ListOf(_, length) as inner:
            known = lengths(length, attrs.evolve(own, kind="size"))
            if not known.exact:
                raise TooFar("a list of lists of unknown lengths")
            _elements_of(own, f"len({name})", indices, known)
            elements(answer, path, inner, depth + 1, sizes)
            _inner_totals(own, path, inner, depth)
        case ty.Int(low, high):
            _array(own, name, low, high, depth)
        case ty.Bool():
            _array(own, name, ZERO, ONE, depth)
        case ty.Choice(options):
            _array(own, name, ZERO, const(len(options) - 1), depth)
        case ty.Record(fields):
            for field, part in fields:
                inside = attrs.evolve(own, field=f"{own.field}.{field}", law=None)
                elements(inside, f"{path}.{field}", ty.ListOf(part), depth, sizes)
        case ty.Maybe():
            raise TooFar("a list whose elements may be missing")
        case ty.Real() | ty.Nothing() | ty.Unknown() | ty.Callable():
            pass


def _elements_of(answer: Answer, array: str, indices: tuple[str, ...], known: Lengths) -> None:
    if known.exact:
        answer.scope.assign([Component(array, indices, known.low)], answer.span)
    else:
        _array(answer, array, known.low, known.high, len(indices))


def _array(answer: Answer, array: str, low: Size | None, high: Size | None, depth: int) -> None:
    if depth > 1:
        raise TooFar("a list of lists of unknown lengths")
    own = (None if low is None else answer.at(low), None if high is None else answer.at(high))
    answer.scope.emit(HavocArray(array, *own, answer.place + answer.field, span=answer.span))


def _inner_totals(answer: Answer, path: str, inner: ty.ListOf, depth: int) -> None:
    """The total of each inner list, from its elements' contract."""
    name, indices = name_at(path, depth), INDICES[:depth]
    below = f"len({name_at(path, depth + 1)})"
    count = indexed(f"len({name})", *map(sym, indices))
    value = big("sum", "%t", ZERO, count - 1, indexed(below, *map(sym, indices), sym("%t")))
    if (
        isinstance(inner.element, ty.Text)
        and isinstance(inner.element.length, ty.Exactly)
        and inner.index is None
    ):
        value = count * answer.at(inner.element.length.size)
    answer.scope.assign([Component(f"total({name})", indices, value)], answer.span)
