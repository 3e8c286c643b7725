"""Rewrites a function in ways that keep its meaning: every call is still made, with the same arguments, as often.

Each rewrite works on the tree of a program and answers the tree of another one, or None where it does not apply. What it
needs to be allowed is checked on the tree (nothing that is read is lost, no order that matters is changed), and tested:
the rewritten program costs the same in runs and in all its behaviours.
"""

from __future__ import annotations

from typing import Any

import attrs

from aalpl.tree import nodes as t

from .recalled import RECALLED
from .rephrased import REPHRASED
from .reshaped import RESHAPED
from .retold import (
    NOWHERE,
    annotated,
    below,
    block,
    bound,
    call,
    compare,
    condition,
    exposed,
    first_only,
    for_,
    fresh,
    head,
    int_,
    let,
    mapped,
    name,
    names,
    negative,
    plus,
    read_after,
    returns,
    spread,
    times,
    while_,
)  # fmt: skip
from .rewriting import Program, Rewrite, effects, first_place, negated, per_statement

# -- names ---------------------------------------------------------------------------------------------------------


def renamed(of: str) -> str:
    """The new name of a variable, function or size."""
    return f"other_{of}"


def rename_all(program: Program) -> Program | None:
    """Every variable, parameter, function and declared size gets another name."""
    mine = set[str]()
    for item in program.file.items:
        match item:
            case t.Sizes(symbols) | t.Constants(symbols) | t.Probabilities(symbols):
                mine |= {symbol.name.id for symbol in symbols}
            case t.Def():
                mine |= {item.name.id, *(each.name.id for each in item.parameters), *bound(item.body)}
    called = {e.name.id for e in program.file.items if isinstance(e, t.Llm | t.Oracle | t.Measure)}
    in_templates = (e for e in program.file.items if isinstance(e, t.Llm) and e.prompt is not None)
    mine -= called | names(tuple(each.parameters for each in in_templates))
    mine -= {e.name.id for e in below(program.file) if isinstance(e, t.Field | t.FieldValue | t.FieldType)}

    def change(node: Any) -> Any:
        if isinstance(node, t.Name) and node.id in mine:
            return attrs.evolve(node, id=renamed(node.id))
        return node

    file = mapped(program.file, change)
    return attrs.evolve(program, file=file, function=renamed(program.function))


# -- loops ---------------------------------------------------------------------------------------------------------


def for_to_while(program: Program) -> Program | None:
    """`for i in a..b do B` as a `while` loop that counts."""
    return per_statement(_for_to_while)(program)


def _for_to_while(program: Program, statement: t.Statement) -> list[t.Statement] | None:
    match statement:
        case t.For(variable, t.Range(low, high), step, body):
            i, last = variable.id, fresh(program.file, f"last_{variable.id}")
            if i in bound(body):
                return None
            forward = let(i, plus(name(i), ("+", step or int_(1))))
            if names(step) & bound(body):
                return None
            counted = while_(compare(name(i), "<=", name(last)), (*body.statements, forward))
            return [
                t.Assign((name(i), name(last)), (low, high), span=NOWHERE),
                counted,
            ]
        case _:
            return None


def while_to_for(program: Program) -> Program | None:
    """`while x > 0 do … x <- x - 1` and `while i < n do … i <- i + 1` as a loop over a range."""
    return per_statement(_while_to_for)(program)


def _while_to_for(program: Program, statement: t.Statement) -> list[t.Statement] | None:
    match statement:
        case t.While(
            t.Condition(t.Compare(t.Name(x), (t.Comparison(operator, limit),)), None, None, None), body
        ):
            if returns(body) or names(limit) & bound(body) or effects(limit):
                return None
            steps = [_step(each, x) for each in body.statements]
            if [s for s in steps if s is not None] != [1 if operator in ("<", "<=") else -1]:
                return None
            rest = [each for each, by in zip(body.statements, steps, strict=True) if by is None]
            if x in bound(tuple(rest)):
                return None
            turn = fresh(program.file, f"round_{x}")
            ends = {
                ">": (plus(limit, ("+", int_(1))), name(x)),
                ">=": (limit, name(x)),
                "<": (name(x), plus(limit, ("-", int_(1)))),
                "<=": (name(x), limit),
            }.get(operator)
            return None if ends is None else [for_(turn, *ends, body.statements)]
        case _:
            return None


