"""Rewrites of statements and expressions: the same said with other names, other conditions, other branches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from aalpl.tree import nodes as t

from .retold import (
    NOWHERE,
    below,
    block,
    compare,
    condition,
    fresh,
    int_,
    let,
    mapped,
    name,
    names,
    plus,
)  # fmt: skip
from .rewriting import PURE, Program, effects, negated, per_statement

# -- names ---------------------------------------------------------------------------------------------------------


def copy_parameters(program: Program) -> Program | None:
    """Every parameter is copied at the beginning, and only the copy is used."""
    definition = program.definition
    mine = {each.name.id for each in definition.parameters} & names(definition.body)
    taken = {id(e.name) for e in below(definition) if isinstance(e, t.Field | t.FieldValue | t.FieldType)}
    to = {each: fresh(program.file, f"own_{each}") for each in sorted(mine)}

    def change(node: Any) -> Any:
        if isinstance(node, t.Name) and node.id in to and id(node) not in taken:
            return attrs.evolve(node, id=to[node.id])
        return node

    body = mapped(definition.body, change)
    copies = [let(new, name(old)) for old, new in to.items()]
    return program.with_body(block(*copies, *body.statements)) if to else None


def name_results(program: Program) -> Program | None:
    """What is returned gets a name first."""
    answer = fresh(program.file, "answer")

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.Return(value) if value is not None and not isinstance(value, t.Name | t.Nothing):
                return [let(answer, value), t.Return(name(answer), span=NOWHERE)]
            case _:
                return None

    return per_statement(change)(program)


def through_a_local(program: Program) -> Program | None:
    """`x <- E` as `y <- E` and `x <- y`."""
    count = iter(range(1000))

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.Assign((t.Name(),) as targets, (value,)) if not _asks(value):
                between = fresh(program.file, f"between_{next(count)}")
                return [let(between, value), t.Assign(targets, (name(between),), span=NOWHERE)]
            case _:
                return None

    return per_statement(change)(program)


def _asks(value: t.Expr) -> bool:
    """Whether it is a condition that is left to chance or choice, which is asked for by its place."""
    return isinstance(value, t.Choice | t.ListLiteral | t.Nothing)


def one_at_a_time(program: Program) -> Program | None:
    """Neighbours of which the second does not need the first become one assignment, and such an assignment two."""
    found: list[bool] = []

    def change(node: Any) -> Any:
        if not isinstance(node, t.Block):
            return node
        done: list[t.Statement] = []
        for each in node.statements:
            match each:
                case t.Assign((first, second), (a, b)) if not (names(first) & names(b) or effects(b)):
                    if isinstance(first, t.Name):
                        done += [
                            t.Assign((first,), (a,), span=NOWHERE),
                            t.Assign((second,), (b,), span=NOWHERE),
                        ]
                        found.append(True)
                        continue
                case t.Assign((t.Name(second_id),), _) if done and _joins(done[-1], each, second_id):
                    before = done.pop()
                    assert isinstance(before, t.Assign)
                    done.append(
                        t.Assign(before.targets + each.targets, before.values + each.values, span=NOWHERE)
                    )
                    found.append(True)
                    continue
            done.append(each)
        return attrs.evolve(node, statements=tuple(done))

    body = mapped(program.definition.body, change)
    return program.with_body(body) if found else None


def _joins(before: t.Statement, each: t.Assign, target: str) -> bool:
    match before:
        case t.Assign((t.Name(id),), (value,)) if id != target:
            return not (id in names(each.values) or effects(value) or effects(each.values))
        case _:
            return False


# -- conditions ----------------------------------------------------------------------------------------------------

MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "!=", "!=": "="}


def mirror_comparisons(program: Program) -> Program | None:
    """`a < b` as `b > a`."""

    def change(node: Any) -> Any:
        match node:
            case t.Compare(first, (t.Comparison(operator, second),)) if operator in MIRRORED:
                if not (effects(first) and effects(second)):
                    return compare(second, MIRRORED[operator], first)
        return node

    return _anywhere(program, change)


def negate_comparisons(program: Program) -> Program | None:
    """`a < b` as `not a >= b`."""

    def change(node: Any) -> Any:
        match node:
            case t.Condition(test):
                return attrs.evolve(node, test=_turned(test))
        return node

    return _anywhere(program, change)


def _turned(test: t.Expr) -> t.Expr:
    match test:
        case t.Compare(first, (t.Comparison(operator, second),)) if operator in OPPOSITE:
            return t.Not(compare(first, OPPOSITE[operator], second), span=NOWHERE)
        case t.Not(t.Compare(first, (t.Comparison(operator, second),))) if operator in OPPOSITE:
            return compare(first, OPPOSITE[operator], second)
        case t.And(operands) | t.Or(operands):
            return attrs.evolve(test, operands=tuple(_turned(each) for each in operands))
        case _:
            return test


def nest_conditions(program: Program) -> Program | None:
    """`if a and b then S` as one condition in another, `if a or b then S else T` as one after another."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.If(t.Condition(t.And((first, *rest)), None, None, None), then, None):
                inner = t.If(condition(_joined(t.And, rest)), then, None, span=NOWHERE)
                return [t.If(condition(first), block(inner), None, span=NOWHERE)]
            case t.If(t.Condition(t.Or((first, *rest)), None, None, None), then, otherwise):
                inner = t.If(condition(_joined(t.Or, rest)), then, otherwise, span=NOWHERE)
                return [t.If(condition(first), then, block(inner), span=NOWHERE)]
            case _:
                return None

    return per_statement(change)(program)


