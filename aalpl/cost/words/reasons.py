"""Why a line costs what it does, in words: how often it calls, and which of its inputs grows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Protocol

from aalpl.cost.result import Analysis, Answer, Part, Step
from aalpl.program import nodes as p
from aalpl.program.size import Size, Sym, sym


class Writes(Protocol):
    """Spells sizes for people."""

    def write(self, size: Size) -> str:
        """The size as text."""


def reason(
    part: Part, calls: Answer, read: Answer, names: tuple[str, ...], analysis: Analysis, spell: Writes
) -> str:
    """`fix, at most b times`, `fix reads h, which grows by k·l + 1 tokens a round`."""
    more = _growing(read, calls)
    if more is None:
        return f"{part.primitive}, {times(calls, spell)}"
    by = f"{'' if read.upper == read.lower else 'at most '}{spell.write(more)} tokens a round"
    grown = [name for name in names if any(_grows(name, step) for step in analysis.derivation)]
    spoken = [name for name in names if "%" in name]
    grown = ["the conversation"] if spoken and not grown else grown
    if not grown:
        return f"{part.primitive}, {times(calls, spell)}, reads more each round, by {by}"
    return f"{part.primitive} reads {grown[0]}, which grows by {by}"


def _grows(name: str, step: Step) -> bool:
    """Whether a step of the derivation says that the length of a variable depends on the round's number."""
    said = re.fullmatch(rf"`len\({re.escape(name)}\)` at the beginning of round (\S+)", step.text)
    if said is None:
        return False
    outside = re.sub(r"\[[^\[\]]*\]", "", step.formula)
    return re.search(rf"(?<![\w@]){re.escape(said[1])}(?!\w)", outside) is not None


def times(calls: Answer, spell: Writes) -> str:
    """How often a line calls."""
    if calls.upper is None:
        return "how often is not bounded" if calls.exact is None else f"{spell.write(calls.exact)} times"
    exactly = calls.upper == calls.lower
    most = "" if exactly else "at most "
    number = calls.upper.constant()
    if number is not None and number <= 2:
        return f"{most}{('never', 'once', 'twice')[int(number)]}"
    return f"{most}{spell.write(calls.upper)} times"


def readings(program: p.Program) -> Mapping[str, tuple[str, ...]]:
    """For each place of a call the variables that it reads, a transcript first."""
    functions = program.functions.values()
    return {place: names for function in functions for place, names in _block(function.body)}


def _growing(read: Answer, calls: Answer) -> Size | None:
    """By how much a call reads more each time: where it calls b times and reads `first*b + more*b*(b-1)/2`."""
    if read.upper is None or calls.upper is None or len(calls.upper.terms) != 1:
        return None
    ((_, scale),) = calls.upper.terms.items()
    for atom in calls.upper.atoms():
        if isinstance(atom, Sym) and calls.upper == sym(atom.name) * scale:
            parts = read.upper.coefficients(atom)
            if set(parts) <= {0, 1, 2} and 2 in parts:
                return parts[2] * 2 / scale
    return None


def _block(statements: p.Block) -> Iterator[tuple[str, tuple[str, ...]]]:
    for statement in statements:
        yield from _statement(statement)


def _statement(statement: p.Statement) -> Iterator[tuple[str, tuple[str, ...]]]:
    match statement:
        case p.Ask(args=args, place=place, transcript=transcript):
            spoken = (transcript,) if transcript else ()
            yield place, (*spoken, *(arg.name for arg in args if isinstance(arg, p.Variable)))
        case p.If(then=one, orelse=two) | p.Loop(before=one, body=two):
            yield from _block(one)
            yield from _block(two)
        case p.For(body=body) | p.Parallel(body=body):
            yield from _block(body)
        case p.Let() | p.Call() | p.Consult() | p.Sample() | p.Choose() | p.Contribute() | p.Return():
            pass
