"""Measures that count pieces: `count i in 0..n-1 of g(x[i*l : i*l+l])`, for n pieces of length l (semantics 12).

Of a text x whose pieces are replaced, the form remembers for each piece whether g holds of it, in an array; what the measure
says is their sum. A slice that begins at j*l and has length l is piece j; any other leaves all of them open.
"""

from __future__ import annotations

import attrs

from aalpl.cost.form.nodes import HavocArray, Store
from aalpl.cost.lower.expressions import exact, number
from aalpl.cost.lower.scope import Scope
from aalpl.cost.lower.types import walk
from aalpl.program import nodes as p
from aalpl.program.size import ONE, ZERO, Size, Sym, big, indexed, sym
from aalpl.report import Span

INDEX = "%piece"


@attrs.frozen
class Pieces:
    """`number` pieces of `length` tokens; `oracle` is what is asked of each."""

    oracle: str
    number: Size
    length: Size


def spliced(scope: Scope, path: str) -> bool:
    """Whether the function replaces a slice of a text."""
    return any(
        isinstance(each, p.Let) and each.target == path and isinstance(each.value, p.Splice)
        for each in walk(scope.function.body)
    )


def pieces(scope: Scope, measure: p.Oracle) -> Pieces | None:
    """What a measure counts."""
    if measure.body is None or len(measure.params) != 1:
        return None
    loops = [each for each in measure.body.body if isinstance(each, p.For)]
    asks = [each for loop in loops for each in loop.body if isinstance(each, p.Consult)]
    if len(loops) != 1 or len(asks) != 1 or len(loops[0].body) != 2 or loops[0].step is not None:
        return None
    (loop,), (ask,) = loops, asks
    first, last = exact(scope, loop.low), exact(scope, loop.high)
    match ask.args:
        case (p.Slice(p.Variable(text), low, high),) if text == measure.params[0].name:
            start, end = exact(scope, low), exact(scope, high)
        case _:
            return None
    if first != 0 or last is None or start is None or end is None:
        return None
    length = start.coefficients(Sym(loop.index)).get(1, ZERO)
    if start != length * sym(loop.index) or end - start != length or loop.index in length.free:
        return None
    if not (last.free | length.free) <= scope.program.sizes.keys():
        return None
    return Pieces(ask.oracle, last + 1, length)


def array(measure: str, path: str) -> str:
    """Where it is remembered which pieces count."""
    return f"{measure}({path}[])"


def counted(measure: str, path: str, of: Pieces) -> Size:
    """What the measure says."""
    return big("sum", INDEX, ZERO, of.number - 1, indexed(array(measure, path), sym(INDEX)))


def open_pieces(scope: Scope, measure: str, path: str, span: Span) -> None:
    """Nothing is known of the pieces."""
    scope.emit(HavocArray(array(measure, path), ZERO, ONE, array(measure, path), span=span))


def replaced(
    scope: Scope, measure: str, path: str, of: Pieces, value: p.Splice, new: str | None, span: Span
) -> None:
    """One piece is what the oracle says of the new one, whose answer is remembered as `new`."""
    low, high = number(scope, value.low), number(scope, value.high)
    if new is None or high - low != of.length:
        open_pieces(scope, measure, path, span)
        return
    scope.emit(Store(array(measure, path), low / of.length, sym(new), span=span))
