"""The atoms of sizes: symbols, members of families, functions, bound sums and brackets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from aalpl.program.size.once import once

if TYPE_CHECKING:
    from aalpl.program.size.polynomial import Size


class _Ordered:
    """Gives an atom its place in monomials: by its text, and by its kind where texts agree."""

    @once
    def order(self) -> tuple[str, str]:
        """The key that sorts atoms."""
        return str(self), type(self).__name__


@attrs.frozen(cache_hash=True, slots=False)
class Sym(_Ordered):
    """An unknown number with a name: a declared size, an int parameter, a loop index, a program variable's length."""

    name: str

    def __str__(self) -> str:
        return self.name


@attrs.frozen(cache_hash=True, slots=False)
class Indexed(_Ordered):
    """One member of a family of unknown numbers, `m[i]`, `len(x[i])`, `out@12[i]`: a function of its indices."""

    name: str
    indices: tuple[Size, ...]

    def __str__(self) -> str:
        return f"{self.name}[{', '.join(map(str, self.indices))}]"


@attrs.frozen(cache_hash=True, slots=False)
class Apply(_Ordered):
    """A known function of sizes: `floor ceil min max log pow mod abs binomial` (see `KNOWN`) or, where not among
    those, an uninterpreted one such as `C_pre`."""

    function: str
    args: tuple[Size, ...]

    def __str__(self) -> str:
        if self.function == "pow":
            return f"{_bracket(self.args[0])}^{_bracket(self.args[1])}"
        return f"{self.function}({', '.join(map(str, self.args))})"


@attrs.frozen(cache_hash=True, slots=False)
class Big(_Ordered):
    """`sum`, `prod`, `max` or `min` of `body` for an index that runs over the integers `low..high` (inclusive).

    An empty range gives 0, 1, 0 and 0. The index is bound: equality is up to its name because `big` renames it."""

    operator: str
    index: str
    low: Size
    high: Size
    body: Size

    def __str__(self) -> str:
        return f"{self.operator}({self.index} in {self.low}..{self.high}: {self.body})"


@attrs.frozen(cache_hash=True, slots=False)
class Given(_Ordered):
    """1 where `condition >= 0`, else 0 (an Iverson bracket)."""

    condition: Size

    def __str__(self) -> str:
        return f"[{self.condition} >= 0]"


Atom = Sym | Indexed | Apply | Big | Given
Monomial = tuple[tuple[Atom, int], ...]

KNOWN = frozenset(["floor", "ceil", "min", "max", "pow", "log", "mod", "abs", "binomial"])
"""The functions that mean something; all others are uninterpreted."""


def times(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials; both and the result are sorted by `order`."""
    if not left:
        return right
    if not right:
        return left
    result: list[tuple[Atom, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        (a, e), (b, f) = left[i], right[j]
        if a is b or a == b:
            exponent = _exponent(a, e + f)
            if exponent:
                result.append((a, exponent))
            i, j = i + 1, j + 1
        elif a.order <= b.order:
            result.append(left[i])
            i += 1
        else:
            result.append(right[j])
            j += 1
    return (*result, *left[i:], *right[j:])


def free(atom: Atom) -> Iterator[str]:
    """Names of the free symbols, families and uninterpreted functions of an atom."""
    match atom:
        case Sym(name):
            yield name
        case Indexed(name, indices):
            yield name
            for size in indices:
                yield from size.free
        case Apply(function, args):
            if function not in KNOWN:
                yield function
            for size in args:
                yield from size.free
        case Big(_, index, low, high, body):
            yield from low.free
            yield from high.free
            yield from body.free - {index}
        case Given(condition):
            yield from condition.free


def depth(size: Size) -> int:
    """How many bound indices are nested inside (names of bound indices are `_0`, `_1`, … from the inside out)."""
    return max((_depth(atom) for atom in size.atoms()), default=0)


def _depth(atom: Atom) -> int:
    match atom:
        case Sym():
            return 0
        case Indexed(_, sizes) | Apply(_, sizes):
            return max(map(depth, sizes), default=0)
        case Big(_, _, low, high, body):
            return max(depth(low), depth(high), 1 + depth(body))
        case Given(condition):
            return depth(condition)


def _exponent(atom: Atom, exponent: int) -> int:
    """A bracket is its own square."""
    return min(exponent, 1) if isinstance(atom, Given) else exponent


def _bracket(size: Size) -> str:
    text = str(size)
    return text if text.isalnum() else f"({text})"
