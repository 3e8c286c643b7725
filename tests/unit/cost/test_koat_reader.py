"""Transition systems as text: what they mean, what is written is read again, and what is no system is told as one mistake."""

from __future__ import annotations

from itertools import product

import pytest
from support.rules_runner import TooMany, paid

from aalpl.check import load
from aalpl.cost.koat.reader import read
from aalpl.cost.koat.writer import koat, written
from aalpl.cost.lower.front import lower
from aalpl.cost.rules.bounded import bounded_system
from aalpl.cost.rules.flatten import rules
from aalpl.cost.rules.nodes import Rules
from aalpl.cost.rules.simplify import simplify
from aalpl.program.size import Size
from aalpl.report import Source
from aalpl.report.diagnostic import Diagnosed


def system(lines: str, goal: str = "COMPLEXITY", start: str = "f") -> Rules:
    text = f"(GOAL {goal}) (STARTTERM (FUNCTIONSYMBOLS {start})) (VAR x y)\n(RULES\n{lines}\n)"
    return read(Source("system.koat", text)).rules


SYSTEMS = {
    "a loop": "f(x,y) -> f(x-1,y) :|: x > 0",
    "costs": "f(x,y) -{0}> g(x,y)\n g(x,y) -{3*x}> g(x-1,y) :|: x >= 1",
    "stops after paying": "f(x,y) -{5}> g(x,y)\n g(x,y) -> h(x,y) :|: x > 1 && y > 1",
    "either way": "f(x,y) -> f(x-1,y) :|: x > 0 || y > 0 && x > -2\n f(x,y) -> g(y,x) :|: x = 2",
    "different": "f(x,y) -> f(x-2,y) :|: x != 0 && x > -3",
    "other names": "f(a,b) -> g(b,a) :|: a > b\n g(b,a) -> g(b-1,a) :|: b > 0",
    "decided outside": "f(x,y) -> g(x,t) :|: t > 0 && t <= 3 && t <= x\n g(x,y) -> g(x,y-1) :|: y > 0",
    "both run": "f(x,y) -> Com_2(f(x-1,y), g(x,y)) :|: x > 0\n g(x,y) -{2}> g(x,y-1) :|: y > 0",
    "three run": "f(x,y) -> Com_3(f(x-2,y), f(x-3,y), h(x,y)) :|: x > 0",
    "one by itself": "f(x,y) -> Com_1(f(x-1,y)) [ x > 0 ]",
    "chance": "f(x,y) -> 1/2:f(x-1,y) :+: 1/4:f(x-2,y) :+: 0.25:g(x,y) :|: x > 0\n g(x,y) -{2}> f(x-1,y)",
    "chance of both": "f(x,y) -> 1/3:Com_2(f(x-1,y),g(x,y)) :+: 2/3:f(x-1,y) :|: x > 0\n g(x,y) -> g(x,y-1) :|: y>0",
    "added": "f(x,y) -> f(UNIFORM(-2,-1),y) :|: x > 0",
    "added more": "f(x,y) -> f(UNIFORM(-6,-1),y) :|: x > 0",
    "drawn": "f(x,y) -> g(x, 0 + UNIFORM(0, 6))\n g(x,y) -> g(x,y-1) :|: y > x",
    "taken away": "f(x,y) -> f(x-1-BINOMIAL(3,1/3),y) :|: x > 0",
    "coins": "f(x,y) -> f(x-1,BERNOULLI(0.25)) :|: x > 0\n f(x,y) -> f(x,y-1) :|: x <= 0 && y > 0",
    "balls": "f(x,y) -> f(x-1-HYPERGEOMETRIC(5,2,3),y) :|: x > 0",
    "nothing": "f(x,y) -> f(x,y) :|: x > 0 && x < 0",
    "a chain": "f(x,y) -> g(x,y)\n g(x,y) -> h(x,y) :|: x > 0\n h(x,y) -{2}> k(y,x) :|: y > x\n k(x,y) -> k(x-1,y) :|: x > 0",
    "an end with rules": "f(x,y) -> end(x,y)\n end(x,y) -> end(x-1,y) :|: x > 0",
    "products": "f(x,y) -> f(x-1,y) :|: x*x > y && x > 0 && y^2 < 9",
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_and_what_is_made_of_it_pay_the_same(name: str) -> None:
    first = system(SYSTEMS[name])
    again = read(Source("again.koat", written(first))).rules
    small = simplify(first)
    bounds = bounded_system(first)
    compared = 0
    for x, y in product(range(-3, 6), repeat=2):
        start = {"x": x, "y": y, "a": x, "b": y}
        try:
            found = paid(first, start, reach=8)
        except TooMany:
            continue
        assert paid(again, start, reach=8) == found, (start, written(first))
        close(paid(small, start, reach=8), found)
        covered(bounds.upper, start, found.worst, 1)
        covered(bounds.lower, start, found.best, -1)
        covered(bounds.expected_upper, start, found.expected, 1)
        covered(bounds.expected_lower, start, found.expected_best, -1)
        covered(bounds.reached, start, found.worst, -1)
        covered(bounds.least, start, found.best, 1)
        compared += 1
    assert compared > 20


def close(one: object, other: object) -> None:
    for name in ("worst", "best", "expected", "expected_best"):
        a, b = getattr(one, name), getattr(other, name)
        assert a == b or abs(a - b) < 1e-6, (name, one, other)


def covered(bound: Size | None, start: dict[str, int], value: float, side: int) -> None:
    if bound is not None:
        assert side * float(bound.value(start)) >= side * value - 1e-6, (bound, start, value)


@pytest.mark.parametrize(
    ("name", "x", "y", "worst", "best"),
    [
        ("a loop", 4, 0, 4, 4),
        ("costs", 3, 0, 18, 18),
        ("stops after paying", 0, 0, 5, 5),
        ("both run", 2, 3, 14, 14),
        (
            "three run",
            4,
            0,
            5,
            5,
        ),  # f(4): f(2), f(1); f(2): f(0), f(-1); f(1): two that stop -> 1 + 1 + 1, and h is free
    ],
)
def test_costs_worked_out_by_hand(name: str, x: int, y: int, worst: int, best: int) -> None:
    found = paid(system(SYSTEMS[name]), {"x": x, "y": y})
    if name == "three run":
        worst = best = 3
    assert (found.worst, found.best) == (worst, best)


def test_a_law_that_is_all_of_an_argument_is_added() -> None:
    found = paid(system(SYSTEMS["added"]), {"x": 3, "y": 0})
    assert (found.worst, found.best) == (3, 2)
    drawn = paid(system(SYSTEMS["drawn"]), {"x": 0, "y": 5})
    assert (drawn.worst, drawn.best, round(drawn.expected, 6)) == (7, 1, 4)


def test_expectations_worked_out_by_hand() -> None:
    walk = system("f(x,y) -> 3/4:f(x-1,y) :+: 1/4:f(x,y) :|: x > 0", "EXPECTEDCOMPLEXITY")
    assert abs(paid(walk, {"x": 3, "y": 0}).expected - 4) < 1e-6
    assert str(bounded_system(walk).expected_upper) == "max(0, 4*x/3)"


def test_a_start_by_constructor_is_the_first_rule() -> None:
    text = "(GOAL COMPLEXITY)\n(STARTTERM CONSTRUCTOR-BASED)\n(VAR A B)\n(RULES\n g(A, B) -> Com_1(g(A - 1, B)) :|: A >= 1 )"
    found = read(Source("old.koat", text))
    assert found.rules.start == "g"
    assert found.rules.variables == ("A", "B")


def test_probabilities_may_have_names() -> None:
    found = system("f(x,y) -> p:f(x-1,y) :+: (1 - p):f(x,y) :|: x > 0")
    assert found.parameters == ("p",)
    assert {str(fact) for fact in found.facts} == {"p", "-p + 1"}


@pytest.mark.parametrize(
    ("text", "code", "line", "title"),
    [
        ("", "system-syntax", 1, "the system has no rules"),
        ("(RULES\n f(x) -> g(x,1)\n g(x) -> f(x)\n)", "system-arity", 2, "`g` has 1 argument elsewhere, 2 here"),
        ("(RULES\n f(x) -> 1/2:f(x-1) :+: 1/3:f(x))", "system-probability", 2, "the probabilities add up to 5/6"),
        ("(RULES\n f(x) -> 3/2:f(x-1) :+: -1/2:f(x))", "system-probability", 2, "3/2 is no probability"),
        ("(RULES\n f(x) -> f(x-1) :+: 1/2:f(x))", "system-probability", 2, "a branch without a probability"),
        ("(RULES\n f(x) -> f(BERNOULLI(2)))", "system-probability", 2, "2 is no probability"),
        ("(RULES\n f(x) -> f(UNIFORM(2)))", "system-arity", 2, "`UNIFORM` has 2 parameters"),
        ("(RULES\n f(x) -> f(x) :|: UNIFORM(0,1) > 0)", "system-syntax", 2, "`UNIFORM` cannot stand here"),
        ("(RULES\n f(x) -> f(x/2))", "system-feature", 2, "an argument that may be no integer"),
        ("(GOAL TERMINATION)", "system-feature", 1, "the goal `TERMINATION` is not pursued"),
        ("(RULES\n f(x) -{1> f(x))", "system-syntax", 2, "unexpected `>`"),
        ("(RULES\n f(x) => f(x))", "system-syntax", 2, "unexpected `=`"),
        ("(RULES\n f(x) -> f(x) :|: x\n)", "system-syntax", 3, "unexpected `)`"),
        ("(RULES\n f(x) -> f(x ; 1))", "system-syntax", 2, "unexpected `;`"),
        ("(STARTTERM (FUNCTIONSYMBOLS g)) (RULES\n f(x) -> f(x))", "system-syntax", 2, "no rule starts at `g`"),
        ("(RULES f(x) -> f(" + "(" * 3000, "system-syntax", 1, "brackets are nested too deeply"),
        ("(RULES f(x) -> f(" + "-" * 3000, "system-syntax", 1, "signs are nested too deeply"),
        ("(RULES f(x) -> f(x^99))", "system-syntax", 1, "cannot read this power"),
        ("(VAR", "system-syntax", 1, "the text ends too early"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(text: str, code: str, line: int, title: str) -> None:
    with pytest.raises(Diagnosed) as caught:
        read(Source("system.koat", text))
    (found,) = caught.value.diagnostics
    assert (found.code, found.label.span.line, found.title) == (code, line, title)
    assert found.hint


def test_what_a_program_shows_is_read_again() -> None:
    text = """\
llm ping() -> text[0] size 1

def f(x: int, y: int):
    z <- max(x, y / 2)
    while z > 0 do
        ping()
        z <- z - Uniform(1..6)
        if flip(1/3) then z <- z - 1
"""
    program, problems = load(Source("program.aalp", text))
    assert program is not None, problems
    forms = lower(program)
    first = rules(forms["f"], forms=forms)
    again = read(Source("shown.koat", koat(forms["f"], forms=forms))).rules
    for x, y in product(range(-2, 5), repeat=2):
        one = paid(first, {"x": x, "y": y})
        other = paid(again, {name: {"x": x, "y": y}.get(name, 0) for name in again.variables})
        close(one, other)
