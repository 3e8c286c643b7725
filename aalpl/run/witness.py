"""Small concrete runs that break a condition nobody could prove: a refutation with the sizes of that run.

Only functions whose inputs are settled by declared sizes and ranges are run, and only with models whose answers have a
length: what is left open is a hypothesis of the program, and that it can be broken is no news.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial
from itertools import product

from aalpl.check.walk import nodes
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.size import Size
from aalpl.report import Diagnosed, Diagnostic, Label, Span
from aalpl.run.deadline import until
from aalpl.run.execute import execute
from aalpl.run.lower import Lowered, lower
from aalpl.run.result import Run

_VALUES = (1, 2, 3, 4)
_TUPLES = 8
_SEEDS = 8
_PATIENCE = 400
_CHANCES = (Fraction(1, 2), Fraction(3, 4), Fraction(1, 4))
_CODES = {
    "slice": "slice-out-of-range",
    "index": "index-out-of-range",
    "splice": "splice-length",
    "window": "window-exceeded",
    "requires": "requires-broken",
    "constraint": "argument-contract",
    "result": "result-contract",
    "decreases": "decreases-broken",
    "family": "index-out-of-range",
}


def witnesses(program: p.Program, seconds: float = 0.1) -> list[Diagnostic]:
    """Errors for listed conditions that some small run breaks, found within a time."""
    listed = [o for o in program.obligations if o.status == "listed" and o.kind != "window"]
    end = time.monotonic() + seconds
    found: dict[tuple[str, int], Diagnostic] = {}
    lowered = lower(program, observe=False, steer=False) if listed else None
    for function in _entries(program, {o.function for o in listed}):
        before = len(found)
        for at in _sizes(program, function):
            for seed in range(_SEEDS):
                now = time.monotonic()
                if now > end:
                    return list(found.values())
                run = until(min(end, now + seconds / 4), partial(_run, program, function, at, seed, lowered))
                for broken in () if run is None else run.diagnostics:
                    about = _about(broken, listed, program)
                    if about is not None:
                        place = (about.span.source.name, about.span.start)
                        found.setdefault(place, _told(about, broken, function, at, program))
            if len(found) > before:
                break
    return list(found.values())


def _entries(program: p.Program, listed: set[str]) -> Iterator[p.Function]:
    """Functions to begin with: their own conditions are listed, or those of what they call."""
    for function in program.functions.values():
        reached = _reached(program, function.name)
        if not function.library and reached & listed and _settled(program, function, reached):
            yield function


def _reached(program: p.Program, name: str) -> set[str]:
    reached: set[str] = set()
    todo = [name]
    while todo:
        name = todo.pop()
        if name not in reached and name in program.functions:
            reached.add(name)
            todo += [
                node.function for node in nodes(program.functions[name].body) if isinstance(node, p.Call)
            ]
    return reached


def _settled(program: p.Program, function: p.Function, reached: set[str]) -> bool:
    """Whether sizes and ranges say everything about the inputs and the answers."""
    if any(_open(param.type) for param in function.params):
        return False
    for name in reached:
        for node in nodes(program.functions[name].body):
            match node:
                case p.Ask(facts=facts, type=type):
                    closed = any(isinstance(f, p.LengthFact) and f.operator == "=" for f in facts)
                    if node.indirect or (_open(type) and not closed):
                        return False
                case p.Consult(oracle=oracle, type=type):
                    free = oracle not in program.oracles or program.oracles[oracle].body is None
                    if free and _open(type):
                        return False
                case p.Choose(type=type, bounds=None):
                    if _open(type):
                        return False
                case _:
                    continue
    return True


def _open(of: k.Type) -> bool:
    match of:
        case k.Text(length):
            return isinstance(length, k.Open | k.Mean)
        case k.ListOf(element, length):
            return isinstance(length, k.Open | k.Mean) or _open(element)
        case k.Int(low, high):
            return low is None or high is None
        case k.Record(fields):
            return any(_open(each) for _, each in fields)
        case k.Maybe(value):
            return _open(value)
        case k.Callable():
            return True
        case k.Real() | k.Bool() | k.Choice() | k.Nothing() | k.Unknown():
            return False


def _sizes(program: p.Program, function: p.Function) -> Iterator[dict[str, int | Fraction]]:
    """Small sizes that satisfy the assumptions, the smallest first; models weigh as little as they may."""
    names = [name for name, size in program.sizes.items() if size.value is None]
    chances = [name for name in names if program.sizes[name].kind == "prob"]
    defined = {r.left: r.right for r in program.assumptions if r.operator == "="}
    alone = {name: value for left, value in defined.items() for name in left.free if str(left) == name}
    used = {name for node in nodes(function.body) for name in _free(node)}
    used |= {b.name for b in function.bindings} | {n for c in function.constraints for n in _named(c.length)}
    free = [name for name in names if name not in chances and name not in alone]
    declared = [name for name in free if program.sizes[name].declared]
    varied = sorted(declared, key=lambda name: name not in used)[:4]
    still = [name for name in names if name not in chances and name not in alone and name not in varied]
    count = 0
    for values in sorted(product(_VALUES, repeat=len(varied)), key=lambda v: (max(v, default=0), sum(v))):
        for rest in ((1,) * len(still), (9,) * len(still)):
            for chance in _CHANCES if chances else (Fraction(1, 2),):
                at: dict[str, int | Fraction] = dict(zip((*varied, *still), (*values, *rest), strict=True))
                at |= dict.fromkeys(chances, chance)
                if _derive(at, alone) and _assumed(program, at):
                    yield at
                    count += 1
                    break
            else:
                continue
            break
        if count >= _TUPLES:
            return


def _free(node: object) -> set[str]:
    return {node.name} if isinstance(node, p.SizeName) else set()


def _named(length: k.Length) -> set[str]:
    match length:
        case k.Exactly(size):
            return set(size.free)
        case k.Between(low, high):
            return set(low.free | high.free)
        case k.Distributed() | k.Mean() | k.Constant() | k.Open():
            return set()


def _derive(at: dict[str, int | Fraction], alone: Mapping[str, Size]) -> bool:
    """Sizes that an assumption defines by others."""
    for name, value in alone.items():
        try:
            number = value.value(at)
        except (KeyError, ZeroDivisionError):
            return False
        if isinstance(number, float) or number.denominator != 1 or number < 1:
            return False
        at[name] = int(number)
    return True


def _assumed(program: p.Program, at: Mapping[str, object]) -> bool:
    for relation in program.assumptions:
        try:
            left, right = relation.left.value(at), relation.right.value(at)
        except (KeyError, ZeroDivisionError, TypeError, ValueError):
            return False
        if not _HOLDS[relation.operator](float(left - right)):
            return False
    return True


_HOLDS = {
    "=": lambda gap: gap == 0,
    "!=": lambda gap: gap != 0,
    "<": lambda gap: gap < 0,
    "<=": lambda gap: gap <= 0,
    ">": lambda gap: gap > 0,
    ">=": lambda gap: gap >= 0,
}


def _run(
    program: p.Program,
    function: p.Function,
    at: Mapping[str, int | Fraction],
    seed: int,
    lowered: Lowered | None,
) -> Run | None:
    """A short run; None where it cannot begin."""
    try:
        return execute(program, function.name, None, at, seed=seed, patience=_PATIENCE, lowered=lowered)
    except Diagnosed:
        return None


def _about(broken: Diagnostic, listed: list[p.Obligation], program: p.Program) -> p.Obligation | None:
    """The listed condition that a fault is about."""
    here = broken.label.span
    same = [o for o in listed if _CODES[o.kind] == broken.code]
    if broken.code in ("argument-contract", "requires-broken"):  # told at the callee, listed at the call
        names = {f.name for f in program.functions.values() if any(s == here for s in _promises(f))}
        calls = [o for o in same if any(o.text.endswith(f" in {name}") for name in names)]
        return calls[0] if len(calls) == 1 else None
    return next((o for o in same if o.span.source is here.source and o.span.line == here.line), None)


def _promises(function: p.Function) -> list[Span]:
    """Where a function says what it demands."""
    spans = [each.span for each in function.params] + [each.span for each in function.constraints]
    return spans + [each.span for each in function.requires]


def _told(
    about: p.Obligation,
    broken: Diagnostic,
    function: p.Function,
    at: Mapping[str, object],
    program: p.Program,
) -> Diagnostic:
    shown = ", ".join(
        f"{name} = {at[name]}" for name, size in program.sizes.items() if size.declared and name in at
    )
    title = f"`{about.text}` does not hold in a run of `{function.name}` at {shown}: {broken.title}"
    return Diagnostic(
        broken.code,
        title,
        Label(about.span, "this breaks it"),
        hint="change the program so that it always holds, or say in `assume` or `requires` when it does",
    )
