"""Small random programs over the whole language: integer loops of all kinds, and a pinch of everything else.

A program is drawn from a seed and has a function `f(a: int, b: int)`. `constructs` says what it is made of, so that a test can
tell which of them the analysis copes with. Half of them are a single loop, so that there can be many; the rest are loops in
loops, loops after loops, and the rest of the language.
"""

from __future__ import annotations

from random import Random

import attrs

from .loops import LOOPS
from .spices import RARE, SPICES
from .writer import Writer


@attrs.frozen
class Small:
    """A program text and what occurs in it; `plain` where the exploration of all behaviours follows it."""

    text: str
    constructs: frozenset[str]
    plain: bool


def generate(seed: int) -> Small:
    """The program of this seed."""
    random = Random(seed)
    kind = random.random()
    writer = Writer(random, LOOPS, budget=1 if kind < 0.6 else random.choice([2, 3, 4]))
    lines = _body(writer, spiced=kind > 0.73)
    head = ["llm step() -> text[0]  size 1", *sorted(writer.header)]
    functions = [line for name in sorted(writer.functions) for line in ["", *writer.functions[name]]]
    indented = [f"    {line}" for line in lines]
    text = [*head, *functions, "", "def f(a: int, b: int):", *indented, *writer.claims]
    return Small("\n".join(text) + "\n", frozenset(writer.constructs), writer.plain)


def _body(w: Writer, spiced: bool) -> list[str]:
    names, lines = ["a", "b"], list[str]()
    if w.chance(0.25):
        w.texts.append("t")
        lines.append('t <- "two words"')
    if w.chance(0.1):
        lines += [f"if {w.test(names)} then", *(["    step()"] if w.chance(0.5) else []), "    return"]
    if spiced:
        spice = w.random.choice([*SPICES, *RARE, *RARE, *RARE])
        w.constructs.add(spice)
        w.plain = False
        lines += SPICES[spice](w)
        if w.chance(0.3):
            return lines
    lines += w.loop(names, 0)
    while w.budget > 0 and w.chance(0.5):
        lines += w.statement(names, 0)
    return lines
