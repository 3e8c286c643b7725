"""Transition rules: they pay what the form pays, and KoAT could read them."""

from __future__ import annotations

import re

import pytest
from support.form_generator import generate
from support.form_runner import ran

from aalpl.check import load
from aalpl.cost.form.nodes import Form
from aalpl.cost.koat.writer import koat
from aalpl.cost.lower.front import lower
from aalpl.cost.rules.flatten import Rule, Rules, rules
from aalpl.report import Source

WALK = """\
llm step() -> text[0]  size 1

def walk(x: int):
    while x > 0 do
        step()
        if flip(3/4) then x <- x - 1 else x <- x + 1
"""

COUNT = """\
size k
llm M(x: text) -> bool  size m

def f(x: text[k], d: int):
    for i in 1..k/2 do
        for j in i..min(d, k) by 2 do
            if M(x) then
                return
"""


def forms(text: str) -> dict[str, Form]:
    program, problems = load(Source("program.aalp", text))
    assert program is not None, problems
    return lower(program)


def test_a_walk_in_koats_format() -> None:
    assert (
        koat(forms(WALK)["walk"])
        == """\
(GOAL EXPECTEDCOMPLEXITY)
(STARTTERM (FUNCTIONSYMBOLS f0))
(VAR x flip_2)
(RULES
  f0(x, flip_2) -{0}> f1(x, flip_2)
  # 4: while
  f1(x, flip_2) -{0}> f2(x, flip_2) :|: x > 0
  # 4: done
  f1(x, flip_2) -{0}> end(x, flip_2) :|: 0 >= x
  # 5: step reads 0, writes 0
  f2(x, flip_2) -{1}> f4(x, flip_2)
  # 6.2: drawn
  f4(x, flip_2) -{0}> 3/4:f5(x, 1) :+: 1/4:f5(x, 0)
  # 6: if
  f5(x, flip_2) -{0}> f6(x, flip_2) :|: flip_2 > 0
  # 6: else
  f5(x, flip_2) -{0}> f7(x, flip_2) :|: 0 >= flip_2
  f6(x, flip_2) -{0}> f1(x - 1, flip_2)
  f7(x, flip_2) -{0}> f1(x + 1, flip_2)
)
"""
    )


def test_what_is_no_polynomial_is_taken_apart() -> None:
    text = koat(forms(COUNT)["f"])
    body = text[text.index("(RULES") :]
    rules_ = "\n".join(line for line in body.splitlines() if not line.lstrip().startswith("#"))
    assert not re.search(r"min|max|floor|ceil|\[|%|/", rules_)
    assert "k >= 2*w1 && 2*w1 + 1 >= k" in text  # w1 = floor(k/2)


@pytest.mark.parametrize("seed", range(40))
def test_rules_pay_what_the_form_pays(seed: int) -> None:
    """Of forms without lists and calls: the rules, walked with the numbers that the form met, make as many calls."""
    made = generate(seed, 2, plain=True)
    form, entry = made.forms["f"], made.entry
    found = ran(made.forms, "f", entry, made.decide)
    decided = [
        value for (name, _), value in found.recorded.items() if name.split("@")[0] in ("out", "pick", "size")
    ]
    paid = walk(rules(form), entry, decided)
    assert paid == len(found.events)


def walk(of: Rules, entry: dict[str, int], decided: list[int]) -> int:
    """Follows the rules from the start; numbers decided outside come in the order in which the form asked."""
    values: dict[str, object] = {name: entry.get(name, 0) for name in of.variables}
    place, paid, left = of.start, 0, list(decided)
    for _ in range(100_000):
        if place == "end":
            return paid
        rule, inputs = enabled(of, place, values, left)
        for _ in inputs:
            left.pop(0)
        at = {**values, **inputs}
        paid += int(rule.cost.value(at))
        (outcome,) = rule.outcomes
        values = {**values, **{name: outcome_value.value(at) for name, outcome_value in outcome.values}}
        place = outcome.target
    raise AssertionError("the rules do not end")


def enabled(
    of: Rules, place: str, values: dict[str, object], left: list[int]
) -> tuple[Rule, dict[str, object]]:
    """The rule whose guard holds: there is one, or several that go on alike (the ways in which an `or` holds)."""
    found = []
    for rule in of.rules:
        if rule.source == place:
            sizes = [*rule.guard, *(value for outcome in rule.outcomes for _, value in outcome.values)]
            own = {name for size in sizes for name in size.free if re.fullmatch(r"u\d+", name)}
            names = sorted(own, key=lambda name: int(name[1:]))
            inputs: dict[str, object] = dict(zip(names, left, strict=False))
            if all(size.value({**values, **inputs}) >= 0 for size in rule.guard):
                found.append((rule, inputs))
    assert len({rule.outcomes for rule, _ in found}) == 1, (place, values, found)
    return found[0]
