"""What a file declares: sizes, models, primitives, oracles, functions."""

from __future__ import annotations

import attrs

from aalpl.program.node import Node
from aalpl.program.size import Size
from aalpl.program.statements import Block
from aalpl.program.types import Length, Type
from aalpl.report import Span


def _span() -> Span:
    field: Span = attrs.field(kw_only=True, eq=False, repr=False)
    return field


@attrs.frozen(eq=False, repr=False)
class Family(Node):
    """`[index in low..high]`."""

    index: str
    low: Size
    high: Size


@attrs.frozen(eq=False, repr=False)
class SizeDeclaration(Node):
    """`size n`, `const c`, `prob p = 1/2`; `declared` is False for one that a clause (`size m`) introduced."""

    name: str
    kind: str  # "size" | "const" | "prob"
    family: Family | None = None
    value: Size | None = None
    declared: bool = True
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Relation(Node):
    """`left operator right` over sizes, `operator` one of `= != < <= > >=`."""

    operator: str
    left: Size
    right: Size
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Model(Node):
    """A model: how heavy one token is (`size`), its context window, constant overhead tokens per call, capabilities."""

    name: str
    size: Size
    window: Size | None = None
    overhead: Size | None = None
    can: frozenset[str] = frozenset()
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Param(Node):
    name: str
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Primitive(Node):
    """An LLM primitive with its output contract.

    `model` is always present: a primitive with clauses of its own gets a model of its own name. The model's size may
    mention the family's index. `transcript` says that it reads a conversation (the parameter of that type is not among
    `params`). `prompt` is the template as written. Sizes in `result` that `bindings` name are those of the call."""

    name: str
    params: tuple[Param, ...]
    result: Type
    model: Model
    family: Family | None = None
    needs: frozenset[str] = frozenset()
    right: Size | None = None
    rivals: int | None = None
    prompt: str | None = None
    simulate: Function | None = None
    transcript: bool = False
    bindings: tuple[Binding, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Oracle(Node):
    """An oracle, or (`measure` True) a measure: a function of its values that costs nothing."""

    name: str
    params: tuple[Param, ...]
    result: Type
    body: Function | None = None
    measure: bool = False
    bindings: tuple[Binding, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Binding(Node):
    """An activation size: `name` is the length found by following `path` from a parameter.

    `path` begins with the parameter's name; further steps are `"len"`, `"element"` (any element: all must agree),
    a field name, or `"value"` (of a `T?`, where it holds one). Always ends in `"len"`."""

    name: str
    path: tuple[str, ...]


@attrs.frozen(eq=False, repr=False)
class Constraint(Node):
    """What a parameter's type says beyond binding: the length at `path` fits `length`."""

    path: tuple[str, ...]
    length: Length
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Function(Node):
    """A function, in A-normal form. `bindings` are evaluated at entry, then `constraints` and `requires` checked.

    `standing` names, for each parameter that is a function, the primitive that stands for it where nobody hands one
    over."""

    name: str
    params: tuple[Param, ...]
    result: Type
    bindings: tuple[Binding, ...]
    constraints: tuple[Constraint, ...]
    requires: tuple[Relation, ...]
    body: Block
    library: bool = False
    standing: tuple[tuple[str, str], ...] = ()
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class CostModel(Node):
    """`costmodel NAME = E` over m, P and O."""

    name: str
    cost: Size
    span: Span = _span()