def _step(statement: t.Statement, x: str) -> int | None:
    """By how much a statement moves x: `x <- x - 1`; None where it does not do just that."""
    match statement:
        case t.Assign((t.Name(target),), (t.Sum(t.Name(first), (t.Term(sign, t.Int(by)),)),)) if (
            target == first == x
        ):
            return by if sign == "+" else -by
        case _:
            return None


def backwards(program: Program) -> Program | None:
    """A loop over a range whose rounds do not feed one another, from its end to its beginning."""
    return per_statement(_backwards)(program)


def _backwards(program: Program, statement: t.Statement) -> list[t.Statement] | None:
    match statement:
        case t.For(variable, t.Range(low, high), None, body):
            i, turn = variable.id, fresh(program.file, f"round_{variable.id}")
            carried = (exposed(body.statements) - {i}) & bound(body)
            if carried or i in bound(body) or returns(body) or annotated(body):
                return None
            ends = names(low) | names(high)
            if ends & bound(body) or effects(low) or effects(high):
                return None
            set_in = set().union(*(names(e.targets) for e in below(body) if isinstance(e, t.Assign)), set())
            if _read_after(program, statement) & set_in:
                return None
            back = let(i, plus(low, ("+", high), ("-", name(turn))))
            return [for_(turn, low, high, (back, *body.statements))]
        case _:
            return None


def _read_after(program: Program, statement: t.Statement) -> set[str]:
    """Names that are read after the statement."""
    return read_after(program.definition.body, statement)


def split_loops(program: Program) -> Program | None:
    """`for i in a..b do B` as two loops, over the first and the second half."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.For(variable, t.Range(low, high), None, body) if not annotated(body):
                middle = fresh(program.file, f"middle_{variable.id}")
                if (names(low) | names(high)) & bound(body) or effects(low) or effects(high):
                    return None
                if variable.id in bound(body):
                    return None
                half = t.Product(
                    plus(low, ("+", high)), (t.Factor("/", int_(2), span=NOWHERE),), span=NOWHERE
                )
                return [
                    let(middle, half),
                    for_(variable.id, low, name(middle), body.statements),
                    for_(variable.id, plus(name(middle), ("+", int_(1))), high, body.statements),
                ]
            case _:
                return None

    return first_place(program, change)


def peel(program: Program) -> Program | None:
    """The first round of a `while` loop before the loop."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.While(t.Condition(test, None, None, None) as head, body) if not annotated(body):
                if effects(test) or returns(body):
                    return None
                return [t.If(head, block(*body.statements), None, span=NOWHERE), statement]
            case _:
                return None

    return first_place(program, change)


def while_to_repeat(program: Program) -> Program | None:
    """`while c do B` as `if c then repeat B until not c`."""

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.While(t.Condition(test, None, None, None) as head, body) if not effects(test):
                until = condition(negated(test))
                again = t.Repeat(block(*body.statements), until, span=NOWHERE)
                return [t.If(head, block(again), None, span=NOWHERE)]
            case _:
                return None

    return per_statement(change)(program)


# -- statements ----------------------------------------------------------------------------------------------------


def swap_statements(program: Program) -> Program | None:
    """Neighbours that do not touch what the other one uses change places, if at most one of them asks anything."""
    swapped: list[bool] = []

    def change(node: Any) -> Any:
        if not isinstance(node, t.Block):
            return node
        done: list[t.Statement] = []
        for each in node.statements:
            if done and _independent(done[-1], each):
                done.insert(-1, each)
                swapped.append(True)
            else:
                done.append(each)
        return attrs.evolve(node, statements=tuple(done))

    body = mapped(program.definition.body, change)
    return program.with_body(body) if swapped else None


