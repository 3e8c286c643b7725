"""Rewrites of loops: the same rounds in the same order, counted otherwise."""

from __future__ import annotations

from typing import Any

import attrs

from aalpl.tree import nodes as t

from .retold import (
    NOWHERE,
    annotated,
    block,
    bound,
    compare,
    condition,
    for_,
    fresh,
    int_,
    let,
    mapped,
    name,
    names,
    plus,
    times,
)  # fmt: skip
from .rewriting import Program, effects, first_place, per_statement


def _counted(statement: t.Statement) -> tuple[t.For, t.Range] | None:
    """A loop over a range whose ends and index its body leaves alone."""
    match statement:
        case t.For(variable, t.Range(low, high) as domain, None, body):
            ends = names(low) | names(high)
            if (
                variable.id in bound(body)
                or effects(low)
                or effects(high)
                or ends & (bound(body) | {variable.id})
            ):
                return None
            return statement, domain
        case _:
            return None


def shift_ranges(program: Program) -> Program | None:
    """`for i in a..b` as a loop over 0..b-a, or 1..b+1 where a is 0."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.For(variable, t.Range(t.Int(0), high), step, body) if variable.id not in bound(body):
                shifted = _shifted(program, variable)
                inner = (let(variable.id, plus(name(shifted), ("-", int_(1)))), *body.statements)
                return [for_(shifted, int_(1), plus(high, ("+", int_(1))), inner, step)]
            case _ if (found := _counted(statement)) is not None:
                loop, domain = found
                shifted = _shifted(program, loop.variable)
                inner = (let(loop.variable.id, plus(domain.low, ("+", name(shifted)))), *loop.body.statements)
                return [for_(shifted, int_(0), plus(domain.high, ("-", domain.low)), inner)]
            case _:
                return None

    return per_statement(change)(program)


def _shifted(program: Program, variable: t.Name) -> str:
    return fresh(program.file, f"from_{variable.id}")


def first_round_apart(program: Program) -> Program | None:
    """The first round of a loop over a range before the loop."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        found = _counted(statement)
        if found is None or annotated(found[0].body):
            return None
        loop, domain = found
        once = t.If(
            condition(compare(domain.low, "<=", domain.high)),
            block(*_round(program, loop, domain.low, "first")),
            None,
            span=NOWHERE,
        )
        rest = for_(loop.variable.id, plus(domain.low, ("+", int_(1))), domain.high, loop.body.statements)
        return [once, rest]

    return first_place(program, change)


def last_round_apart(program: Program) -> Program | None:
    """The last round of a loop over a range after the loop."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        found = _counted(statement)
        if found is None or annotated(found[0].body):
            return None
        loop, domain = found
        once = t.If(
            condition(compare(domain.low, "<=", domain.high)),
            block(*_round(program, loop, domain.high, "last")),
            None,
            span=NOWHERE,
        )
        rest = for_(loop.variable.id, domain.low, plus(domain.high, ("-", int_(1))), loop.body.statements)
        return [rest, once]

    return first_place(program, change)


def _round(program: Program, loop: t.For, value: t.Expr, tag: str) -> list[t.Statement]:
    """A copy of the body of a loop, for one value of its index."""
    old, new = loop.variable.id, fresh(program.file, f"{tag}_{loop.variable.id}")

    def change(node: Any) -> Any:
        return attrs.evolve(node, id=new) if isinstance(node, t.Name) and node.id == old else node

    return [let(new, value), *mapped(loop.body, change).statements]


def unroll(program: Program) -> Program | None:
    """Two rounds in one, with the last one apart if their number is odd."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        found = _counted(statement)
        if found is None or annotated(found[0].body):
            return None
        loop, domain = found
        pair = fresh(program.file, f"pair_{loop.variable.id}")
        number = plus(domain.high, ("-", domain.low), ("+", int_(1)))
        pairs = t.Product(number, (t.Factor("/", int_(2), span=NOWHERE),), span=NOWHERE)
        inner = (
            *_round(program, loop, plus(domain.low, ("+", times(2, name(pair)))), "even"),
            *_round(program, loop, plus(domain.low, ("+", times(2, name(pair))), ("+", int_(1))), "next"),
        )
        left = t.Product(number, (t.Factor("mod", int_(2), span=NOWHERE),), span=NOWHERE)
        odd = t.And((compare(domain.low, "<=", domain.high), compare(left, "=", int_(1))), span=NOWHERE)
        last = block(*_round(program, loop, domain.high, "odd"))
        return [
            for_(pair, int_(0), plus(pairs, ("-", int_(1))), inner),
            t.If(condition(odd), last, None, span=NOWHERE),
        ]

    return first_place(program, change)


