"""Reads models and primitives."""

from __future__ import annotations

from collections.abc import Mapping

from aalpl.check.kinds import UNKNOWN
from aalpl.check.module import Module, Signature
from aalpl.check.problems import Problems
from aalpl.check.sizes import Sizes, chance, optional, size
from aalpl.program import nodes as p
from aalpl.program import size as s
from aalpl.program.size import Size
from aalpl.report import Label
from aalpl.tree import nodes as t


def model(of: t.Model, module: Module, problems: Problems, used: set[str]) -> p.Model:
    """A declared model; one without a size has its own name as its size."""
    place = Sizes(module, problems, {}, exact=True, used=used)
    return p.Model(
        of.name.id,
        _weight(of.size, of.name, place),
        optional(of.window, place),
        optional(of.overhead, place),
        frozenset(each.id for each in of.can),
        span=of.name.span,
    )


def primitive(
    signature: Signature, models: Mapping[str, p.Model], problems: Problems, used: set[str]
) -> p.Primitive:
    """A primitive with its model."""
    node = signature.node
    assert isinstance(node, t.Llm)
    local = {} if signature.family is None else {signature.family.index: s.sym(signature.family.index)}
    place = Sizes(signature.module, problems, local, exact=True, used=used)
    weighed = _model_of(node, models, place)
    needs = frozenset(each.id for each in node.needs)
    _capable(node, weighed, problems)
    return p.Primitive(
        signature.program_name,
        signature.params,
        signature.result or UNKNOWN,
        weighed,
        signature.family,
        needs,
        None if node.right is None else chance(node.right, place),
        _rivals(node, place),
        None if node.prompt is None else node.prompt.value,
        None,
        signature.transcript,
        signature.bindings,
        signature.constraints,
        span=node.name.span,
    )


def _model_of(node: t.Llm, models: Mapping[str, p.Model], place: Sizes) -> p.Model:
    own = [clause for clause in (node.size, node.window, node.overhead) if clause is not None]
    if node.on is None:
        return p.Model(
            node.name.id,
            _weight(node.size, node.name, place),
            optional(node.window, place),
            optional(node.overhead, place),
            span=node.name.span,
        )
    if own:
        place.problems.error(
            "two-models",
            f"`{node.name.id}` is done by `{node.on.id}`, and has clauses of a model of its own",
            own[0].span,
            others=(Label(node.on.span, "the model"),),
            hint="put the clause behind the `model`, or leave out `on`",
        )
    found = models.get(node.on.id)
    if found is None:
        place.problems.undeclared(node.on, "model", list(models))
        return p.Model(node.on.id, s.ONE, span=node.on.span)
    return found


def _weight(of: t.Expr | None, name: t.Name, place: Sizes) -> Size:
    if of is not None:
        return size(of, place)
    place.problems.error(
        "model-without-size",
        f"`{name.id}` has no size: say how heavy one of its tokens is",
        name.span,
        hint="add `size m`",
    )
    return s.ONE


def _capable(node: t.Llm, weighed: p.Model, problems: Problems) -> None:
    if node.on is None:
        return
    for need in node.needs:
        if need.id not in weighed.can and node.on.id not in problems.missing:
            can = ", ".join(sorted(weighed.can)) or "nothing of that kind"
            problems.error(
                "missing-capability",
                f"`{node.name.id}` needs `{need.id}`, which `{weighed.name}` cannot do",
                need.span,
                others=(Label(weighed.span, f"can do {can}"),),
                hint=f"do it on another model, or add `{need.id}` to what `{weighed.name}` can do",
            )


def _rivals(node: t.Llm, place: Sizes) -> int | None:
    if node.rivals is None:
        return None
    number = size(node.rivals, place).constant()
    if number is None or number.denominator != 1 or number < 1:
        place.problems.error("not-a-number", "`rivals` takes a number, 1 or more", node.rivals.span)
        return None
    return int(number)
