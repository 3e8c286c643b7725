"""Checked programs: what a program means, with names resolved, a type on every expression and the sugar lowered.

Statements are in A-normal form. Whatever asks something of the outside (a primitive, an oracle, a measure, a random or
adversarial choice, a call of a function) is a statement of its own that binds its answer to a variable; expressions
are pure. Variables are function-local and have unique names within their function; names that contain `%` are
temporaries that the user never wrote. Every request, branch and loop has a `place`, unique in the program, that reads
as a line (`"9"`, or `"9.2"` for the second one on line 9): traces, journals and observables are keyed by it.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from aalpl.program.node import Node
from aalpl.program.size import Size
from aalpl.program.types import Length, Record, Type
from aalpl.report import Span


def _span() -> Span:
    field: Span = attrs.field(kw_only=True, eq=False, repr=False)
    return field


# -- expressions (pure) ------------------------------------------------------------------------------------------


@attrs.frozen(eq=False, repr=False)
class IntLiteral(Node):
    value: int
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class RealLiteral(Node):
    value: Fraction
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class BoolLiteral(Node):
    value: bool
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class TextLiteral(Node):
    """A string; of type `Choice` where one is expected or compared with."""

    value: str
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class NothingLiteral(Node):
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Variable(Node):
    """A parameter or local variable."""

    name: str
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class SizeName(Node):
    """A declared size, constant or probability; of the activation where the function binds it (semantics 6).

    `index` where it is a member of a family (`u[i]`)."""

    name: str
    type: Type
    index: Expr | None = None
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class FunctionName(Node):
    """A function or primitive handed over as a value."""

    name: str
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Arithmetic(Node):
    """`operator` is one of `+ - * ^ mod`, `//` (floor division, int positions) or `/` (exact)."""

    operator: str
    left: Expr
    right: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Negative(Node):
    value: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Builtin(Node):
    """`floor ceil min max log abs` of numbers; `text` of any value: its words, as many as it has tokens (semantics 4)."""

    function: str
    args: tuple[Expr, ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Compare(Node):
    """`operator` is one of `= != < <= > >= in`."""

    operator: str
    left: Expr
    right: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Not(Node):
    value: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class And(Node):
    parts: tuple[Expr, ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Or(Node):
    parts: tuple[Expr, ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Present(Node):
    """Whether a `T?` holds a value (`if bug then`)."""

    value: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Otherwise(Node):
    """`value else default`: the value of a `T?`, or the default where it is nothing."""

    value: Expr
    default: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Conditional(Node):
    """`left if test else right`."""

    test: Expr
    left: Expr
    right: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class LengthOf(Node):
    """`len(x)` of a text (tokens) or list (elements)."""

    value: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Concat(Node):
    """`a ++ b ++ …` of texts or of lists."""

    parts: tuple[Expr, ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Index(Node):
    """`x[i]`, 0 <= i < len(x)."""

    value: Expr
    index: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Slice(Node):
    """`x[a:b]`, 0 <= a <= b <= len(x)."""

    value: Expr
    low: Expr
    high: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Update(Node):
    """The list `x` with element `index` replaced (`x[i] <- e`)."""

    value: Expr
    index: Expr
    new: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Splice(Node):
    """The text or list `x` with `low:high` replaced by `new` of the same length (`x[a:b] <- e`)."""

    value: Expr
    low: Expr
    high: Expr
    new: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class ListLiteral(Node):
    items: tuple[Expr, ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class RecordLiteral(Node):
    fields: tuple[tuple[str, Expr], ...]
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Field(Node):
    value: Expr
    name: str
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class WithField(Node):
    """The record `value` with one field replaced (`r.f <- e`)."""

    value: Expr
    name: str
    new: Expr
    type: Type
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Reduce(Node):
    """`sum|prod|max|min|count (index in low..high: body)` with a pure body; `count` counts where a bool body holds.

    `index` is a variable bound in `body`."""

    operator: str
    index: str
    low: Expr
    high: Expr
    body: Expr
    type: Type
    span: Span = _span()


Expr = (
    IntLiteral
    | RealLiteral
    | BoolLiteral
    | TextLiteral
    | NothingLiteral
    | Variable
    | SizeName
    | FunctionName
    | Arithmetic
    | Negative
    | Builtin
    | Compare
    | Not
    | And
    | Or
    | Present
    | Otherwise
    | Conditional
    | LengthOf
    | Concat
    | Index
    | Slice
    | Update
    | Splice
    | ListLiteral
    | RecordLiteral
    | Field
    | WithField
    | Reduce
)


# -- laws and facts, over expressions ----------------------------------------------------------------------------


@attrs.frozen(eq=False, repr=False)
class Draw(Node):
    """A law whose parameters are expressions: `name` in `flip Uniform Binomial Geometric`, two args for a range."""

    name: str
    args: tuple[Expr, ...]


@attrs.frozen(eq=False, repr=False)
class LengthFact(Node):
    """`where len(result) = E`, with `operator` one of `= <= >=`."""

    operator: str
    size: Expr
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class MeasureFact(Node):
    """`where f(result) >= E` (operators `= != < <= > >=`); `function` a measure or oracle, `""` for the result itself."""

    function: str
    operator: str
    value: Expr
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class LawFact(Node):
    """`where f(result) ~ D`; `function` is `""` for the result itself and `len` for its length."""

    function: str
    law: Draw
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class ProbabilityFact(Node):
    """`where good(result) with probability p`: a bool oracle or measure of the result (`""`: the result itself) holds."""

    function: str
    probability: Expr
    span: Span = _span()


Fact = LengthFact | MeasureFact | LawFact | ProbabilityFact


# -- statements --------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False, repr=False)
class Let(Node):
    """Binds a variable to a pure value."""

    target: str
    value: Expr
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Ask(Node):
    """Calls an LLM primitive: the only statement that costs.

    `primitive` is the name of a primitive, or of a parameter of function type (`indirect`). `index` chooses in a
    family. In a conversation `transcript` names the transcript variable (a text), which is read before the arguments
    and is NOT among `args`; appending to it is explicit `Let`s after this statement."""

    target: str
    primitive: str
    index: Expr | None
    args: tuple[Expr, ...]
    facts: tuple[Fact, ...]
    type: Type
    place: str
    indirect: bool = False
    transcript: str | None = None
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Call(Node):
    """Calls a function of the program (or, `indirect`, the value of a parameter of function type)."""

    target: str
    function: str
    args: tuple[Expr, ...]
    type: Type
    place: str
    indirect: bool = False
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Consult(Node):
    """Asks an oracle or measure without a body; the answer is a function of the values (semantics 9).

    Oracles and measures with a body are consulted too: the driver may know a stored fact about the value, otherwise
    the body (a `Function`) is evaluated."""

    target: str
    oracle: str
    args: tuple[Expr, ...]
    type: Type
    place: str
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Sample(Node):
    """A random draw: `flip(p)`, `Uniform(a..b)`, `Binomial(n, p)`, `Geometric(p)`."""

    target: str
    law: Draw
    type: Type
    place: str
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Choose(Node):
    """The adversary's choice: `*`, `any int in a..b`, `any T`, `hear text[e]`."""

    target: str
    type: Type
    place: str
    bounds: tuple[Expr, Expr] | None = (
        None  # of an int: inclusive range; of a text or list: range of the length
    )
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class If(Node):
    """A branch, with the hypotheses its condition carries. `kind`: `if`, or `and`/`or`/`else` where lowered from one."""

    test: Expr
    then: Block
    orelse: Block
    place: str
    at_most: Expr | None = None
    probability: Expr | None = None
    kind: str = "if"
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class For(Node):
    """`for index in low..high by step do body`, bounds evaluated once. `step` is positive.

    A loop over a list has `low` 0, `high` len - 1 and begins its body with a `Let` of the element."""

    index: str
    low: Expr
    high: Expr
    step: Expr | None
    body: Block
    place: str
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Contribute(Node):
    """`x[low:high] <- new` (or `x[low] <- new`, where `high` is None) inside a `Parallel`, of a variable outside it:
    remembered, and applied in index order where the branches join."""

    variable: str
    low: Expr
    high: Expr | None
    new: Expr
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Parallel(Node):
    """`parallel for index in low..high workers w do/yield`.

    Each branch works on copies of the outer variables. On joining: `target` (if any) becomes the list of the branches'
    `value`s; contributions are applied in index order; of each variable in `appended` (transcripts) what a branch added
    after the fork is appended in index order."""

    index: str
    low: Expr
    high: Expr
    workers: Expr | None
    body: Block
    value: Expr | None
    target: str | None
    appended: tuple[str, ...]
    type: Type
    place: str
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Loop(Node):
    """Repeat: run `before`; leave unless `test`; run `body`.

    `while c do B` evaluates c in `before` and has B as `body`; `repeat B until c` has B and the evaluation of c in
    `before`, `not c` as `test` and an empty body. Rounds of a `while` are runs of `body`, of a `repeat` runs of
    `before`. `probability` is that of the condition as written (of going on for `while`, of stopping for `repeat`);
    `at_most` bounds the rounds."""

    before: Block
    test: Expr
    body: Block
    place: str
    kind: str  # "while" | "repeat"
    at_most: Expr | None = None
    probability: Expr | None = None
    decreases: Expr | None = None
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Return(Node):
    value: Expr | None
    span: Span = _span()


