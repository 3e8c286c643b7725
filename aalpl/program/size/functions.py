"""Functions of sizes, simplified where the answer is a number, an argument or a polynomial."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from aalpl.program.size.atoms import Apply, Atom, Big, Given, Indexed, Monomial, Sym, depth
from aalpl.program.size.polynomial import ONE, ZERO, Number, Size, const, lift, of_atom, product, raised, sym


def apply(function: str, *args: Size | Number) -> Size:
    """A function of sizes, simplified where the answer is a number or an argument."""
    sizes = tuple(map(lift, args))
    simplify = _SIMPLIFY.get(function)
    return simplify(sizes) if simplify else of_atom(Apply(function, sizes))


def floor(value: Size) -> Size:
    """The largest integer not above `value`; symbols count as integers."""
    return _rounded("floor", math.floor, value)


def ceil(value: Size) -> Size:
    """The smallest integer not below `value`; symbols count as integers."""
    return _rounded("ceil", math.ceil, value)


def maximum(*args: Size | Number) -> Size:
    """The largest of the arguments."""
    return _extreme("max", tuple(map(lift, args)))


def minimum(*args: Size | Number) -> Size:
    """The smallest of the arguments."""
    return _extreme("min", tuple(map(lift, args)))


def power(base: Size | Number, exponent: Size | Number) -> Size:
    """`base ^ exponent`: exact for integer exponents; `4^(3*n + 1)` is normalised to `(2^n)^6 * 4`."""
    base, exponent = lift(base), lift(exponent)
    number, root = exponent.constant(), base.constant()
    if number is not None and number.denominator == 1:
        return raised(base, int(number))
    if root is None or root <= 0:
        return of_atom(Apply("pow", (base, exponent)))
    if len(exponent.terms) > 1:
        return product(_numeral_power(root, monomial, value) for monomial, value in exponent.terms.items())
    ((monomial, value),) = exponent.terms.items()
    return _numeral_power(root, monomial, value)


def big(operator: str, index: str, low: Size | int, high: Size | int, body: Size | int) -> Size:
    """A formal `sum`, `prod`, `max` or `min`; the index gets a canonical name so that equal sums are equal."""
    low, high, body = lift(low), lift(high), lift(body)
    width = (high - low).constant()
    if (operator == "sum" and not body) or (width is not None and width < 0):
        return ONE if operator == "prod" else ZERO
    if operator == "prod" and body == 1:
        return ONE
    others = body.free - {index}
    level = depth(body)
    while (canonical := f"_{level}") in others:
        level += 1
    if canonical != index:
        body = body.replace({index: sym(canonical)})
    return of_atom(Big(operator, canonical, low, high, body))


def given(condition: Size) -> Size:
    """1 where `condition >= 0`, else 0."""
    number = condition.constant()
    if number is not None:
        return ONE if number >= 0 else ZERO
    content = math.gcd(*condition.whole.values())
    return of_atom(Given(Size({m: v // content for m, v in condition.whole.items()})))


def is_whole(size: Size) -> bool:
    """Whether the size is an integer for sure when its symbols are."""
    return not whole_part(size)[1]


def whole_part(value: Size) -> tuple[Size, Size]:
    """Split into a part that is an integer for sure and the rest, whose coefficients are in 0..1 where possible."""
    if value.under == 1 and all(e > 0 and _is_whole(a) for monomial in value.whole for a, e in monomial):
        return value, ZERO
    whole: dict[Monomial, int] = {}
    for monomial, coefficient in value.terms.items():
        if all(e > 0 and _is_whole(a) for a, e in monomial) and (count := math.floor(coefficient)):
            whole[monomial] = count
    integer = Size(whole)
    return integer, value - integer


# -- inside ------------------------------------------------------------------------------------------------------


def _rounded(name: str, round_number: Callable[[Fraction], int], value: Size) -> Size:
    whole, rest = whole_part(value)
    if (number := rest.constant()) is not None:
        return whole + round_number(number)
    if all(map(_of_numbers, rest.atoms())):
        return whole + int(of_atom(Apply(name, (rest,))).value({}))
    more, name, rest = _shortest(name, rest)
    return whole + more + of_atom(Apply(name, (rest,)))


def _shortest(name: str, rest: Size) -> tuple[int, str, Size]:
    """Of integers over a number, a ceiling is a floor and a floor a ceiling: ceil(p/q) = floor((p + q - 1)/q).

    What the other integers have in common with the number is taken out: floor((2*p + 1)/4) = floor(p/2). The one
    without a constant inside is taken, else the floor: an integer that is added, a function, its argument."""
    under = rest.under
    if not is_whole(rest * under):
        return 0, name, rest
    shift = rest.whole.get((), 0) if name == "floor" else rest.whole.get((), 0) + under - 1
    steps, shift = divmod(shift, under)
    others = {monomial: value for monomial, value in rest.whole.items() if monomial}
    common = math.gcd(under, *others.values())
    under, shift = under // common, shift // common
    plain = Size({monomial: value // common for monomial, value in others.items()}, under)
    if shift == under - 1:
        return steps, "ceil", plain
    return steps, "floor", plain + Fraction(shift, under)


def _is_whole(atom: Atom) -> bool:
    """Whether an atom is an integer wherever its parts are: every symbol stands for an integer, a probability is
    never below a floor."""
    match atom:
        case Sym() | Indexed() | Given():
            return True
        case Apply(function, args):
            if function in ("floor", "ceil"):
                return True
            if function == "pow":
                base, exponent = args
                return is_whole(base) and all(
                    c > 0 and c.denominator == 1 and not m for m, c in exponent.terms.items()
                )
            return function in ("min", "max", "abs", "mod", "binomial") and all(is_whole(a) for a in args)
        case Big(_, _, _, _, body):
            return is_whole(body)


def _numeral_power(root: Fraction, monomial: Monomial, coefficient: Fraction) -> Size:
    """root^(coefficient * monomial) for a positive root, as an integer power of the smallest root.

    A bracket goes outside: 2^([c] n) is 1 + [c] (2^n - 1)."""
    for atom, _ in monomial:
        if isinstance(atom, Given):
            rest = tuple(pair for pair in monomial if pair[0] != atom)
            return 1 + of_atom(atom) * (_numeral_power(root, rest, coefficient) - 1)
    if not monomial and coefficient.denominator == 1:
        return raised(const(root), int(coefficient))
    root, degree = _primitive_root(root)
    coefficient *= degree
    if root == 1:
        return ONE
    if root.numerator == 1:
        root, coefficient = 1 / root, -coefficient
    count = coefficient.numerator
    exponent = Size({monomial: 1}, coefficient.denominator)
    return raised(of_atom(Apply("pow", (const(root), exponent))), count)


def _primitive_root(number: Fraction) -> tuple[Fraction, int]:
    """The number as the highest integer power it is: 4/9 -> (2/3, 2)."""
    largest = max(number.numerator, number.denominator).bit_length()
    for degree in range(min(largest, 64), 1, -1):
        above, below = _integer_root(number.numerator, degree), _integer_root(number.denominator, degree)
        if above is not None and below is not None:
            return Fraction(above, below), degree
    return number, 1


def _integer_root(number: int, degree: int) -> int | None:
    if number == 1:
        return 1
    low, high = 1, 1 << (number.bit_length() // degree + 1)
    while low < high:
        middle = (low + high) // 2
        if middle**degree < number:
            low = middle + 1
        else:
            high = middle
    return low if low**degree == number else None


def _extreme(name: str, args: tuple[Size, ...]) -> Size:
    flat: list[Size] = []
    for size in args:
        inner = _single(size)
        parts = inner.args if isinstance(inner, Apply) and inner.function == name else (size,)
        flat.extend(part for part in parts if part not in flat)
    choose = max if name == "max" else min
    kept: list[Size] = []
    for size in flat:  # two candidates that differ by a number: one of them goes
        for i, other in enumerate(kept):
            difference = (size - other).constant()
            if difference is not None:
                kept[i] = other + choose(difference, Fraction(0))
                break
        else:
            kept.append(size)
    if len(kept) == 1:
        return kept[0]
    return of_atom(Apply(name, tuple(sorted(kept, key=str))))


def _single(size: Size) -> Atom | None:
    """The atom that this size consists of."""
    if len(size.whole) == 1 and size.under == 1:
        ((monomial, value),) = size.whole.items()
        if value == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            return monomial[0][0]
    return None


def _numeral(atom: Apply) -> bool:
    """Whether the atom is a power of a positive number."""
    return atom.function == "pow" and (atom.args[0].constant() or 0) > 0


def _of_numbers(atom: Atom) -> bool:
    """Whether the atom is the logarithm or a power of a positive number."""
    if not isinstance(atom, Apply) or atom.function not in ("log", "pow"):
        return False
    return all((arg.constant() is not None) for arg in atom.args) and (atom.args[0].constant() or 0) > 0


def _log(args: tuple[Size, ...]) -> Size:
    (size,) = args
    if size == 1:
        return ZERO
    if (number := size.constant()) is not None and number > 0:
        root, degree = _primitive_root(number)
        if root.numerator == 1:
            root, degree = 1 / root, -degree
        return of_atom(Apply("log", (const(root),))) * degree
    if len(size.whole) == 1 and size.under == 1:
        ((monomial, value),) = size.whole.items()
        if value == 1 and len(monomial) == 1:
            ((atom, exponent),) = monomial
            if isinstance(atom, Apply) and _numeral(atom):
                return of_atom(Apply("log", atom.args[:1])) * atom.args[1] * exponent
    return of_atom(Apply("log", args))


def _mod(args: tuple[Size, ...]) -> Size:
    left, right = args
    a, b = left.constant(), right.constant()
    if a is not None and b:
        return const(a - b * math.floor(a / b))
    if b == 1 and is_whole(left):
        return ZERO
    if b and b.denominator == 1 and is_whole(left):  # multiples of the divisor make no difference
        left = Size({m: rest for m, v in left.whole.items() if (rest := v % int(b))})
        if (number := left.constant()) is not None:
            return const(number - b * math.floor(number / b))
    return of_atom(Apply("mod", (left, right)))


def _abs(args: tuple[Size, ...]) -> Size:
    number = args[0].constant()
    return of_atom(Apply("abs", args)) if number is None else const(abs(number))


def _binomial(args: tuple[Size, ...]) -> Size:
    n, k = (arg.constant() for arg in args)
    if n is not None and k is not None and n.denominator == k.denominator == 1 and n <= 1000:
        return const(math.comb(int(n), int(k)) if 0 <= k <= n else 0)
    return ONE if k == 0 else of_atom(Apply("binomial", args))


_SIMPLIFY: dict[str, Callable[[tuple[Size, ...]], Size]] = {
    "floor": lambda args: floor(args[0]),
    "ceil": lambda args: ceil(args[0]),
    "min": lambda args: _extreme("min", args),
    "max": lambda args: _extreme("max", args),
    "pow": lambda args: power(args[0], args[1]),
    "log": _log,
    "mod": _mod,
    "abs": _abs,
    "binomial": _binomial,
}