def _joined(kind: type[t.And] | type[t.Or], operands: list[t.Expr]) -> t.Expr:
    return operands[0] if len(operands) == 1 else kind(tuple(operands), span=NOWHERE)


def turn_branches(program: Program) -> Program | None:
    """`if c then A else B` as `if not c then B else A`, and `if c then A` as `if not c then skip else A`."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.If(t.Condition(test, None, probability, None) as head, then, otherwise):
                other = (t.Skip(span=NOWHERE),) if otherwise is None else otherwise.statements
                sides = (block(*other), block(*then.statements))
                rest = None if probability is None else plus(int_(1), ("-", probability))
                turned = attrs.evolve(head, test=negated(test), probability=rest)
                return [t.If(turned, *sides, span=NOWHERE)]
            case _:
                return None

    return per_statement(change)(program)


# -- branches ------------------------------------------------------------------------------------------------------


def return_early(program: Program) -> Program | None:
    """`if c then (… return) …` with what follows in the other branch, and the other way round."""

    def change(node: Any) -> Any:
        if not isinstance(node, t.Block):
            return node
        for i, each in enumerate(node.statements):
            match each:
                case t.If(_, then, None) if _ends(then) and node.statements[i + 1 :]:
                    rest = attrs.evolve(each, otherwise=block(*node.statements[i + 1 :]))
                    return block(*node.statements[:i], rest)
                case t.If(_, then, t.Block() as otherwise) if _ends(then):
                    apart = attrs.evolve(each, otherwise=None)
                    return block(
                        *node.statements[:i], apart, *otherwise.statements, *node.statements[i + 1 :]
                    )
        return node

    return _anywhere(program, change)


def _ends(body: t.Block) -> bool:
    return bool(body.statements) and isinstance(body.statements[-1], t.Return)


def either_way(program: Program) -> Program | None:
    """The body twice, in both branches of an open choice."""
    body = program.definition.body
    chosen = t.If(
        condition(t.Choice(span=NOWHERE)), block(*body.statements), block(*body.statements), span=NOWHERE
    )
    return program.with_body(block(chosen))


def dead_branch(program: Program) -> Program | None:
    """The body twice, once under a condition that never holds."""
    body = program.definition.body
    never = t.If(condition(compare(int_(1), ">", int_(2))), block(*body.statements), None, span=NOWHERE)
    return program.with_body(block(never, *body.statements))


def repeat_once(program: Program) -> Program | None:
    """The body in a loop that ends after its first round."""
    *most, last = program.definition.body.statements
    if not isinstance(last, t.Return):
        most, last = [*most, last], None
    elif not most and last.value is not None:
        answer = fresh(program.file, "answer")
        most, last = [let(answer, last.value)], t.Return(name(answer), span=NOWHERE)
    if not most:
        return None
    loop = t.Repeat(block(*most), condition(compare(int_(1), "<", int_(2))), span=NOWHERE)
    return program.with_body(block(loop, *([] if last is None else [last])))


# -- expressions ---------------------------------------------------------------------------------------------------


def longer_numbers(program: Program) -> Program | None:
    """Every number of the body as a difference."""

    def change(node: Any) -> Any:
        match node:
            case t.Int(value):
                return plus(int_(value + 1), ("-", int_(1)))
            case _:
                return node

    typed = {
        id(e) for each in below(program.definition.body) if isinstance(each, t.AnyValue) for e in below(each)
    }
    return _anywhere(program, lambda node: node if id(node) in typed else change(node))


def turn_sums(program: Program) -> Program | None:
    """`a + b` as `b + a`, and `a*b` as `b*a`."""

    def change(node: Any) -> Any:
        match node:
            case t.Sum(first, (t.Term("+", second),)) if not (effects(first) and effects(second)):
                return plus(second, ("+", first))
            case t.Product(first, (t.Factor("*", second),)) if not (effects(first) and effects(second)):
                return t.Product(second, (t.Factor("*", first, span=NOWHERE),), span=NOWHERE)
            case _:
                return node

    return _anywhere(program, change)


def branch_of_one(program: Program) -> Program | None:
    """What is asked for becomes the only branch of a parallel."""
    count = iter(range(1000))
    if any(isinstance(e, t.Conversation) for e in below(program.definition)):
        return None

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.Assign((t.Name(),) as targets, (t.Call(t.Name(called)) as using,)) if called not in PURE:
                return ask(targets, using)
            case _:
                return None

    def ask(targets: tuple[t.Target, ...], using: t.Expr) -> list[t.Statement]:
        number = next(count)
        one, all_ = fresh(program.file, f"one_{number}"), fresh(program.file, f"all_{number}")
        branches = t.ParallelYield(
            name(one), t.Range(int_(1), int_(1), span=NOWHERE), None, using, span=NOWHERE
        )
        got = t.Index(name(all_), int_(0), span=NOWHERE)
        return [let(all_, branches), t.Assign(targets, (got,), span=NOWHERE)]

    return per_statement(change)(program)


def _anywhere(program: Program, change: Callable[[Any], Any]) -> Program | None:
    body = mapped(program.definition.body, change)
    return None if body is program.definition.body else program.with_body(body)


# -- the file ------------------------------------------------------------------------------------------------------


def reorder(program: Program) -> Program | None:
    """Functions are defined in the opposite order, before the primitives that they call."""
    defs = [each for each in program.file.items if isinstance(each, t.Def)]
    asked = [each for each in program.file.items if isinstance(each, t.Llm | t.Oracle | t.Measure)]
    others = [each for each in program.file.items if not (each in defs or each in asked)]
    first = [each for each in others if not isinstance(each, t.Claim)]
    claims = [each for each in others if isinstance(each, t.Claim)]
    if len(defs) + len(asked) < 2:
        return None
    items = (*first, *reversed(defs), *reversed(asked), *claims)
    return attrs.evolve(program, file=attrs.evolve(program.file, items=items))


REPHRASED = {
    "copy parameters": copy_parameters,
    "name results": name_results,
    "through a local": through_a_local,
    "one at a time": one_at_a_time,
    "mirror comparisons": mirror_comparisons,
    "negate comparisons": negate_comparisons,
    "nest conditions": nest_conditions,
    "turn branches": turn_branches,
    "return early": return_early,
    "either way": either_way,
    "dead branch": dead_branch,
    "repeat once": repeat_once,
    "longer numbers": longer_numbers,
    "turn sums": turn_sums,
    "branch of one": branch_of_one,
    "reorder": reorder,
}