Statement = Let | Ask | Call | Consult | Sample | Choose | If | For | Contribute | Parallel | Loop | Return
Block = tuple[Statement, ...]


# -- declarations ------------------------------------------------------------------------------------------------


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
    """A function, in A-normal form. `bindings` are evaluated at entry, then `constraints` and `requires` checked."""

    name: str
    params: tuple[Param, ...]
    result: Type
    bindings: tuple[Binding, ...]
    constraints: tuple[Constraint, ...]
    requires: tuple[Relation, ...]
    body: Block
    library: bool = False
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class CostModel(Node):
    """`costmodel NAME = E` over m, P and O."""

    name: str
    cost: Size
    span: Span = _span()


# -- claims ------------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False, repr=False)
class Quantity(Node):
    """`[worst|best|expected] [span] Q(f) [by PRIMITIVE] [of MODEL] [under COSTMODEL]`."""

    kind: str  # "cost" | "calls" | "tokens" | "tokens in" | "tokens out"
    function: str
    mode: str = "worst"
    critical: bool = False
    by: str | None = None
    of: str | None = None
    under: str | None = None
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class EventProbability(Node):
    """`P(right(f))`: `event` applied to the result of `function`."""

    event: str
    function: str
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Class(Node):
    """`Theta(E)`, `O(E)`, `Omega(E)`."""

    name: str
    body: ClaimTerm
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Plain(Node):
    """An expression over sizes."""

    size: Size
    span: Span = _span()


@attrs.frozen(eq=False, repr=False)
class Combined(Node):
    """Arithmetic (`+ - * / ^`, functions such as `log`, `if`) over the other claim terms, or a comparison inside `if`."""

    operator: str
    args: tuple[ClaimTerm, ...]
    span: Span = _span()


ClaimTerm = Quantity | EventProbability | Class | Plain | Combined
"""One side of a claim."""


@attrs.frozen(eq=False, repr=False)
class Claim(Node):
    left: ClaimTerm
    relation: str  # "=" | "<=" | ">="
    right: ClaimTerm
    span: Span = _span()


# -- obligations and the whole -----------------------------------------------------------------------------------


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
