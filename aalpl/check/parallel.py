"""Lowers `parallel for … do`: branches that read what is outside and add slices to it where they join."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aalpl.check import expressions, folds, loops, statements
from aalpl.check.body import Body, Branch
from aalpl.check.kinds import INT, NOTHING
from aalpl.program import nodes as p
from aalpl.tree import nodes as t


@contextmanager
def branch(body: Body) -> Iterator[Branch]:
    """Inside is one branch of a `parallel`: what it binds is its own."""
    before = body.flow
    inner = Branch(frozenset(body.params) | frozenset(before.assigned), body.transcript)
    body.branches.append(inner)
    body.flow = before.fork()
    try:
        yield inner
    finally:
        body.branches.pop()
        body.flow = before


def parallel_for(body: Body, of: t.ParallelFor) -> None:
    """`parallel for v in R workers w do BLOCK`."""
    loops.new_index(body, of.variable)
    ran = folds.rounds(body, of.variable, of.domain)
    workers = None if of.workers is None else expressions.pure(body, of.workers, INT, "the number of workers")
    place = body.place(of.span)
    with branch(body) as inner, body.inside() as block:
        loops.enter(body, of.variable, ran)
        statements.block(body, of.body)
    loops.leave(body, of.variable)
    if ran is None:
        return
    appended = (inner.transcript,) if inner.appended and inner.transcript else ()
    body.emit(
        p.Parallel(
            loops.index_of(ran, of.variable),
            ran.low,
            ran.high,
            workers,
            tuple(block),
            None,
            None,
            appended,
            NOTHING,
            place,
            span=of.span,
        )
    )