def in_strips(program: Program) -> Program | None:
    """A loop over a range as a loop over strips of three rounds."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        found = _counted(statement)
        if found is None:
            return None
        loop, domain = found
        start = fresh(program.file, f"start_{loop.variable.id}")
        stop = t.Call(name("min"), (domain.high, plus(name(start), ("+", int_(2)))), span=NOWHERE)
        inner = for_(loop.variable.id, name(start), stop, loop.body.statements)
        return [for_(start, domain.low, domain.high, (inner,), int_(3))]

    return first_place(program, change)


def guard_loops(program: Program) -> Program | None:
    """A loop only where it has a first round."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.While(t.Condition(test, None, None, None)) if not effects(test) and not _open(test):
                return [t.If(condition(test), block(statement), None, span=NOWHERE)]
            case t.For(_, t.Range(low, high), None) if not (effects(low) or effects(high)):
                return [t.If(condition(compare(low, "<=", high)), block(statement), None, span=NOWHERE)]
            case _:
                return None

    return per_statement(change)(program)


def _open(test: t.Expr) -> bool:
    return isinstance(test, t.Choice)


def by_index(program: Program) -> Program | None:
    """A loop over the elements of a list as a loop over its indices, in for loops and in parallel ones."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.For(variable, t.Name(of) as items, None, body) | t.ParallelFor(
                variable, t.Name(of) as items, _, body
            ) if of not in bound(body) and variable.id not in bound(body):
                place = fresh(program.file, f"place_{variable.id}")
                element = t.Index(items, name(place), span=NOWHERE)
                size = t.Call(name("len"), (items,), span=NOWHERE)
                domain = t.Range(int_(0), plus(size, ("-", int_(1))), span=NOWHERE)
                inner = block(let(variable.id, element), *body.statements)
                return [attrs.evolve(statement, variable=name(place), domain=domain, body=inner)]
            case _:
                return None

    return per_statement(change)(program)


def shift_parallel(program: Program) -> Program | None:
    """`parallel for i in a..b` with its branches numbered from 0, or from 1 where they were from 0."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.ParallelFor(variable, t.Range(low, high), _, body) if variable.id not in bound(body):
                if effects(low):
                    return None
                shifted = _shifted(program, variable)
                if isinstance(low, t.Int) and low.value == 0:
                    value = plus(name(shifted), ("-", int_(1)))
                    domain = t.Range(int_(1), plus(high, ("+", int_(1))), span=NOWHERE)
                else:
                    value = plus(low, ("+", name(shifted)))
                    domain = t.Range(int_(0), plus(high, ("-", low)), span=NOWHERE)
                inner = block(let(variable.id, value), *body.statements)
                return [attrs.evolve(statement, variable=name(shifted), domain=domain, body=inner)]
            case _:
                return None

    return per_statement(change)(program)


RESHAPED = {
    "shift ranges": shift_ranges,
    "first round apart": first_round_apart,
    "last round apart": last_round_apart,
    "unroll": unroll,
    "in strips": in_strips,
    "guard loops": guard_loops,
    "by index": by_index,
    "shift parallel": shift_parallel,
}
