"""What rewriting needs to know of trees: which names a piece reads and binds, fresh names, trees built and mapped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from aalpl.report import Source, Span
from aalpl.tree import nodes as t

NOWHERE = Span(Source("rewritten", ""), 0, 0)


# -- building ------------------------------------------------------------------------------------------------------


def name(id: str) -> t.Name:
    return t.Name(id, span=NOWHERE)


def int_(value: int) -> t.Expr:
    whole = t.Int(abs(value), span=NOWHERE)
    return whole if value >= 0 else t.Negative(whole, span=NOWHERE)


def plus(first: t.Expr, *rest: tuple[str, t.Expr]) -> t.Expr:
    terms = tuple(t.Term(sign, operand, span=NOWHERE) for sign, operand in rest)  # type: ignore[arg-type]
    return t.Sum(first, terms, span=NOWHERE)


def times(value: int, factor: t.Expr) -> t.Expr:
    return t.Product(int_(value), (t.Factor("*", factor, span=NOWHERE),), span=NOWHERE)


def negative(value: t.Expr) -> t.Expr:
    return value.operand if isinstance(value, t.Negative) else t.Negative(value, span=NOWHERE)


def compare(left: t.Expr, operator: str, right: t.Expr) -> t.Compare:
    return t.Compare(left, (t.Comparison(operator, right, span=NOWHERE),), span=NOWHERE)  # type: ignore[arg-type]


def condition(test: t.Expr) -> t.Condition:
    return t.Condition(test, None, None, None, span=NOWHERE)


def let(target: str, value: t.Expr) -> t.Assign:
    return t.Assign((name(target),), (value,), span=NOWHERE)


def block(*statements: t.Statement) -> t.Block:
    return t.Block(tuple(statements), span=NOWHERE)


def call(function: str, arguments: Iterable[t.Expr]) -> t.Call:
    return t.Call(name(function), tuple(arguments), span=NOWHERE)


def for_(
    variable: str, low: t.Expr, high: t.Expr, body: Iterable[t.Statement], step: t.Expr | None = None
) -> t.For:
    return t.For(name(variable), t.Range(low, high, span=NOWHERE), step, block(*body), span=NOWHERE)


def while_(test: t.Expr, body: Iterable[t.Statement]) -> t.While:
    return t.While(condition(test), block(*body), span=NOWHERE)


# -- walking and mapping -------------------------------------------------------------------------------------------


def below(node: Any) -> Iterator[Any]:
    """A node and all in it, parents first."""
    if isinstance(node, tuple):
        for each in node:
            yield from below(each)
    elif isinstance(node, t.Node):
        yield node
        for field in attrs.fields(type(node)):
            if field.name not in ("span", "comments"):
                yield from below(getattr(node, field.name))


def mapped(node: Any, change: Callable[[Any], Any]) -> Any:
    """The tree with every node replaced by `change` of it, children first; what does not change stays the same object."""
    if isinstance(node, tuple):
        new = tuple(mapped(each, change) for each in node)
        return new if any(a is not b for a, b in zip(new, node, strict=True)) else node
    if not isinstance(node, t.Node):
        return node
    parts = {}
    for field in attrs.fields(type(node)):
        if field.name not in ("span", "comments"):
            old = getattr(node, field.name)
            if (new := mapped(old, change)) is not old:
                parts[field.name] = new
    return change(attrs.evolve(node, **parts) if parts else node)


def spread(
    statements: Iterable[t.Statement], change: Callable[[t.Statement], Iterable[t.Statement]]
) -> t.Block:
    """A block with every statement in it (and in the blocks in it) replaced by several, inner ones first."""

    def again(node: Any) -> Any:
        if isinstance(node, t.Block):
            inner = tuple(new for each in node.statements for new in change(each))
            if len(inner) == len(node.statements) and all(
                a is b for a, b in zip(inner, node.statements, strict=True)
            ):
                return node
            return attrs.evolve(node, statements=inner, inline=node.inline and len(inner) == 1)
        return node

    made: t.Block = mapped(block(*statements), again)
    return made


def first_only(
    change: Callable[[t.Statement], list[t.Statement] | None],
) -> Callable[[t.Statement], list[t.Statement]]:
    """Changes the first statement that can be changed, and leaves the others."""
    done: list[bool] = []

    def once(statement: t.Statement) -> list[t.Statement]:
        made = None if done else change(statement)
        if made is None:
            return [statement]
        done.append(True)
        return made

    return once


# -- names ---------------------------------------------------------------------------------------------------------


def names(node: Any) -> set[str]:
    """All names in it but those of fields."""
    fields = {id(each.name) for each in below(node) if isinstance(each, t.Field | t.FieldValue | t.FieldType)}
    return {each.id for each in below(node) if isinstance(each, t.Name) and id(each) not in fields}


def root(target: Any) -> str:
    """The variable that an assignment to this rebinds."""
    while not isinstance(target, t.Name):
        target = target.value
    return target.id


def bound(node: Any) -> set[str]:
    """Variables that statements in it rebind, indices of loops among them."""
    found = set()
    for each in below(node):
        match each:
            case t.Assign(targets):
                found |= {root(target) for target in targets}
            case t.For(variable) | t.ParallelFor(variable) | t.Pop(variable):
                found.add(variable.id)
            case t.CallStatement(t.Call(t.Field(value))):
                found.add(root(value))
    return found


def exposed(statements: Iterable[t.Statement]) -> set[str]:
    """Names that may be read before the statements have set them."""
    read, known = set[str](), set[str]()
    for each in statements:
        match each:
            case t.Assign(targets, values):
                plain = {target.id for target in targets if isinstance(target, t.Name)}
                others = [target for target in targets if not isinstance(target, t.Name)]
                read |= (names(values) | names(tuple(others)) | _popped(values)) - known
                known |= plain
            case t.If(test, then, otherwise):
                sides = [then.statements, () if otherwise is None else otherwise.statements]
                read |= (names(test) | exposed(sides[0]) | exposed(sides[1])) - known
                known |= set.intersection(*(_set_by(side) for side in sides))
            case t.For(variable, domain, step, body):
                read |= (names(domain) | names(step) | exposed(body.statements) - {variable.id}) - known
            case t.Repeat(body, test):
                read |= (exposed(body.statements) | names(test) - _set_by(body.statements)) - known
                known |= _set_by(body.statements)
            case _:
                read |= names(each) - known
    return read


def _popped(values: Any) -> set[str]:
    return {each.variable.id for each in below(values) if isinstance(each, t.Pop)}


def _set_by(statements: Iterable[t.Statement]) -> set[str]:
    return {
        target.id
        for each in statements
        if isinstance(each, t.Assign)
        for target in each.targets
        if isinstance(target, t.Name)
    }


def returns(node: Any) -> bool:
    return any(isinstance(each, t.Return) for each in below(node))


def annotated(node: Any) -> bool:
    """Whether a hypothesis speaks of how often or how likely something in it is."""
    return any(
        isinstance(e, t.Condition) and (e.at_most or e.probability or e.decreases) for e in below(node)
    )


def fresh(node: Any, wanted: str) -> str:
    """A name that does not occur."""
    used = names(node)
    while wanted in used:
        wanted += "_"
    return wanted


def read_after(body: t.Block, statement: t.Statement) -> set[str]:
    """Names that may be read after a statement in a body, with the values that they have then."""
    found = _after(body.statements, statement)
    return names(body) if found is None else found


def _after(statements: tuple[t.Statement, ...], statement: t.Statement) -> set[str] | None:
    for i, each in enumerate(statements):
        rest = exposed(statements[i + 1 :])
        if each is statement:
            return rest
        for inner in _blocks(each):
            found = _after(inner.statements, statement)
            if found is not None:
                again = set() if isinstance(each, t.If) else exposed(inner.statements) | head(each)
                return found | again | rest
    return None


def _blocks(statement: t.Statement) -> list[t.Block]:
    parts = [getattr(statement, each) for each in ("then", "otherwise", "body") if hasattr(statement, each)]
    return [each for each in parts if each is not None]


def head(statement: t.Statement) -> set[str]:
    """Names that a loop reads before every round."""
    return names(statement.condition) if isinstance(statement, t.While | t.Repeat) else set()
