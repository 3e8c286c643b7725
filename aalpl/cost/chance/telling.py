"""How expectations came about, in steps: the equation of each loop, and the solution that was chosen.

`E` is what is still paid on average where a loop is tested, `later` what is paid after all that (what comes behind the
loop, or the next round of a loop around it). An equation comes with its solution put in, so that numbers can check it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from aalpl.cost.form.nodes import Count, Cycle
from aalpl.cost.form.steps import condition_sizes
from aalpl.cost.result import Step, related
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import Apply, Atom, Size, apply, sym
from aalpl.report import Span

if TYPE_CHECKING:
    from aalpl.cost.chance.walker import Loop, Walker

BOUNDS: Mapping[str, str] = {
    "leap": "additive drift: the condition loses at least as much on average in every round (He and Yao)",
    "sweep": "places are filled in turn: the largest of geometric waiting times, by the union bound",
}
TRIED = (
    "one number for all rounds, a finite Markov chain, a walk between barriers, levels one by one, additive drift, "
    "places filled in turn"
)
SHOWN = 40
"""Equations of more terms are told in words only."""


def repeated(of: Cycle, price: Size, weight: Size, value: Size, walker: Walker) -> None:
    """One number stands for what is paid from the test of a loop on: E = price + weight E."""
    here = sym("E")
    line, equation = of.span.line, _plain(price) + _plain(weight) * here
    closed = _plain(value)
    note = related(
        line,
        "where the loop is tested, `E` is still paid on average, the same in every round",
        (here, "=", equation),
        "expected",
    )
    solution = related(
        line,
        "the only solution, a geometric series",
        (here, "=", closed),
        "expected",
        (closed, equation.replace({"E": closed})),
    )
    walker.told[of.span] = (note, solution)


def solved(loop: Loop, reason: str, found: Size) -> None:
    """A solver answered H; `reason`: why that is what is paid."""
    names = _mattering(loop, found)
    inside, outside = _shown(loop.inside, loop, names), _shown(loop.outside, loop, names)
    here = _plain(apply("E", *map(sym, names)) if names else sym("E"))
    line = loop.span.line
    steps = []
    exact = loop.walker.exact
    if len(inside.whole) <= SHOWN:
        from aalpl.cost.chance.walker import bracket

        goes = bracket(loop.condition)
        equation = _plain(goes) * inside + (1 - _plain(goes)) * outside
        check = (found, goes * _put_in(loop, found) + (1 - goes) * loop.outside) if exact else None
        text = "where the loop is tested, so much is still paid on average"
        steps.append(related(line, text, (here, "=", equation), "expected", check))
    sign = "=" if exact else "<=" if loop.walker.up > 0 else ">="
    steps.append(related(line, reason, (here, sign, _plain(found)), "expected"))
    loop.walker.told[loop.span] = tuple(steps)


def unrolled(loop: Loop, names: Sequence[str], found: Mapping[tuple[Size, ...], Size]) -> None:
    """A loop that begins in a state of numbers: what is paid from each state that is reached."""
    line = loop.span.line
    first = Step(
        line,
        f"of `{', '.join(names)}` finitely many values are reached; a linear equation for each",
        "",
        "expected",
    )
    steps = [
        related(
            line,
            "the only solution (a Markov chain)",
            (apply("E", *key) if key else sym("E"), "=", _plain(size)),
            "expected",
        )
        for key, size in list(found.items())[:SHOWN]
    ]
    loop.walker.told[loop.span] = (first, *steps)


def bounded(of: Cycle, method: str, bound: Size, walker: Walker) -> None:
    """A bound of what is paid from the loop on."""
    sign = "<=" if walker.up > 0 else ">="
    walker.told[of.span] = (
        related(of.span.line, BOUNDS[method], (sym("E"), sign, _plain(bound)), "expected"),
    )


def counted(of: Count, low: Size, high: Size, found: Size, walker: Walker) -> None:
    """A counted loop: what it pays with all that comes after it."""
    text = f"the rounds {of.index} in {low}..{high}, and what comes after them, backwards from the last"
    sign = "=" if walker.exact else "<=" if walker.up > 0 else ">="
    step = related(of.span.line, _bare(text), (sym("E"), sign, _plain(found)), "expected")
    walker.told[of.span] = (step,)


def failed(of: Cycle, walker: Walker) -> None:
    """No solver answered."""
    text = f"the expectation of this loop was not derived; tried: {TRIED}"
    walker.told[of.span] = (Step(of.span.line, text, "", "expected"),)


def together(home: Span, *walkers: Walker) -> tuple[Step, ...]:
    """What both directions tell, once; loops of the library have no line in the file of the function at `home`."""
    found: dict[Step, None] = {}
    for walker in walkers:
        for place, told in walker.told.items():
            for step in told:
                there = place.source.name != home.source.name
                text = (
                    f"{step.text} (in the library's `{place.source.name}`, line {step.line})"
                    if there
                    else step.text
                )
                found[attrs.evolve(step, line=0, text=text) if there else step] = None
    return tuple(found)


# -- names -------------------------------------------------------------------------------------------------------------


def _mattering(loop: Loop, found: Size) -> list[str]:
    """The variables that the solution or the condition speaks of."""
    used = set(found.free).union(*(size.free for size in condition_sizes(loop.condition)))
    return [name for name in loop.variables if name in used]


def _shown(size: Size, loop: Loop, names: Sequence[str]) -> Size:
    """H(…) as E of what matters."""
    places = [i for i, name in enumerate(loop.variables) if name in names]

    def change(atom: Atom) -> Size:
        if isinstance(atom, Apply) and atom.function == loop.name:
            args = [atom.args[i] for i in places]
            return apply("E", *args) if args else sym("E")
        return alone(atom)

    return _plain(size.map_atoms(change))


def _put_in(loop: Loop, found: Size) -> Size:
    """The round with the solution for H."""

    def change(atom: Atom) -> Size:
        if isinstance(atom, Apply) and atom.function == loop.name:
            return found.replace(dict(zip(loop.variables, atom.args, strict=True)))
        return alone(atom)

    return loop.inside.map_atoms(change)


def _plain(size: Size) -> Size:
    """With names that a person has for what comes later, and without the marks of calls."""

    def change(atom: Atom) -> Size:
        if isinstance(atom, Apply) and atom.function.startswith("%head"):
            return sym("later")
        return alone(atom)

    marked = size.map_atoms(change)
    return marked.replace({name: sym(_name(name)) for name in marked.free if "%" in name})


def _name(name: str) -> str:
    if name.startswith(("%next", "%one", "%head")):
        return "later"
    return _bare(name)


def _bare(text: str) -> str:
    """Without the marks that tell names of different calls apart."""
    return re.sub(r"%\d*", "", text)
