"""Checked statements, and the facts and laws that calls declare of their results."""

from __future__ import annotations

import attrs

from aalpl.program.expressions import Expr
from aalpl.program.node import Node
from aalpl.program.types import Type
from aalpl.report import Span


def _span() -> Span:
    field: Span = attrs.field(kw_only=True, eq=False, repr=False)
    return field


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
