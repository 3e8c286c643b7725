"""Events of results that have a definition: the function, followed by the definition, is a function that returns a truth."""

from __future__ import annotations

import attrs

from aalpl.program import nodes as p
from aalpl.program import types as ty

TRUE = "true"
"""The event that the result, a truth, is true."""

_RESULT = "result"


def judged(program: p.Program, function: str, event: str) -> tuple[p.Program, str, str]:
    """The program, function and event that are to be looked at instead: where the event has a body, a function that
    calls the one and then evaluates the other, so that what decides is seen where a loop ends."""
    oracle = program.oracles.get(event)
    if oracle is None or oracle.body is None or len(oracle.params) != 1:
        return program, function, event
    if not isinstance(oracle.result, ty.Bool):
        return program, function, event
    of = program.functions[function]
    name = f"{event}({function})"  # no name that a program can have
    args = tuple(p.Variable(param.name, param.type, span=param.span) for param in of.params)
    result = p.Variable(_RESULT, of.result, span=of.span)
    found = p.Variable(event, oracle.result, span=of.span)
    body: p.Block = (
        p.Call(_RESULT, function, args, of.result, f"{name}@1", span=of.span),
        p.Call(event, oracle.body.name, (result,), oracle.result, f"{name}@2", span=of.span),
        p.Return(found, span=of.span),
    )
    both = attrs.evolve(of, name=name, result=oracle.result, body=body)
    functions = {**program.functions, oracle.body.name: oracle.body, name: both}
    return attrs.evolve(program, functions=functions), name, TRUE