def _independent(first: t.Statement, second: t.Statement) -> bool:
    simple = (t.Assign, t.CallStatement)
    if not (isinstance(first, simple) and isinstance(second, simple)) or (effects(first) and effects(second)):
        return False
    heard = any(isinstance(e, t.CallStatement) and isinstance(e.call, t.Where) for e in (first, second))
    return not (heard or bound(first) & names(second) or bound(second) & names(first))


def dead_variable(program: Program) -> Program | None:
    """A counter of all rounds that nobody reads."""
    idle = fresh(program.file, "idle")

    def change(statement: t.Statement) -> list[t.Statement]:
        match statement:
            case t.For(body=body) | t.While(body=body) | t.Repeat(body=body):
                more = block(let(idle, plus(name(idle), ("+", int_(1)))), *body.statements)
                return [attrs.evolve(statement, body=more)]
            case _:
                return [statement]

    if any(isinstance(each, t.ParallelFor) for each in below(program.definition.body)):
        return program.with_body(block(let(idle, int_(0)), *program.definition.body.statements))
    body = spread(program.definition.body.statements, change)
    return program.with_body(block(let(idle, int_(0)), *body.statements))


def loop_once(program: Program) -> Program | None:
    """The body inside a loop of one round."""
    body = program.definition.body
    if _closed(program):
        return None
    return program.with_body(block(for_(fresh(program.file, "once"), int_(1), int_(1), body.statements)))


def always_true(program: Program) -> Program | None:
    """The body under a condition that holds, beside a loop that is never entered."""
    if _closed(program):
        return None
    never = while_(compare(int_(1), ">", int_(2)), (t.Skip(span=NOWHERE),))
    test = condition(compare(int_(1), "<", int_(2)))
    body = t.If(test, block(*program.definition.body.statements), block(never), span=NOWHERE)
    return program.with_body(block(body))


def _closed(program: Program) -> bool:
    """Whether a body can not be put under a condition: it returns."""
    return returns(program.definition.body)


# -- counters ------------------------------------------------------------------------------------------------------

FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def scale_counters(program: Program) -> Program | None:
    """Counters that are only stepped and compared count in steps twice as large."""
    return _scaled(program, 2)


def negate_counters(program: Program) -> Program | None:
    """Counters that are only stepped and compared count the other way."""
    return _scaled(program, -1)


def _scaled(program: Program, by: int) -> Program | None:
    body = program.definition.body
    parameters = {each.name.id: each for each in program.definition.parameters}
    loops = {e.variable.id for e in below(body) if isinstance(e, t.For | t.ParallelFor | t.Fold | t.Count)}
    changed = False
    opening: list[t.Statement] = []
    for x in sorted(bound(body) - loops):
        if not isinstance(program.types.get(x), t.IntType) or not _only_counted(body, x):
            continue
        to = fresh(program.file, f"scaled_{x}")
        if x in parameters:
            opening.append(let(to, _by(by, name(x))))
        body = mapped(body, lambda node, x=x, to=to: _rescaled(node, x, to, by))
        changed = True
    return program.with_body(block(*opening, *body.statements)) if changed else None


def _by(by: int, value: t.Expr) -> t.Expr:
    if isinstance(value, t.Int) and by > 0:
        return int_(by * value.value)
    if isinstance(value, t.Int) and value.value == 0:
        return value
    return negative(value) if by == -1 else times(by, value)


