"""Checked programs: what a program means, with names resolved, a type on every expression and the sugar lowered.

Statements are in A-normal form. Whatever asks something of the outside (a primitive, an oracle, a measure, a random or
adversarial choice, a call of a function) is a statement of its own that binds its answer to a variable; expressions
are pure. Variables are function-local and have unique names within their function; names that contain `%` are
temporaries that the user never wrote. Every request, branch and loop has a `place`, unique in the program, that reads
as a line (`"9"`, or `"9.2"` for the second one on line 9): traces, journals and observables are keyed by it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import attrs

from aalpl.program.claims import Claim, ClaimTerm, Class, Combined, EventProbability, Plain, Quantity
from aalpl.program.declarations import (
    Binding,
    Constraint,
    CostModel,
    Family,
    Function,
    Model,
    Oracle,
    Param,
    Primitive,
    Relation,
    SizeDeclaration,
)
from aalpl.program.expressions import (
    And,
    Arithmetic,
    BoolLiteral,
    Builtin,
    Compare,
    Concat,
    Conditional,
    Expr,
    Field,
    FunctionName,
    Index,
    IntLiteral,
    LengthOf,
    ListLiteral,
    Negative,
    Not,
    NothingLiteral,
    Or,
    Otherwise,
    Present,
    RealLiteral,
    RecordLiteral,
    Reduce,
    SizeName,
    Slice,
    Splice,
    TextLiteral,
    Update,
    Variable,
    WithField,
)
from aalpl.program.node import Node
from aalpl.program.statements import (
    Ask,
    Block,
    Call,
    Choose,
    Consult,
    Contribute,
    Draw,
    Fact,
    For,
    If,
    LawFact,
    LengthFact,
    Let,
    Loop,
    MeasureFact,
    Parallel,
    ProbabilityFact,
    Return,
    Sample,
    Statement,
)
from aalpl.program.types import Record
from aalpl.report import Span

Found = TypeVar("Found")


def _span() -> Span:
    field: Span = attrs.field(kw_only=True, eq=False, repr=False)
    return field


@attrs.frozen(eq=False, repr=False)
class Obligation(Node):
    """A condition the program relies on: of a slice, an index, a window, a contract, a `requires`.

    `status` is `proved` or `listed`; refuted ones are errors. `text` reads as a condition: `i*l + l <= len(x)`."""

    kind: str  # "slice" | "index" | "splice" | "window" | "requires" | "constraint" | "result" | "decreases" | "family"
    text: str
    function: str
    status: str
    reason: str = ""
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Program(Node):
    """A checked program. Dictionaries keep the order of declaration; library definitions that are used are included."""

    name: str
    docstring: str | None
    sizes: dict[str, SizeDeclaration]
    assumptions: tuple[Relation, ...]
    models: dict[str, Model]
    primitives: dict[str, Primitive]
    oracles: dict[str, Oracle]
    functions: dict[str, Function]
    records: dict[str, Record]
    costmodels: dict[str, CostModel]
    claims: tuple[Claim, ...]
    obligations: tuple[Obligation, ...]
    main: str | None = None  # the function made of top-level statements, of programs without functions
    found: dict[Hashable, Any] = attrs.field(factory=dict, init=False, eq=False)  # by `worked_out`


def worked_out(program: Program, key: Hashable, work: Callable[[], Found]) -> Found:
    """What a later stage finds out about a program, once: a program never changes. `key` says what it is, and who asks."""
    if key not in program.found:
        program.found[key] = work()
    found: Found = program.found[key]
    return found


__all__ = [
    "And",
    "Arithmetic",
    "Ask",
    "Binding",
    "Block",
    "BoolLiteral",
    "Builtin",
    "Call",
    "Choose",
    "Claim",
    "ClaimTerm",
    "Class",
    "Combined",
    "Compare",
    "Concat",
    "Conditional",
    "Constraint",
    "Consult",
    "Contribute",
    "CostModel",
    "Draw",
    "EventProbability",
    "Expr",
    "Fact",
    "Family",
    "Field",
    "For",
    "Function",
    "FunctionName",
    "If",
    "Index",
    "IntLiteral",
    "LawFact",
    "LengthFact",
    "LengthOf",
    "Let",
    "ListLiteral",
    "Loop",
    "MeasureFact",
    "Model",
    "Negative",
    "Not",
    "NothingLiteral",
    "Obligation",
    "Or",
    "Oracle",
    "Otherwise",
    "Parallel",
    "Param",
    "Plain",
    "Present",
    "Primitive",
    "ProbabilityFact",
    "Program",
    "Quantity",
    "RealLiteral",
    "RecordLiteral",
    "Reduce",
    "Relation",
    "Return",
    "Sample",
    "SizeDeclaration",
    "SizeName",
    "Slice",
    "Splice",
    "Statement",
    "TextLiteral",
    "Update",
    "Variable",
    "WithField",
    "worked_out",
]
