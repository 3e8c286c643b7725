"""Reads transition systems in KoAT's text format.

    (GOAL COMPLEXITY)
    (STARTTERM (FUNCTIONSYMBOLS f))
    (VAR x y)
    (RULES
      f(x, y) -{2}> 1/2:g(x - 1, y) :+: 1/2:g(x, y + UNIFORM(0, 3)) :|: x > 0 && y >= 2*x
      g(x, y) -> Com_2(f(x, y), h(x))     # both run; `->` costs 1
    )

Variables are what stands at a position; other names on the right are decided outside. A law that is all of an argument is
added to the variable at that position. `read` is the front door: tokens -> lines as written -> rules.
"""

from __future__ import annotations

import attrs

from aalpl.cost.koat.build import built
from aalpl.cost.koat.expressions import Reader
from aalpl.cost.koat.nodes import Branch, Line, System, Target
from aalpl.cost.koat.tokens import tokens, wrong
from aalpl.cost.rules.nodes import Rules
from aalpl.program.size import ONE, Size, sym
from aalpl.report.source import Source

GOALS = ("COMPLEXITY", "EXPECTEDCOMPLEXITY", "EXACTRUNTIME")


@attrs.frozen
class Asked:
    """A system, and whether the expectation is asked."""

    rules: Rules
    expected: bool


def read(source: Source) -> Asked:
    """The system of a text. Raises Diagnosed at the first mistake."""
    system = parsed(source)
    return Asked(built(system), system.goal == "EXPECTEDCOMPLEXITY")


def parsed(source: Source) -> System:
    """What is written."""
    reader = Reader(tokens(source))
    first = reader.now.span
    goal, start = "COMPLEXITY", None
    variables: tuple[str, ...] = ()
    lines: tuple[Line, ...] | None = None
    while reader.now.kind != "end":
        reader.expect("(", "before `GOAL`, `STARTTERM`, `VAR` or `RULES`")
        match reader.name("`GOAL`, `STARTTERM`, `VAR` or `RULES`").text:
            case "GOAL":
                goal = _goal(reader)
            case "STARTTERM":
                start = _start(reader)
            case "VAR":
                variables = _names(reader)
            case "RULES":
                lines = _lines(reader)
            case word:
                span = reader.tokens[reader.at - 1].span
                raise wrong(f"unknown part `{word}`", span, "write `GOAL`, `STARTTERM`, `VAR` or `RULES`")
        reader.expect(")", "at the end of this part")
    if not lines:
        raise wrong("the system has no rules", reader.now.span, "write them as `(RULES f(x) -> g(x - 1))`")
    return System(goal, start, variables, lines, span=first)


def _goal(reader: Reader) -> str:
    word = reader.name("a goal")
    if word.text not in GOALS:
        hint = "write `COMPLEXITY` or `EXPECTEDCOMPLEXITY`"
        raise wrong(f"the goal `{word.text}` is not pursued", word.span, hint, "system-feature")
    return word.text


def _start(reader: Reader) -> str | None:
    if not reader.sees("("):
        reader.expect("CONSTRUCTOR", "or `(FUNCTIONSYMBOLS f)`")
        reader.expect("-", "in `CONSTRUCTOR-BASED`")
        reader.expect("BASED", "in `CONSTRUCTOR-BASED`")
        return None
    reader.take()
    reader.expect("FUNCTIONSYMBOLS", "in `(FUNCTIONSYMBOLS f)`")
    word = reader.name("where the system starts")
    reader.expect(")", "behind the start")
    return word.text


def _names(reader: Reader) -> tuple[str, ...]:
    found: list[str] = []
    while not reader.sees(")"):
        found.append(reader.name("the names of variables").text)
        if reader.sees(","):
            reader.take()
    return tuple(found)


def _lines(reader: Reader) -> tuple[Line, ...]:
    found: list[Line] = []
    while not reader.sees(")"):
        found.append(_line(reader))
    return tuple(found)


def _line(reader: Reader) -> Line:
    first = reader.name("a rule such as `f(x) -> g(x - 1)`")
    reader.drawn = []
    reader.expect("(", "behind the location")
    names = _names(reader)
    reader.expect(")", "behind the variables")
    cost = _cost(reader)
    branches = [_branch(reader)]
    while reader.sees(":+:"):
        reader.take()
        branches.append(_branch(reader))
    guards: list[tuple[Size, ...]] = [()]
    if reader.sees(":|:"):
        reader.take()
        guards = reader.condition()
    elif reader.sees("["):
        reader.take()
        guards = [()] if reader.sees("]") else reader.condition()
        reader.expect("]", "behind the guard")
    last = reader.tokens[reader.at - 1].span
    return Line(
        first.text, names, cost, tuple(branches), tuple(guards), tuple(reader.drawn), span=first.span.to(last)
    )


def _cost(reader: Reader) -> Size:
    if reader.sees("->"):
        reader.take()
        return ONE
    reader.expect("-{", "or `->` behind the left-hand side")
    cost = reader.polynomial()
    if reader.sees(","):  # a lower bound, which is another question
        reader.take()
        reader.polynomial()
    reader.expect("}>", "behind the cost")
    return cost


def _branch(reader: Reader) -> Branch:
    first = reader.now.span
    chance: Size | None = None
    if not _is_target(reader):
        bracketed = reader.sees("[") and bool(reader.take())
        chance = reader.polynomial()
        if bracketed:
            reader.expect("]", "behind the probability")
        reader.expect(":", "behind the probability")
    targets: tuple[Target, ...]
    if reader.now.kind == "name" and reader.now.text.startswith("Com_") and reader.ahead() == "(":
        reader.take()
        reader.expect("(", "behind `Com`")
        several = [_target(reader)]
        while reader.sees(","):
            reader.take()
            several.append(_target(reader))
        reader.expect(")", "behind the targets")
        targets = tuple(several)
    else:
        targets = (_target(reader),)
    return Branch(targets, chance, span=first.to(reader.tokens[reader.at - 1].span))


def _is_target(reader: Reader) -> bool:
    """Whether a location comes next, and no probability."""
    return reader.now.kind == "name" and reader.ahead() == "("


def _target(reader: Reader) -> Target:
    first = reader.name("a location, as in `g(x)`")
    reader.expect("(", "behind the location")
    args: list[Size] = []
    added: list[bool] = []
    reader.laws_allowed = True
    while not reader.sees(")"):
        before, draws = reader.at, reader.draws
        value = reader.polynomial()
        args.append(value)
        alone = reader.draws == draws + 1 and value == sym(f"draw~{reader.draws}")
        added.append(alone and reader.tokens[before].text.isupper())
        if not reader.sees(")"):
            reader.expect(",", "between arguments")
    reader.laws_allowed = False
    last = reader.take()
    return Target(first.text, tuple(args), tuple(added), span=first.span.to(last.span))
