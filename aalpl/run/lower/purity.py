"""Which functions ask for nothing: those are lowered to plain Python functions and called directly."""

from __future__ import annotations

from collections.abc import Iterator

from aalpl.program import nodes as p


def pure_functions(program: p.Program) -> frozenset[str]:
    """Functions that reach no request and are not recursive (depth is bounded by memory, not by Python's stack)."""
    calls = {name: _calls(f.body) for name, f in program.functions.items()}
    pure: set[str] = set()
    while True:
        more = {
            name
            for name, called in calls.items()
            if name not in pure and called is not None and all(c in pure for c in called)
        }
        if not more:
            return frozenset(pure)
        pure |= more


def straight_functions(program: p.Program) -> frozenset[str]:
    """Functions that cannot come to call themselves; those that call a parameter are not told."""
    calls: dict[str, set[str]] = {}
    for name, f in program.functions.items():
        found = [x for x in statements(f.body) if isinstance(x, p.Call)]
        calls[name] = {x.function for x in found} | ({name} if any(x.indirect for x in found) else set())
    straight: set[str] = set()
    while more := {n for n, called in calls.items() if n not in straight and called <= straight}:
        straight |= more
    return frozenset(straight)


def direct_functions(pure: frozenset[str], functions: dict[str, p.Function]) -> frozenset[str]:
    """Of these bodies and simulations, those that ask nothing but oracles: they are answered on the spot."""
    return frozenset(name for name, f in functions.items() if _only_consults(f.body, pure))


def _only_consults(body: p.Block, pure: frozenset[str]) -> bool:
    for statement in statements(body):
        match statement:
            case p.Ask() | p.Sample() | p.Choose() | p.Parallel():
                return False
            case p.Call() if statement.indirect or statement.function not in pure:
                return False
            case _:
                pass
    return True


def statements(block: p.Block) -> Iterator[p.Statement]:
    """All statements of a block, at every depth."""
    stack = list(reversed(block))
    while stack:
        statement = stack.pop()
        yield statement
        for inner in reversed(blocks(statement)):
            stack.extend(reversed(inner))


def blocks(statement: p.Statement) -> tuple[p.Block, ...]:
    """The blocks inside a statement."""
    match statement:
        case p.If():
            return (statement.then, statement.orelse)
        case p.For() | p.Parallel():
            return (statement.body,)
        case p.Loop():
            return (statement.before, statement.body)
        case _:
            return ()


def assigned(block: p.Block) -> set[str]:
    """The variables a block binds, at every depth outside parallel branches."""
    found: set[str] = set()
    for statement in block:
        match statement:
            case p.Let() | p.Ask() | p.Call() | p.Consult() | p.Sample() | p.Choose():
                found.add(statement.target)
            case p.For():
                found.add(statement.index)
            case p.Parallel():
                found |= {statement.target} if statement.target else set()
                found |= set(statement.appended)
            case _:
                pass
        if not isinstance(statement, p.Parallel):
            for inner in blocks(statement):
                found |= assigned(inner)
    return found


def _calls(body: p.Block) -> set[str] | None:
    """The functions called, or None where something is asked."""
    called = set()
    for statement in statements(body):
        match statement:
            case p.Call(indirect=False):
                called.add(statement.function)
            case p.Ask() | p.Call() | p.Consult() | p.Sample() | p.Choose() | p.Parallel():
                return None
            case _:
                pass
    return called
