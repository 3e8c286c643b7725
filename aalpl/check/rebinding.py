"""Which variables may get a new value, and how often in one statement."""

from __future__ import annotations

from aalpl.check.body import Body
from aalpl.report import Label
from aalpl.tree import nodes as t


def rebinds(body: Body, variable: t.Name) -> None:
    """Notes that this statement gives a variable a new value: once, a local variable, and not from a branch."""
    name = variable.id
    if name in body.bound:
        body.problems.error(
            "bound-twice",
            f"`{name}` gets a value twice in one statement",
            variable.span,
            others=(Label(body.bound[name], "first here"),),
            hint="make two statements of it",
        )
    body.bound.setdefault(name, variable.span)
    if name in body.loops:
        body.problems.error(
            "assigned-index",
            f"`{name}` counts the rounds of a loop and cannot be assigned",
            variable.span,
            others=(Label(body.loops[name], "the loop"),),
            hint="use a variable of its own, or a `while` loop",
        )
    elif name not in body.params and name not in body.flow.assigned and (size := body.module.size(name)):
        body.problems.error(
            "assigned-size",
            f"`{name}` is a {size.kind}: it has one value for the whole run",
            variable.span,
            others=(Label(size.span, "declared here"),),
            hint="give the variable another name",
        )
    for branch in body.branches:
        if name in branch.outer:
            body.problems.error(
                "parallel-assignment",
                f"`{name}` comes from outside this `parallel`, where it is only read",
                variable.span,
                others=tuple(Label(body.born[name], "its value outside") for _ in (0,) if name in body.born),
                hint="`yield` the values, or assign slices that do not overlap",
            )
            break
