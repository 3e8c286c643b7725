"""What an analysis rests on: assumptions, facts about answers, and conditions that were listed instead of proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from aalpl.cost.form.nodes import Branch, Count, Cycle, Fork, Form, Invoke, Steps
from aalpl.cost.result import Hypothesis
from aalpl.program.node import Node
from aalpl.program.nodes import LengthFact, Program, Relation


def of_program(program: Program, forms: Mapping[str, Form], function: str) -> tuple[Hypothesis, ...]:
    """The hypotheses of the functions that `function` reaches, in the order of the program text."""
    reached = _reached(forms, function)
    found = [Hypothesis("assume", _written(relation), relation.span) for relation in program.assumptions]
    for name in reached:
        if name in program.functions:
            body = program.functions[name].body
            facts = (node for node in _nodes(body) if isinstance(node, LengthFact))
            found += [Hypothesis("where", fact.span.text, fact.span) for fact in facts]
    listed = (each for each in program.obligations if each.function in reached and each.status == "listed")
    found += [Hypothesis("obligation", each.text, each.span) for each in listed]
    return tuple(found)


def _written(relation: Relation) -> str:
    return f"{relation.left} {relation.operator} {relation.right}"


def _reached(forms: Mapping[str, Form], function: str) -> dict[str, None]:
    """The function and those it calls, directly or not."""
    found: dict[str, None] = {}
    waiting = [function]
    while waiting:
        name = waiting.pop()
        if name not in found and name in forms:
            found[name] = None
            waiting.extend(_called(forms[name].body))
    return found


def _called(steps: Steps) -> Iterator[str]:
    for step in steps:
        match step:
            case Invoke(function=function):
                yield function
            case Branch(then=one, orelse=two) | Cycle(before=one, body=two) | Fork(body=one, joins=two):
                yield from _called(one)
                yield from _called(two)
            case Count(body=body):
                yield from _called(body)
            case _:
                pass


def _nodes(node: object) -> Iterator[object]:
    """All nodes at and below a node of the program."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, tuple | list):
            waiting.extend(reversed(here))
        elif isinstance(here, Node):
            yield here
            waiting.extend(getattr(here, field.name) for field in reversed(attrs.fields(type(here))))
