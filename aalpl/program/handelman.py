"""Products of hypotheses: what is at least 0 times what is at least 0 is at least 0."""

from __future__ import annotations

from collections.abc import Iterator

from aalpl.program.size import Atom, Monomial, Size

_PRODUCTS = 90


def products(goal: Size, pool: list[Size], *, narrow: bool) -> Iterator[Size]:
    """Products of two hypotheses that have to do with the nonlinear monomials of the goal and the hypotheses.

    Narrow: only with the nonlinear monomials of the goal, and one factor bounds a symbol in them."""
    wanted = {m for size in ([goal] if narrow else [goal, *pool]) for m in size.whole if _degree(m) > 1}
    reach = max([2, *(_degree(m) for m in wanted)])
    if not wanted:
        return
    short = [size for size in pool if len(size.whole) <= 5]
    wishes = {a for m in wanted for a, _ in m}
    found = 0
    for i, left in enumerate(short):
        if not any(a in wishes for m in left.whole for a, _ in m):
            continue
        for right in short if narrow else short[i:]:
            if narrow and not _bounds_one_of(right, wishes):
                continue
            if _top(left) + _top(right) > reach:
                continue
            product = left * right
            if any(m in wanted for m in product.whole):
                yield product
                found += 1
                if found >= _PRODUCTS:
                    return


def _degree(monomial: Monomial) -> int:
    return sum(abs(e) for _, e in monomial)


def _bounds_one_of(size: Size, atoms: set[Atom]) -> bool:
    """Whether the size is a symbol of these, plus a number."""
    (monomial, *more) = [m for m in size.whole if m] or [()]
    return not more and len(monomial) == 1 and monomial[0][1] == 1 and monomial[0][0] in atoms


def _top(size: Size) -> int:
    return max(map(_degree, size.whole), default=0)
