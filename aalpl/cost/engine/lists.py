"""Lists in loops: one element written in each round, all changed alike, all moved by a place."""

from __future__ import annotations

from aalpl.cost.closed import recurrences
from aalpl.cost.closed.recurrences import Rounds
from aalpl.cost.engine.state import Array, is_lost, spoilt
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import Atom, Indexed, Size, given, indexed, sym


def array_at(mine: str, update: Array, start: Array, rounds: Rounds) -> Array | None:
    """An array at the beginning of a round."""
    places = tuple(map(sym, update.index))
    untouched = update.value == indexed(mine, *places)
    if untouched and not update.writes:
        return start
    if untouched and len(update.writes) == 1:
        found = _one_write(mine, update.writes[0], start, rounds)
        if found is not None:
            return found
    if (shifted := _shifted(mine, update, start, rounds)) is not None:
        return shifted
    cell = f"{mine}.cell"
    body = _with_cell(update.at(places, rounds.known), mine, places, cell)
    value = recurrences.solve(cell, body, start.at(places, rounds.known), rounds)
    return None if value is None or mine in value.free else Array(update.index, spoilt(value))


def _shifted(mine: str, update: Array, start: Array, rounds: Rounds) -> Array | None:
    """Every element takes the place of the one c before it, as when the first is popped: A_i(j) = A_0(j + (i-low) c)."""
    if len(update.index) != 1 or update.writes:
        return None
    j = sym(update.index[0])
    for atom in update.value.atoms():
        if update.value == alone(atom) and isinstance(atom, Indexed) and atom.name == mine:
            step = atom.indices[0] - j
            if not step.free & {mine, rounds.index, update.index[0]}:
                return Array(update.index, start.at((j + step * rounds.passed,), rounds.known))
    return None


def _one_write(mine: str, write: tuple[Size, Size], start: Array, rounds: Rounds) -> Array | None:
    """One element is written in each round: always the same, or one after another (upward or downward)."""
    place, value = write
    if mine in place.free or is_lost(place):
        return None
    if rounds.index not in place.free:
        cell = f"{mine}.cell"
        body = _with_cell(value, mine, (place,), cell)
        if mine in body.free:
            return None
        now = recurrences.solve(cell, body, start.at((place,), rounds.known), rounds)
        return None if now is None else Array(start.index, start.value, (*start.writes, (place, now)))
    step = place - sym(rounds.index)
    direction = 1
    if rounds.index in step.free:
        step, direction = place + sym(rounds.index), -1
    if rounds.index in step.free or len(start.index) != 1:
        return None
    unwritten = _unwritten(value, mine, place, start, direction, rounds.known)
    if unwritten is None:
        return None
    element = sym(start.index[0])
    when = (element - step) * direction
    written = given(when - rounds.low) * given(rounds.now - 1 - when)
    old = start.at((element,), rounds.known)
    return Array(start.index, written * unwritten.replace({rounds.index: when}) + (1 - written) * old)


def _unwritten(
    value: Size, mine: str, place: Size, start: Array, direction: int, known: Known
) -> Size | None:
    """The written value, where all elements of the array that it reads are those of the start."""
    if mine not in value.free:
        return value

    def change(atom: Atom) -> Size:
        if isinstance(atom, Indexed) and atom.name == mine:
            (where,) = atom.indices
            if known.proves((where - place) * direction):
                return start.at((where,), known)
        return alone(atom)

    changed = value.map_atoms(change)
    return None if mine in changed.free else changed


def _with_cell(size: Size, mine: str, places: tuple[Size, ...], cell: str) -> Size:
    """The size with the element at `places` as a variable of its own."""

    def change(atom: Atom) -> Size:
        if isinstance(atom, Indexed) and atom.name == mine and atom.indices == places:
            return sym(cell)
        return alone(atom)

    return size.map_atoms(change)