def _only_counted(body: t.Block, x: str) -> bool:
    """Whether x is read in comparisons of two sides and in its own steps only."""
    inside = set[int]()
    for each in below(body):
        match each:
            case t.Assign(targets, values):
                for target, value in zip(targets, values, strict=True):
                    match target, value:
                        case t.Name(id), t.Sum(t.Name(first) as read, rest) if (
                            id == first == x and x not in names(rest)
                        ):
                            inside |= {id_(target), id_(read)}
                        case t.Name(id), _ if id == x and x not in names(value):
                            inside.add(id_(target))
            case t.Compare(first, (t.Comparison(operator, other),)) if operator != "in":
                if isinstance(first, t.Name) and first.id == x and x not in names(other):
                    inside.add(id_(first))
                if isinstance(other, t.Name) and other.id == x and x not in names(first):
                    inside.add(id_(other))
    return all(id_(e) in inside for e in below(body) if isinstance(e, t.Name) and e.id == x)


def id_(node: object) -> int:
    return id(node)


def _rescaled(node: Any, x: str, to: str, by: int) -> Any:
    match node:
        case t.Assign(targets, values) if any(isinstance(e, t.Name) and e.id == x for e in targets):
            pairs = [
                (name(to), _moved(value, x, to, by))
                if isinstance(target, t.Name) and target.id == x
                else (target, value)
                for target, value in zip(targets, values, strict=True)
            ]
            return attrs.evolve(node, targets=tuple(a for a, _ in pairs), values=tuple(b for _, b in pairs))
        case t.Compare(first, (t.Comparison(operator, other),)) if operator != "in":
            sign = operator if by > 0 else FLIPPED[operator]
            if isinstance(first, t.Name) and first.id == x:
                return compare(name(to), sign, _by(by, other))
            if isinstance(other, t.Name) and other.id == x:
                return compare(_by(by, first), sign, name(to))
            return node
        case _:
            return node


def _moved(value: t.Expr, x: str, to: str, by: int) -> t.Expr:
    match value:
        case t.Sum(t.Name(first), rest) if first == x:
            if by == -1:
                turned = [("-" if term.operator == "+" else "+", term.operand) for term in rest]
            else:
                turned = [(term.operator, _by(by, term.operand)) for term in rest]
            return plus(name(to), *turned)
        case _:
            return _by(by, value)


# -- functions -----------------------------------------------------------------------------------------------------


