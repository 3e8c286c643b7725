"""What is known of an atom whatever its symbols are: the inequalities that define floor, min, mod, powers, brackets.

    x - 1 < floor(x) <= x        x <= ceil(x) < x + 1        min(a, b) <= a, b <= max(a, b)        0 <= [c] <= 1
    0 <= a mod b <= b - 1 (b >= 1)        r^e >= (r - 1)*e + 1 (Bernoulli; r >= 1, e >= 0)        |a| >= a, -a

Where x = N/d with a positive integer d, rounding loses at most (d - 1)/d: d*floor(N/d) >= N - d + 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym, apply, is_whole, sym
from aalpl.program.size.polynomial import of_atom

Test = Callable[[Size], bool]
"""Whether a size is known to be at least 0, by a quick test."""


def facts_about(atom: Atom, holds: Test) -> Iterator[Size]:
    """Sizes that are at least 0."""
    match atom:
        case Sym() | Indexed():
            return
        case Given():
            yield of_atom(atom)
            yield 1 - of_atom(atom)
        case Big(operator, _, _, _, _):
            if operator in ("sum", "max", "prod") and holds(_everywhere(atom)):
                yield of_atom(atom)
        case Apply():
            yield from _of_function(atom, holds)


def _everywhere(atom: Big) -> Size:
    """The body at `low + |t|`: not negative for any t only if it is not negative for any index of the range."""
    return atom.body.replace({atom.index: atom.low + apply("abs", sym(f"{atom.index}'"))})


def _of_function(atom: Apply, holds: Test) -> Iterator[Size]:
    here = of_atom(atom)
    match atom.function, atom.args:
        case "floor", (x,):
            yield x - here
            yield here - x + 1
            yield from _rounding(x, here, holds, down=True)
        case "ceil", (x,):
            yield here - x
            yield x - here + 1
            yield from _rounding(x, here, holds, down=False)
        case "min", args:
            yield from (arg - here for arg in args)
        case "max", args:
            yield from (here - arg for arg in args)
        case "mod", (a, b):
            if holds(b - 1):
                yield here
                yield b - here - (1 if is_whole(a) and is_whole(b) else 0)
                if holds(a):
                    yield a - here
        case "pow", (root, exponent):
            if holds(root - 1) and holds(exponent):
                yield here - (root - 1) * exponent - 1
                yield here - 1
            elif holds(root):
                yield here
        case "log", (x,):
            if holds(x - 1):
                yield here
                yield x - 1 - here
        case "abs", (x,):
            yield here
            yield here - x
            yield here + x
        case "binomial", _:
            yield here
        case _:
            return


def _rounding(x: Size, here: Size, holds: Test, *, down: bool) -> Iterator[Size]:
    above, divisor = fraction(x)
    if is_whole(above) and is_whole(divisor) and holds(divisor - 1):
        slack = divisor - 1
        yield above - divisor * here if down else divisor * here - above
        yield divisor * here - above + slack if down else above + slack - divisor * here
        if holds(above):
            yield here
            yield above - here
        if not down and holds(above - 1):
            yield here - 1
        if down and holds(above - divisor):
            yield here - 1


def fraction(x: Size) -> tuple[Size, Size]:
    """Numerator and denominator: no division is left in either where all divisors stand in whole monomials."""
    divisor = Size({(): x.under})
    x = Size(x.whole)
    for atom in dict.fromkeys(a for m in x.whole for a, _ in m):
        if isinstance(atom, Apply) and atom.function == "pow" and atom.args[1] == -1:
            if all((atom, 1) in m for m in x.whole):
                x, divisor = x / of_atom(atom), divisor * atom.args[0]
            continue
        lowest = min(e for m in x.whole for a, e in m if a == atom)
        if lowest < 0:
            power = of_atom(atom) ** -lowest
            x, divisor = x * power, divisor * power
    return x, divisor
