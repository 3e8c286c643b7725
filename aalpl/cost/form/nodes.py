"""The integer form: a checked function with every value abstracted to integers. Bounds come from this and nothing else.

An int, bool, choice or presence flag of the program is an integer variable; a text is its length; a list is its length
and an array of element lengths. What a model, an oracle or an adversary decides is an integer variable that is
*observed*: the analysis gives it a name (`taken@9[i]`), the run records it, bounds range over it.
The form keeps the loop tree (`Count`, `Cycle`, `Fork`); `rules.py` flattens it to transition rules.

All sizes inside are over variables of the form, size names of the function and arrays (`Indexed(array, (i,))`).
Names (see `shapes.py`): `x` a number, `len(x)` a text's tokens or a list's number of elements, `x?` whether a `T?`
holds a value, `total(x)` the tokens of a list, `x.f` a field; of the elements of a list `x` the same names as arrays
(`len(x)[i]`); of a list of lists `len(x)[i]` elements each and `len(x[])[i, j]` tokens. Results are called `return`.
A variable read before any path has set it (a result of a branch that was not taken) is 0.
"""

from __future__ import annotations

import attrs

from aalpl.program.size import Size
from aalpl.program.types import Law
from aalpl.report import Span


def _span() -> Span:
    field: Span = attrs.field(kw_only=True, eq=False, repr=False)
    return field


# -- conditions: integers, so `e > 0` is `e - 1 >= 0` and negation stays inside ------------------------------------


@attrs.frozen
class Holds:
    """`size >= 0`."""

    size: Size


@attrs.frozen
class All:
    """Every part holds; of no parts: true."""

    parts: tuple[Condition, ...]


@attrs.frozen
class Any:
    """Some part holds; of no parts: false."""

    parts: tuple[Condition, ...]


Condition = Holds | All | Any


# -- steps -------------------------------------------------------------------------------------------------------


@attrs.frozen
class Set:
    """Simultaneous assignment of integer variables."""

    values: tuple[tuple[str, Size], ...]
    span: Span = _span()


@attrs.frozen
class Fill:
    """`array[index] = value` for every index at once, `value` over the state before (so it may read `array`).

    Copies, slices and concatenations of lists, and declared element lengths are fills."""

    array: str
    index: str
    value: Size
    more: tuple[str, ...] = ()  # further indices, of an array of several
    span: Span = _span()


@attrs.frozen
class Store:
    """`array[index] = value` for one index."""

    array: str
    index: Size
    value: Size
    more: tuple[Size, ...] = ()  # further indices, of an array of several
    span: Span = _span()


@attrs.frozen
class Havoc:
    """An integer decided outside, within `low..high` (None: no limit), observed as `kind@place`.

    `law` where it is a random draw: then the range is the law's support; `mean` where only that is declared.
    Of the field f of a record `kind` is `size.f`, `pick.f`, …. The kind `opaque` is not observed by runs: the outcome
    of a comparison of texts or reals; what depends on it is known by the branch that it decides."""

    variable: str
    low: Size | None
    high: Size | None
    kind: str  # "out" | "present" | "pick" | "size" | "opaque"
    place: str
    law: Law | None = None
    mean: Size | None = None
    span: Span = _span()


@attrs.frozen
class HavocArray:
    """Element lengths decided outside, each within `low..high`, observed as `elem@place[…, j]`."""

    array: str
    low: Size | None
    high: Size | None
    place: str
    span: Span = _span()


@attrs.frozen
class Event:
    """One call of a primitive: `inputs` tokens read (P), `outputs` written (O) by a model of size `weight`.

    `member` is the index in a family. `hit` is the part of P that is a prefix shared with the last call of the same
    model in a conversation (for cached prices). `overhead` tokens are billed by the provider and are not in P."""

    place: str
    primitive: str
    model: str
    weight: Size
    inputs: Size
    outputs: Size
    member: Size | None = None
    overhead: Size | None = None
    window: Size | None = None
    hit: Size | None = None
    span: Span = _span()


@attrs.frozen
class Branch:
    """`then` where the condition holds, else `orelse`; observed as `taken@place` unless the condition decides it."""

    condition: Condition
    then: Steps
    orelse: Steps
    place: str
    at_most: Size | None = None
    probability: Size | None = None
    span: Span = _span()


@attrs.frozen
class Count:
    """A counted loop: `index` runs over `low, low + step, … <= high`; bounds evaluated before."""

    index: str
    low: Size
    high: Size
    step: Size
    body: Steps
    place: str
    span: Span = _span()


@attrs.frozen
class Cycle:
    """Run `before`; leave unless `condition`; run `body`; again. Rounds are observed as `T@place`.

    `kind` `while`: a round is a run of `body`; `repeat`: a round is a run of `before`, of which there is at least one."""

    before: Steps
    condition: Condition
    body: Steps
    place: str
    kind: str
    at_most: Size | None = None
    probability: Size | None = None
    decreases: Size | None = None
    span: Span = _span()


@attrs.frozen
class Fork:
    """Branches side by side, one for each value of `index` in `low..high`, in consecutive groups of `workers`.

    Integer variables and arrays that the branches change are joined explicitly: `joins` are fills and sets over the
    state before the fork and the branches' results, where the result variable v of branch j is `Indexed(v, (j,))`.
    All other changes inside `body` are local to a branch."""

    index: str
    low: Size
    high: Size
    workers: Size | None
    body: Steps
    results: tuple[str, ...]
    joins: Steps
    place: str
    span: Span = _span()


@attrs.frozen
class Invoke:
    """A call of another function of the program. `args` set the callee's entry variables (its int params, lengths
    and size names), `arrays` its entry arrays; `results` copy the callee's result variables back."""

    function: str
    args: tuple[tuple[str, Size], ...]
    arrays: tuple[Fill, ...]
    results: tuple[tuple[str, str], ...]
    array_results: tuple[tuple[str, str], ...]
    place: str
    span: Span = _span()


@attrs.frozen
class Leave:
    """Return from the function; result variables have been set."""

    span: Span = _span()


@attrs.frozen
class Beyond:
    """A step that the form cannot express; costs after it are unknown, with this reason."""

    reason: str
    span: Span = _span()


Step = (
    Set | Fill | Store | Havoc | HavocArray | Event | Branch | Count | Cycle | Fork | Invoke | Leave | Beyond
)
Steps = tuple[Step, ...]


@attrs.frozen
class Form:
    """One function as integers.

    `entry` names the integer variables known at entry (int params, `len(x)` of open texts, activation sizes), `arrays`
    those arrays (`len(x)` of lists of open texts). `domain` are sizes that are >= 0 in every activation: lengths, declared
    ranges, `requires`. `outset` are those that are >= 0 where the function is analysed itself, and `equalities` those that
    are 0 there: declared sizes are at least 1 and `assume` holds at entry only (semantics 6). `opening` runs before `body`
    where the function is analysed itself; where it is invoked, the `args` of the `Invoke` set what `opening` would
    (totals of lists)."""

    function: str
    entry: tuple[str, ...]
    arrays: tuple[str, ...]
    results: tuple[str, ...]
    body: Steps
    domain: tuple[Size, ...]
    equalities: tuple[Size, ...]
    opening: Steps = ()
    array_results: tuple[str, ...] = ()
    outset: tuple[Size, ...] = ()
    span: Span = _span()