def outline_body(program: Program) -> Program | None:
    """The body of a loop becomes a function of its own."""
    if program.recursive:
        return None
    found: list[t.Def] = []

    def change(statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.For(body=body) | t.While(body=body):
                made = _outlined(program, statement, body)
            case _:
                return None
        if made is None:
            return None
        found.append(made[0])
        return [attrs.evolve(statement, body=block(made[1]))]  # type: ignore[call-arg]

    body = spread(program.definition.body.statements, first_only(change))
    return program.with_body(body, *found) if found else None


def _outlined(program: Program, loop: t.Statement, body: t.Block) -> tuple[t.Def, t.Statement] | None:
    if (
        returns(body)
        or annotated(body)
        or any(isinstance(e, t.Conversation | t.Hear) for e in below(program.definition))
    ):
        return None
    wanted = exposed(body.statements) | head(loop)
    live = bound(body) & (wanted | _read_after(program, loop))
    if isinstance(loop, t.For):
        live -= {loop.variable.id}
    if len(live) > 1:
        return None
    parameters = _parameters(program, exposed(body.statements) | live)
    if parameters is None:
        return None
    called = fresh(program.file, "one_round")
    using = call(called, [name(each.name.id) for each in parameters])
    if not live:
        return t.Def(
            name(called), parameters, None, (), block(*body.statements), span=NOWHERE
        ), t.CallStatement(using, span=NOWHERE)
    (x,) = live
    answer = t.Return(name(x), span=NOWHERE)
    kind = program.types.get(x)
    if not isinstance(kind, t.IntType):
        return None
    made = t.Def(name(called), parameters, kind, (), block(*body.statements, answer), span=NOWHERE)
    return made, let(x, using)


def _parameters(program: Program, wanted: set[str]) -> tuple[t.Parameter, ...] | None:
    """Parameters for the variables among these names."""
    mine = {each.name.id for each in program.definition.parameters} | bound(program.definition.body)
    chosen = sorted(wanted & mine)
    if any(program.types.get(each) is None for each in chosen):
        return None
    return tuple(t.Parameter(name(each), program.types[each], span=NOWHERE) for each in chosen)


def inline_calls(program: Program) -> Program | None:
    """Calls of functions that return nothing, of ints only, are replaced by their bodies."""
    defs = {e.name.id: e for e in program.file.items if isinstance(e, t.Def)}
    count = iter(range(1000))

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.CallStatement(t.Call(t.Name(called), arguments)) if called in defs:
                callee = defs[called]
                inner = attrs.evolve(program, function=called)
                if returns(callee.body) or inner.recursive or called == program.function:
                    return None
                if not all(isinstance(each.type, t.IntType) for each in callee.parameters):
                    return None
                mine = {each.name.id for each in callee.parameters} | bound(callee.body)
                tag = f"_in{next(count)}"

                def change(node: Any) -> Any:
                    if isinstance(node, t.Name) and node.id in mine:
                        return attrs.evolve(node, id=node.id + tag)
                    return node

                given = [
                    let(each.name.id + tag, value)
                    for each, value in zip(callee.parameters, arguments, strict=True)
                ]
                return [*given, *mapped(callee.body, change).statements]
            case _:
                return None

    return per_statement(change)(program)


def loop_to_recursion(program: Program) -> Program | None:
    """A loop after which nothing that it changes is read becomes a function that calls itself."""
    if program.recursive:
        return None
    found: list[t.Def] = []

    def change(statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.For(variable, t.Range(low, high), None, body):
                i, last = variable.id, fresh(program.file, "last")
                if i in bound(body):
                    return None
                test, more, start = compare(name(i), "<=", name(last)), {i, last}, {i: low, last: high}
                forward: dict[str, t.Expr] = {i: plus(name(i), ("+", int_(1)))}
            case t.While(t.Condition(test, None, None, None), body):
                more, start, forward = set(), {}, {}
            case _:
                return None
        if returns(body) or annotated(body) or bound(body) & _read_after(program, statement):
            return None
        if any(isinstance(e, t.Conversation | t.Hear) for e in below(program.definition)):
            return None
        of_loop = attrs.evolve(program, types={**program.types, **dict.fromkeys(more, INT)})
        state = _parameters(of_loop, exposed(body.statements) | names(test) - more)
        if state is None:
            return None
        carried = [each for each in state if each.name.id not in more]
        parameters = (*carried, *(t.Parameter(name(each), INT, span=NOWHERE) for each in sorted(more)))
        called = fresh(program.file, "again")
        onward = call(called, [forward.get(e.name.id, name(e.name.id)) for e in parameters])
        inside = block(*body.statements, t.CallStatement(onward, span=NOWHERE))
        whole = block(t.If(condition(test), inside, None, span=NOWHERE))
        found.append(t.Def(name(called), parameters, None, (), whole, span=NOWHERE))
        first = call(called, [start.get(e.name.id, name(e.name.id)) for e in parameters])
        return [t.CallStatement(first, span=NOWHERE)]

    body = spread(program.definition.body.statements, first_only(change))
    return program.with_body(body, *found) if found else None


INT = t.IntType(None, None, span=NOWHERE)

REWRITES: dict[str, Rewrite] = {
    "rename all": rename_all,
    "for to while": for_to_while,
    "while to for": while_to_for,
    "while to repeat": while_to_repeat,
    "backwards": backwards,
    "negate counters": negate_counters,
    "scale counters": scale_counters,
    "split loops": split_loops,
    "peel": peel,
    "swap statements": swap_statements,
    "dead variable": dead_variable,
    "loop once": loop_once,
    "always true": always_true,
    "outline": outline_body,
    "inline": inline_calls,
    "loop to recursion": loop_to_recursion,
    **REPHRASED,
    **RESHAPED,
    **RECALLED,
}
