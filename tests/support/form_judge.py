"""The engine against an interpreter of the form: what exact forms and bounds of random forms get wrong."""

from __future__ import annotations

from collections import Counter

from support.form_generator import generate
from support.form_runner import ran

from aalpl.cost.engine.front import derive
from aalpl.cost.result import Quantity
from aalpl.program.size import Size
from aalpl.run import observed
from aalpl.run.observed import Family, Observed

QUANTITIES = ("calls", "tokens in", "tokens out")


def differences(seed: int, seen: Counter[str]) -> list[str]:
    """What the exact forms and bounds of a random form get wrong."""
    made = generate(seed)
    analysis = derive(made.forms, "f", None, {})
    run = ran(made.forms, "f", made.entry, made.decide)
    known = observed(run.recorded, made.entry)
    totals = {
        "calls": len(run.events),
        "tokens in": sum(event.inputs or 0 for event in run.events),
        "tokens out": sum(event.outputs or 0 for event in run.events),
    }
    wrong = []
    for kind in QUANTITIES:
        answer, total = analysis.answer(Quantity(kind)), totals[kind]
        seen["all"] += 1
        if answer.exact is not None:
            seen["exact"] += 1
            found = answer.exact.value(known)
            if found != total:
                wrong.append(f"seed {seed}: {kind} is {total}, the form says {found}: {answer.exact}")
        for name, size in (("lower", answer.lower), ("upper", answer.upper)):
            if size is None or any(name.startswith("T@") and name not in known for name in size.free):
                continue  # a bound in the rounds of a loop says nothing where the loop is not reached
            seen[name] += 1
            bound = size.value(reached(known, size) if name == "upper" else known)
            if bound > total if name == "lower" else bound < total:
                wrong.append(f"seed {seed}: {kind} is {total}, its {name} bound {bound}: {size}")
    return wrong


class Rounds(int):
    """A number of rounds that is also a family; at least 1, as of any `repeat` that is reached."""

    def __new__(cls, of: Family) -> Rounds:
        made = super().__new__(cls, max(1, of))
        made.family = of
        return made

    def __call__(self, *indices: int) -> int:
        return max(1, self.family(*indices))


def reached(known: Observed, size: Size) -> Observed:
    """Upper bounds in rounds hold whatever a number of rounds is said to be where its loop is not reached."""
    return Observed({**known, **{name: Rounds(known[name]) for name in size.free if name.startswith("T@")}})


def differs(seed: int) -> tuple[Counter[str], list[str]]:
    """What could be compared of a random form, and what is wrong."""
    seen: Counter[str] = Counter()
    wrong = differences(seed, seen)
    return seen, wrong
