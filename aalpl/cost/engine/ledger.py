"""What a function pays, before anybody asks in which currency: events under sums, conditions and forks.

Executing a form yields a ledger whose sizes are closed: over entry symbols, the indices of the enclosing entries of the
ledger, and observables. A cost model turns it into a number by a fold: `work` adds up, `critical` takes the maximum
over what runs side by side. Both are written once, for all cost models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from aalpl.cost.closed.monotone import heading
from aalpl.cost.closed.sums import total
from aalpl.cost.form.nodes import Event
from aalpl.cost.result import Asked, Part, Unknown
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.ranges import count, smaller, within
from aalpl.program.size import ONE, ZERO, Size, big, ceil, given, sym

Charge = Callable[[Event], Size]
Pays = Callable[[Charge, Asked, bool], Size]
"""What is paid under a cost model by the events asked for, in all (False) or on the longest path (True)."""


@attrs.frozen
class Paid:
    """One call; the sizes of the event are closed."""

    part: Part
    event: Event


@attrs.frozen
class Scaled:
    """`body` where `factor` is 1, nothing where it is 0."""

    factor: Size
    body: Ledger


@attrs.frozen
class Repeated:
    """`body` for each value of the index, one after another."""

    index: str
    low: Size
    high: Size
    body: Ledger


@attrs.frozen
class Beside:
    """`body` for each value of the index side by side, at most `workers` at once (in consecutive groups)."""

    index: str
    low: Size
    high: Size
    workers: Size | None
    body: Ledger


@attrs.frozen
class Recurring:
    """A call of a function that calls itself. `pays` says what it pays in all, `body` what one activation does."""

    pays: Pays = attrs.field(repr=False, eq=False)
    body: Ledger


@attrs.frozen
class Lost:
    """Something that cannot be expressed."""

    unknown: Unknown


Entry = Paid | Scaled | Repeated | Beside | Recurring | Lost
Ledger = tuple[Entry, ...]


class Unpayable(Exception):
    """A quantity without an answer."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


def parts(ledger: Ledger) -> Iterator[Part]:
    """The places that pay, in program order, perhaps repeatedly."""
    for entry in ledger:
        match entry:
            case Paid(part, _):
                yield part
            case Scaled(_, body) | Repeated(_, _, _, body) | Beside(_, _, _, _, body) | Recurring(_, body):
                yield from parts(body)
            case Lost():
                pass


def side_by_side(ledger: Ledger) -> bool:
    """Whether anything runs side by side, so that span and work may differ."""
    return any(
        isinstance(entry, Beside)
        or (isinstance(entry, Scaled | Repeated | Recurring) and side_by_side(entry.body))
        for entry in ledger
    )


def recurring(ledger: Ledger) -> bool:
    """Whether a function that calls itself is called."""
    return any(
        isinstance(entry, Recurring)
        or (isinstance(entry, Scaled | Repeated | Beside) and recurring(entry.body))
        for entry in ledger
    )


def losses(ledger: Ledger) -> Iterator[Unknown]:
    """What could not be expressed."""
    for entry in ledger:
        match entry:
            case Lost(unknown):
                yield unknown
            case Scaled(_, body) | Repeated(_, _, _, body) | Beside(_, _, _, _, body) | Recurring(_, body):
                yield from losses(body)
            case Paid():
                pass


def work(ledger: Ledger, charge: Charge, asked: Asked, known: Known) -> Size:
    """The sum over all events."""
    result = ZERO
    for entry in ledger:
        result = result + _work(entry, charge, asked, known)
    return result


def _work(entry: Entry, charge: Charge, asked: Asked, known: Known) -> Size:
    match entry:
        case Paid(part, event):
            return known.bits(charge(event)) if asked.covers(part) else ZERO
        case Scaled(factor, body):
            return known.bits(factor * work(body, charge, asked, known))
        case Repeated(index, low, high, body) | Beside(index, low, high, _, body):
            inside = known.plus(*within(sym(index), low, high))
            return total(index, low, high, work(body, charge, asked, inside), known)
        case Recurring(pays, _):
            return pays(charge, asked, False)
        case Lost(unknown):
            raise Unpayable(unknown)


def critical(ledger: Ledger, charge: Charge, asked: Asked, known: Known) -> Size:
    """The longest path: sequence adds, side by side takes the maximum."""
    result = ZERO
    for entry in ledger:
        result = result + _critical(entry, charge, asked, known)
    return result


def _critical(entry: Entry, charge: Charge, asked: Asked, known: Known) -> Size:
    match entry:
        case Paid() | Lost():
            return _work(entry, charge, asked, known)
        case Recurring(pays, _):
            return pays(charge, asked, True)
        case Scaled(factor, body):
            return known.bits(factor * critical(body, charge, asked, known))
        case Repeated(index, low, high, body):
            inside = known.plus(*within(sym(index), low, high))
            return total(index, low, high, critical(body, charge, asked, inside), known)
        case Beside(index, low, high, workers, body):
            inside = known.plus(*within(sym(index), low, high))
            each = critical(body, charge, asked, inside)
            return _slowest(index, low, high, workers, each, known)


def _slowest(index: str, low: Size, high: Size, workers: Size | None, each: Size, known: Known) -> Size:
    """max over the branches; with w workers, sum over the groups of w of the maximum of each group."""
    if not each:
        return ZERO
    if workers is None:
        return greatest(index, low, high, each, known)
    number = count(low, high, known)
    if index not in each.free:
        return ceil(number / workers) * each
    group = f"{index}.group"
    first = low + sym(group) * workers
    last = smaller(first + workers - 1, high, known)
    inside = known.plus(sym(group), first - low, high - first)
    slowest = greatest(index, first, last, each, inside, filled=True)
    return total(group, ZERO, ceil(number / workers) - 1, slowest, known)


def greatest(index: str, low: Size, high: Size, each: Size, known: Known, *, filled: bool = False) -> Size:
    """The maximum over a range of something that is never negative; 0 if the range is empty (`filled`: it is not)."""
    some = ONE if filled or known.proves(high - low) else given(high - low)
    if index not in each.free:
        return some * each
    inside = known.plus(sym(index) - low, high - sym(index) - 1)
    growth = each.replace({index: sym(index) + 1}) - each
    way = heading(index, each, inside)
    if way == {1} or inside.proves(growth):
        return some * each.replace({index: high})
    if way == {-1} or inside.proves(-growth):
        return some * each.replace({index: low})
    return big("max", index, low, high, each)


def events(ledger: Ledger) -> Iterator[Event]:
    """All calls."""
    for entry in ledger:
        match entry:
            case Paid(_, event):
                yield event
            case Scaled(_, body) | Repeated(_, _, _, body) | Beside(_, _, _, _, body) | Recurring(_, body):
                yield from events(body)
            case Lost():
                pass


def sizes(ledger: Ledger) -> Iterator[Size]:
    """All sizes."""
    for entry in ledger:
        match entry:
            case Paid(_, event):
                found = (event.weight, event.inputs, event.outputs, event.hit, event.overhead)
                yield from (size for size in found if size is not None)
            case Scaled(factor, body):
                yield factor
                yield from sizes(body)
            case Repeated(_, low, high, body) | Beside(_, low, high, _, body):
                yield low
                yield high
                yield from sizes(body)
            case Recurring(_, body):
                yield from sizes(body)
            case Lost():
                pass
