"""What ties run and cost together: the exact form, at what a run observed, is what its meter shows, to the token; and
the bounds lie around it."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from support.programs import generate
from support.tuples import size_tuples

from aalpl.cases.document import cases
from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.result import Analysis, Quantity
from aalpl.program.nodes import Program
from aalpl.program.size import Size
from aalpl.report import Source
from aalpl.run import Run, execute, observed
from aalpl.run.observed import Observed

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/*.aalp"))
EXAMPLES = [path for path in EXAMPLES if path.stem != "endless_loops"]  # whose runs need not end
FORMULAS = ROOT / "tests" / "cases" / "cost" / "acceptance.md"
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


def _cases() -> list[Any]:
    """Every function of every example, and of the programs behind the published formulas."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in EXAMPLES}
    texts |= {case.title: case.program.text for case in cases(FORMULAS.read_text(encoding="utf-8"), {})}
    found = []
    for title, text in texts.items():
        program = program_of(text, title)
        own = [name for name, function in program.functions.items() if not function.library]
        found += [pytest.param(text, name, id=f"{title}-{name}") for name in own]
    return found


@pytest.mark.parametrize(("text", "name"), _cases())
def test_examples_cost_what_their_forms_say(text: str, name: str) -> None:
    program = program_of(text)
    analysis = analyse(program, name, MODELS)
    seen: Counter[str] = Counter()
    tuples = size_tuples(program, name, 5)
    assert len(tuples) == 5
    for number, at in enumerate(tuples):
        run = execute(program, name, None, at, seed=number, observe=True)
        if not run.diagnostics:
            assert compare(analysis, run, at, seen) == []


def test_generated_programs_cost_what_their_forms_say() -> None:
    seen: Counter[str] = Counter()
    for seed in range(60):
        made = generate(seed)
        program = program_of(made.text, f"program {seed}")
        analysis = analyse(program, "f", MODELS)
        for again, adversary in enumerate(("worst", "best", "random")):
            at = {**made.sizes, "m_b": 3, "m_s": 2, "w": lambda i: 1 + i}
            run = execute(program, "f", None, at, seed=seed + again, adversary=adversary, observe=True)
            if not run.diagnostics:
                seen["runs"] += 1
                assert compare(analysis, run, at, seen) == [], made.text
    assert seen["runs"] >= 160
    assert seen["exact"] >= 0.6 * seen["all"]
    assert seen["bounded"] >= 0.4 * seen["all"]


UNREACHED = """\
size n, r
llm M(x: text) -> text[1] size m
def f(x: text[n]):
    for i in 1..r do
        y <- M(x)
        if 2 > 1 then
            return
    repeat
        y <- M(x)
    until *
"""


@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_a_loop_that_is_never_reached_has_no_first_round(rounds: int) -> None:
    program = program_of(UNREACHED)
    analysis = analyse(program, "f", MODELS)
    at = {"n": 3, "r": rounds, "m": 2}
    run = execute(program, "f", None, at, observe=True)
    assert run.meter.calls == 1
    assert compare(analysis, run, at, Counter()) == []


HANDED_OVER = """\
size k
llm M(x: text) -> text[1..3] size 1
def apply(f: (text) -> text, xs: list[k] of text[2]):
    for x in xs do
        y <- f(x)
def use(xs: list[k] of text[2]):
    apply(M, xs)
"""


def test_what_a_primitive_answers_is_observed_where_it_is_handed_over() -> None:
    program = program_of(HANDED_OVER)
    analysis, seen = analyse(program, "use", MODELS), Counter[str]()
    run = execute(program, "use", None, {"k": 4}, observe=True)
    assert compare(analysis, run, {"k": 4}, seen) == []
    assert seen["exact"] == seen["all"]


ENTERED_EMPTY = """\
size n
llm note(x: text, rest: text) -> text[3] size m
llm find(x: text) -> text[1]? size m
def helper(x: text[n]) -> text:
    return note(x[0 : len(x)/2], x[min(1, len(x)) : len(x)])
def f(x: text[n]) -> text:
    y <- find(x) else ""
    return helper(y)
"""


@pytest.mark.parametrize("adversary", ["worst", "best"])
def test_a_size_is_at_least_one_at_entry_only(adversary: str) -> None:
    """`helper` may be called with an empty text: then it reads nothing, and not a token less."""
    program = program_of(ENTERED_EMPTY)
    analysis, at = analyse(program, "f", MODELS), {"n": 2, "m": 1}
    found = set()
    for seed in range(8):
        run = execute(program, "f", None, at, seed=seed, adversary=adversary, observe=True)
        found.add(run.observations[("present@7", ())])
        assert compare(analysis, run, at, Counter()) == []
    assert found == {1 if adversary == "worst" else 0}
