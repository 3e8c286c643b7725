"""What ties run and cost together: the exact form, at what a run observed, is what its meter shows, to the token; and
the bounds lie around it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.foretold import MODELS, compare, foretold, program_of
from support.sharing import shared
from support.tuples import size_tuples

from aalpl.cases.document import cases
from aalpl.cost import analyse
from aalpl.run import execute

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/*.aalp"))
EXAMPLES = [path for path in EXAMPLES if path.stem != "endless_loops"]  # whose runs need not end
FORMULAS = ROOT / "tests" / "cases" / "cost" / "acceptance.md"


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
    for counted, wrong in shared(foretold, range(60)):
        assert wrong == []
        seen += counted
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
