"""What a run's meter shows against the forms and the bounds of the analysis."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from support.programs import generate

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.result import Analysis, Quantity
from aalpl.program.nodes import Program
from aalpl.program.size import Size
from aalpl.report import Source
from aalpl.run import Run, execute, observed
from aalpl.run.observed import Observed

PRICES = {
    "attention": lambda p, o: (p + o) ** 2,
    "tokens": lambda p, o: p + o,
    "calls": lambda p, o: 1,
}
MODELS = ("primitive", *PRICES)
COUNTS = ("calls", "tokens in", "tokens out", "tokens")


def program_of(text: str, name: str = "program.aalp") -> Program:
    program, diagnostics = load(Source(name, text))
    assert program is not None, diagnostics
    return program


def compare(analysis: Analysis, run: Run, at: dict[str, Any], seen: Counter[str]) -> list[str]:
    """What differs between the forms and the meter; `seen` counts what could be compared."""
    known = observed(run.observations, {**at, **run.entry})
    wrong: list[str] = []
    for quantity in [*(Quantity(kind) for kind in COUNTS), *(Quantity("cost", model) for model in MODELS)]:
        answer = analysis.answer(quantity)
        measured = _measured(run, quantity)
        seen["all"] += 1
        if answer.exact is not None and measured is not None:
            seen["exact"] += 1
            predicted = answer.exact.value(known)
            if predicted != measured:
                wrong.append(f"{quantity}: predicted {predicted}, measured {measured}, form {answer.exact}")
        wrong += [
            f"{quantity}: {name} {value} of {size}, measured {measured}"
            for name, size in (("lower", answer.lower), ("upper", answer.upper))
            if size is not None and measured is not None
            for value in [_bound(size, known)]
            if value is not None and (value > measured if name == "lower" else value < measured)
        ]
        seen["bounded"] += answer.upper is not None and answer.lower is not None
    for kind in COUNTS[:1]:
        answer = analysis.answer(Quantity(kind, None, True))
        measured = run.meter.spans[kind]
        if answer.exact is not None and measured is not None:
            seen["span"] += 1
            predicted = answer.exact.value(known)
            if predicted != measured:
                wrong.append(f"span {kind}: predicted {predicted}, measured {measured}, form {answer.exact}")
    return wrong


def _measured(run: Run, quantity: Quantity) -> int | Fraction | float | None:
    if quantity.kind != "cost":
        return run.meter.work(quantity.kind)
    if quantity.model == "primitive":
        return run.meter.cost
    price = PRICES[str(quantity.model)]
    return run.meter.weighed(lambda _, p, o: price(p, o))


def _bound(size: Size, known: Observed) -> Fraction | float | None:
    """A bound's value; `o_P` of the simulator is 1. None where a symbol (a family) has no value."""
    known = Observed(known)
    known.update({name: 1 for name in size.free if name.startswith("o_")})
    try:
        return size.value(known)
    except KeyError:
        return None


def foretold(seed: int) -> tuple[Counter[str], list[str]]:
    """A random program under three adversaries: what could be compared, and what differs."""
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    made = generate(seed)
    program = program_of(made.text, f"program {seed}")
    analysis = analyse(program, "f", MODELS)
    for again, adversary in enumerate(("worst", "best", "random")):
        at = {**made.sizes, "m_b": 3, "m_s": 2, "w": lambda i: 1 + i}
        run = execute(program, "f", None, at, seed=seed + again, adversary=adversary, observe=True)
        if not run.diagnostics:
            seen["runs"] += 1
            wrong += [f"{line}\n{made.text}" for line in compare(analysis, run, at, seen)]
    return seen, wrong
