"""The conditions a program relies on: proved, refuted with a witness, or listed as hypotheses (semantics 3).

Each function is walked over once with values that are nothing but sizes (`lengths*.py`); whatever a slice, an index,
a contract or a window demands is held against the facts of the path that leads there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import TYPE_CHECKING

from aalpl.check.draws import drawing, stale
from aalpl.check.lengths import Value, Whole
from aalpl.check.lengths_blocks import run
from aalpl.check.state import Book, State, Verdict, of_type
from aalpl.check.walk import nodes
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.prove import Facts
from aalpl.program.size import Size, indexed, sym
from aalpl.report import Diagnostic, Label

if TYPE_CHECKING:
    from aalpl.check.walks import Walks

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
_HINTS = {
    "slice": "keep both ends within the text, or say in `assume` what makes them so",
    "index": "keep the index below the length, or say in `assume` what makes it so",
    "splice": "put as many tokens back as you take out",
    "window": "read less, or say in `assume` what fits the window",
    "requires": "call it only where that holds",
    "constraint": "call it with what its parameters promise",
    "result": "return what the type after `->` promises, or promise less",
    "decreases": "name a number that each round makes smaller",
    "family": "keep the index within the family",
}


def discharge(
    program: p.Program, walks: Walks | None = None
) -> tuple[tuple[p.Obligation, ...], list[Diagnostic]]:
    """All conditions of a program with their standing, and errors for those that some sizes break.

    Functions that `walks` remembers are not walked over again."""
    called, drawers = _called(program), drawing(program.functions)

    def walk(name: str, part: p.Program) -> list[Verdict]:
        return _walked(part.functions[name], part, called)

    obligations: list[p.Obligation] = []
    found: list[Diagnostic] = []
    for function in program.functions.values():
        if walks is None:
            verdicts = walk(function.name, program)
        else:
            verdicts = walks.verdicts(function.name, function.name in called, walk)
        for verdict in verdicts:
            if verdict.status == "refuted":
                found.append(_refuted(verdict))
            else:
                obligations.append(_obligation(verdict))
        found.extend(stale(function, drawers))
    return tuple(obligations), found


def _walked(function: p.Function, program: p.Program, called: set[str]) -> list[Verdict]:
    """The conditions in one function; what is wrong twice at one place is told once."""
    bound = {binding.name for binding in function.bindings}
    own = {param.name for param in function.params}
    strong = entry_facts(program, frozenset(), own)
    weak = entry_facts(program, bound, own) if function.name in called else strong
    book = Book(program, function, strong, frozenset(bound) if function.name in called else frozenset())
    state = State({}, weak, {name: sym(name) for name in bound}, exact=function.name not in called)
    for param in function.params:
        if isinstance(param.type, k.Int):
            state.sizes[param.name] = sym(param.name)
    for param in function.params:
        state.values[param.name] = _parameter(param, state, book)
    state.facts = state.facts.assuming(function.requires)
    run(function.body, state, book)
    return list(book.verdicts.values())


def _parameter(param: p.Param, state: State, book: Book) -> Value:
    if isinstance(param.type, k.Int):
        low, high = param.type.low, param.type.high
        value = sym(param.name)
        if low is None or high is None:  # nothing is said about it: no witness, a hypothesis
            book.tainted.add(param.name)
        state.facts = state.facts.adding(
            *([] if low is None else [value - low]), *([] if high is None else [high - value])
        )
        return Whole(value)
    return of_type(param.type, state, book, param.name, free=True)


def entry_facts(program: p.Program, bound: Set[str], own: Set[str] = frozenset()) -> Facts:
    """What is known of the sizes of a file; `bound` ones are those of an activation, about which the file says nothing.

    `own` are parameters: a declared size of the same name is another number, hidden by it."""
    facts = Facts()
    reals = [name for name, size in program.sizes.items() if size.kind == "prob"]
    facts = facts.with_reals(*reals)
    for name, size in program.sizes.items():
        if name in own:
            continue
        if size.family is not None:
            low = 0 if size.kind == "prob" else 1
            facts = facts.with_family(name, _member(name, low))
        elif size.kind == "prob":
            facts = facts.adding(sym(name), 1 - sym(name))
        else:
            facts = facts.adding(sym(name) - (0 if name in bound else 1))
    facts = facts.adding(*(sym(name) for name in bound if name not in program.sizes))
    return facts.assuming(
        relation
        for relation in program.assumptions
        if not (relation.left.free | relation.right.free) & (bound | own)
    )


def _member(name: str, low: int) -> Callable[..., Size]:
    return lambda *i: indexed(name, *i) - low


def _called(program: p.Program) -> set[str]:
    """Functions that others call or hand over: their sizes are those of any activation."""
    found = set()
    for function in program.functions.values():
        for node in nodes(function.body):
            if isinstance(node, p.Call):
                found.add(node.function)
            elif isinstance(node, p.FunctionName):
                found.add(node.name)
    return found


def _obligation(verdict: Verdict) -> p.Obligation:
    condition = verdict.condition
    return p.Obligation(
        condition.kind,
        condition.text,
        condition.function,
        verdict.status,
        verdict.reason,
        span=condition.span,
    )


def _refuted(verdict: Verdict) -> Diagnostic:
    condition = verdict.condition
    witness = said(verdict.witness)
    title = f"`{verdict.broken}` does not hold" + (f" at {witness}" if witness else "")
    return Diagnostic(
        _CODES[condition.kind], title, Label(condition.span, "this breaks it"), hint=_HINTS[condition.kind]
    )


def said(witness: Mapping[str, int]) -> str:
    """`k = 2, l = 1, i = 2`, without the marks of invented names."""
    plain = {name.split("~")[0]: value for name, value in witness.items()}
    return ", ".join(f"{name} = {value}" for name, value in plain.items() if "%" not in name)
