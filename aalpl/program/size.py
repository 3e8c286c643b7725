"""Symbolic sizes: polynomials with exact rational coefficients over symbols and a few opaque atoms.

A `Size` is what the checker, the interpreter and the cost pass say about lengths, counts and costs. It is a sum of
monomials; a monomial is a product of atoms with integer exponents (negative ones are exact division). What is not
polynomial (floor, min, a power with a symbolic exponent, a sum without closed form) is an atom with sizes inside, so
arithmetic stays exact and equality of normal forms is cheap. Two sizes that are equal need not have equal normal
forms; two sizes with equal normal forms are equal wherever both are defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
import math

import attrs

Number = int | Fraction


@attrs.frozen(cache_hash=True)
class Sym:
    """An unknown number with a name: a declared size, an int parameter, a loop index, a program variable's length."""

    name: str

    def __str__(self) -> str:
        return self.name


@attrs.frozen(cache_hash=True)
class Indexed:
    """One member of a family of unknown numbers, `m[i]`, `len(x[i])`, `out@12[i]`: a function of its indices."""

    name: str
    indices: tuple[Size, ...]

    def __str__(self) -> str:
        return f"{self.name}[{', '.join(map(str, self.indices))}]"


@attrs.frozen(cache_hash=True)
class Apply:
    """A known function of sizes: `floor ceil min max log pow mod abs` (see `FUNCTIONS`) or, where not in that
    table, an uninterpreted one such as `C_pre`."""

    function: str
    args: tuple[Size, ...]

    def __str__(self) -> str:
        if self.function == "pow":
            return f"{_bracket(self.args[0])}^{_bracket(self.args[1])}"
        return f"{self.function}({', '.join(map(str, self.args))})"


@attrs.frozen(cache_hash=True)
class Big:
    """`sum`, `prod`, `max` or `min` of `body` for an index that runs over the integers `low..high` (inclusive).

    An empty range gives 0, 1, 0 and 0. The index is bound: equality is up to its name because `big` renames it."""

    operator: str
    index: str
    low: Size
    high: Size
    body: Size

    def __str__(self) -> str:
        return f"{self.operator}({self.index} in {self.low}..{self.high}: {self.body})"


@attrs.frozen(cache_hash=True)
class Given:
    """1 where `condition >= 0`, else 0 (an Iverson bracket)."""

    condition: Size

    def __str__(self) -> str:
        return f"[{self.condition} >= 0]"


Atom = Sym | Indexed | Apply | Big | Given
Monomial = tuple[tuple[Atom, int], ...]


@attrs.frozen(eq=False, repr=False, slots=False)
class Size:
    """A polynomial over atoms. Build with `const`, `sym`, the operators and the functions below; never by hand."""

    terms: Mapping[Monomial, Fraction]

    # -- reading -------------------------------------------------------------------------------------------------

    @cached_property
    def _hash(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int | Fraction):
            return self.constant() == other
        return isinstance(other, Size) and self.terms == other.terms

    def constant(self) -> Fraction | None:
        """The number this is, or None when it has atoms."""
        if not self.terms:
            return Fraction(0)
        if len(self.terms) == 1 and () in self.terms:
            return self.terms[()]
        return None

    def atoms(self) -> set[Atom]:
        """The outermost atoms."""
        return {atom for monomial in self.terms for atom, _ in monomial}

    @cached_property
    def free(self) -> frozenset[str]:
        """Names of all free symbols and families at any depth, without bound indices."""
        return frozenset(name for atom in self.atoms() for name in _free(atom))

    def degree(self, atom: Atom) -> int:
        """The largest exponent of `atom`; 0 where it does not occur (inside other atoms does not count)."""
        return max((e for m in self.terms for a, e in m if a == atom), default=0)

    def coefficients(self, atom: Atom) -> dict[int, Size]:
        """The size as a polynomial in `atom`: exponent -> coefficient."""
        parts: dict[int, dict[Monomial, Fraction]] = {}
        for monomial, value in self.terms.items():
            exponent = next((e for a, e in monomial if a == atom), 0)
            rest = tuple(pair for pair in monomial if pair[0] != atom)
            parts.setdefault(exponent, {})[rest] = value
        return {exponent: Size(terms) for exponent, terms in parts.items()}

    # -- arithmetic ----------------------------------------------------------------------------------------------

    def __add__(self, other: Size | Number) -> Size:
        other = lift(other)
        if not other.terms:
            return self
        terms = dict(self.terms)
        for monomial, value in other.terms.items():
            total = terms.get(monomial, 0) + value
            if total:
                terms[monomial] = Fraction(total)
            else:
                del terms[monomial]
        return Size(terms)

    __radd__ = __add__

    def __neg__(self) -> Size:
        return Size({monomial: -value for monomial, value in self.terms.items()})

    def __sub__(self, other: Size | Number) -> Size:
        return self + -lift(other)

    def __rsub__(self, other: Size | Number) -> Size:
        return lift(other) - self

    def __mul__(self, other: Size | Number) -> Size:
        other = lift(other)
        terms: dict[Monomial, Fraction] = {}
        for m1, v1 in self.terms.items():
            for m2, v2 in other.terms.items():
                monomial = _times(m1, m2)
                total = terms.get(monomial, 0) + v1 * v2
                if total:
                    terms[monomial] = Fraction(total)
                else:
                    del terms[monomial]
        return Size(terms)

    __rmul__ = __mul__

    def __truediv__(self, other: Size | Number) -> Size:
        """Exact division. A sum as a divisor becomes the opaque power `(...)^-1`."""
        other = lift(other)
        if len(other.terms) == 1:
            ((monomial, value),) = other.terms.items()
            return self * Size({tuple((a, -e) for a, e in monomial): 1 / value})
        if not other.terms:
            raise ZeroDivisionError("division of a size by zero")
        if (quotient := _proportion(self, other)) is not None:
            return const(quotient)
        return self * _atom(Apply("pow", (other, const(-1))))

    def __rtruediv__(self, other: Number) -> Size:
        return const(other) / self

    def __pow__(self, exponent: int) -> Size:
        result = ONE
        for _ in range(exponent):
            result = result * self
        return result

    def __bool__(self) -> bool:
        return bool(self.terms)

    # -- substitution and value ----------------------------------------------------------------------------------

    def replace(self, values: Mapping[str, Size]) -> Size:
        """Substitute sizes for free symbols at every depth (bound indices are renamed where they would clash)."""
        values = {name: value for name, value in values.items() if name in self.free}
        if not values:
            return self
        total = ZERO
        for monomial, coefficient in self.terms.items():
            product = const(coefficient)
            for atom, exponent in monomial:
                product = product * raised(_replaced(atom, values), exponent)
            total = total + product
        return total

    def map_atoms(self, change: Callable[[Atom], Size]) -> Size:
        """Put `change(atom)` in the place of each outermost atom."""
        total = ZERO
        for monomial, coefficient in self.terms.items():
            product = const(coefficient)
            for atom, exponent in monomial:
                product = product * raised(change(atom), exponent)
            total = total + product
        return total

    def value(self, at: Mapping[str, object]) -> Fraction | float:
        """The number this is at the given symbols.

        `at` maps names to numbers, and names of families and uninterpreted functions to callables.
        Raises KeyError with the name of a symbol that is missing. Exact (`Fraction`) except below `log`
        and non-integer powers."""
        total: Fraction | float = Fraction(0)
        for monomial, coefficient in self.terms.items():
            product: Fraction | float = coefficient
            for atom, exponent in monomial:
                product = product * _number(atom, at) ** exponent
            total = total + product
        return total

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        parts = []
        for monomial, value in sorted(self.terms.items(), key=_reading_order):
            parts.append(_term(monomial, abs(value), "-" if value < 0 else "+"))
        text = " ".join(parts)
        return text[2:] if text.startswith("+ ") else "-" + text[2:]

    __repr__ = __str__


# -- building ----------------------------------------------------------------------------------------------------


def const(value: Number) -> Size:
    """A number as a size."""
    return Size({(): Fraction(value)} if value else {})


ZERO = const(0)
ONE = const(1)


def lift(value: Size | Number) -> Size:
    """A size as it is, a number as a size."""
    return value if isinstance(value, Size) else const(value)


def _atom(atom: Atom) -> Size:
    return Size({((atom, 1),): Fraction(1)})


def sym(name: str) -> Size:
    """The symbol `name`."""
    return _atom(Sym(name))


def indexed(name: str, *indices: Size | int) -> Size:
    """The member of family `name` at `indices`."""
    return _atom(Indexed(name, tuple(map(lift, indices))))


def apply(function: str, *args: Size | Number) -> Size:
    """A function of sizes, simplified where the answer is a number or an argument."""
    sizes = tuple(map(lift, args))
    simplify = _SIMPLIFY.get(function)
    return simplify(sizes) if simplify else _atom(Apply(function, sizes))


def floor(value: Size) -> Size:
    """The largest integer not above `value`; symbols count as integers."""
    whole, rest = _whole_part(value)
    if (number := rest.constant()) is not None:
        return whole + math.floor(number)
    return whole + _atom(Apply("floor", (rest,)))


def ceil(value: Size) -> Size:
    """The smallest integer not below `value`; symbols count as integers."""
    whole, rest = _whole_part(value)
    if (number := rest.constant()) is not None:
        return whole + math.ceil(number)
    return whole + _atom(Apply("ceil", (rest,)))


def maximum(*args: Size | Number) -> Size:
    """The largest of the arguments."""
    return _extreme("max", tuple(map(lift, args)))


def minimum(*args: Size | Number) -> Size:
    """The smallest of the arguments."""
    return _extreme("min", tuple(map(lift, args)))


def power(base: Size | Number, exponent: Size | Number) -> Size:
    """`base ^ exponent`: exact for integer exponents; number^(c*n + d) is normalised to (number^c)^n * number^d."""
    base, exponent = lift(base), lift(exponent)
    number = exponent.constant()
    if number is not None and number.denominator == 1:
        return raised(base, int(number))
    root = base.constant()
    if root == 1:
        return ONE
    shift = exponent.terms.get((), Fraction(0))
    if root is not None and root > 0 and shift and shift.denominator == 1:
        return power(base, exponent - shift) * const(root ** int(shift))
    if root is not None and root > 0 and len(exponent.terms) > 1:
        result = ONE
        for monomial, value in exponent.terms.items():
            result = result * power(base, Size({monomial: value}))
        return result
    if root is not None and root > 0 and len(exponent.terms) == 1:
        ((monomial, value),) = exponent.terms.items()
        if value.denominator == 1 and value != 1:
            return _atom(Apply("pow", (const(root ** int(value)), Size({monomial: Fraction(1)}))))
    return _atom(Apply("pow", (base, exponent)))


def raised(base: Size, exponent: int) -> Size:
    """`base` to an integer power, negative ones by exact division."""
    return base**exponent if exponent >= 0 else ONE / base**-exponent


def big(operator: str, index: str, low: Size | int, high: Size | int, body: Size | int) -> Size:
    """A formal `sum`, `prod`, `max` or `min`; the index gets a canonical name so that equal sums are equal."""
    low, high, body = lift(low), lift(high), lift(body)
    if operator == "sum" and not body:
        return ZERO
    canonical = f"_{_depth(body)}"
    if canonical != index:
        body = body.replace({index: sym(canonical)})
    return _atom(Big(operator, canonical, low, high, body))


def given(condition: Size) -> Size:
    """1 where `condition >= 0`, else 0."""
    number = condition.constant()
    return _atom(Given(condition)) if number is None else (ONE if number >= 0 else ZERO)


# -- inside ------------------------------------------------------------------------------------------------------


def _bracket(size: Size) -> str:
    text = str(size)
    return text if text.isalnum() else f"({text})"


def _times(left: Monomial, right: Monomial) -> Monomial:
    if not left:
        return right
    if not right:
        return left
    exponents = dict(left)
    for atom, exponent in right:
        exponents[atom] = exponents.get(atom, 0) + exponent
    return tuple(sorted(((a, e) for a, e in exponents.items() if e), key=_atom_order))


def _atom_order(pair: tuple[Atom, int]) -> tuple[str, int]:
    return str(pair[0]), pair[1]


def _proportion(left: Size, right: Size) -> Fraction | None:
    """The number c with left = c * right, if there is one."""
    if left.terms.keys() != right.terms.keys() or not right.terms:
        return None
    ratios = {left.terms[m] / right.terms[m] for m in right.terms}
    return ratios.pop() if len(ratios) == 1 else None


def _free(atom: Atom) -> Iterator[str]:
    match atom:
        case Sym(name):
            yield name
        case Indexed(name, indices):
            yield name
            for size in indices:
                yield from size.free
        case Apply(function, args):
            if function not in _SIMPLIFY:
                yield function
            for size in args:
                yield from size.free
        case Big(_, index, low, high, body):
            yield from low.free
            yield from high.free
            yield from body.free - {index}
        case Given(condition):
            yield from condition.free


def _depth(size: Size) -> int:
    """How many bound indices are nested inside (names of bound indices are `_0`, `_1`, … from the inside out)."""
    return max((_atom_depth(atom) for atom in size.atoms()), default=0)


def _atom_depth(atom: Atom) -> int:
    match atom:
        case Sym():
            return 0
        case Indexed(_, sizes) | Apply(_, sizes):
            return max(map(_depth, sizes), default=0)
        case Big(_, _, low, high, body):
            return max(_depth(low), _depth(high), 1 + _depth(body))
        case Given(condition):
            return _depth(condition)


def _replaced(atom: Atom, values: Mapping[str, Size]) -> Size:
    match atom:
        case Sym(name):
            return values.get(name) or (ZERO if name in values else _atom(atom))
        case Indexed(name, indices):
            return indexed(name, *(size.replace(values) for size in indices))
        case Apply(function, args):
            return apply(function, *(size.replace(values) for size in args))
        case Big(operator, index, low, high, body):
            inner = {name: value for name, value in values.items() if name != index}
            fresh = f"_bound{1 + max([_depth(v) for v in inner.values()] + [_depth(body)])}"
            body = body.replace({index: sym(fresh)}).replace(inner)
            return big(operator, fresh, low.replace(values), high.replace(values), body)
        case Given(condition):
            return given(condition.replace(values))


def _whole_part(value: Size) -> tuple[Size, Size]:
    """Split into terms that are integers for sure and the rest."""
    whole: dict[Monomial, Fraction] = {}
    rest: dict[Monomial, Fraction] = {}
    for monomial, coefficient in value.terms.items():
        integral = coefficient.denominator == 1 and all(e > 0 and _is_whole(a) for a, e in monomial)
        (whole if integral else rest)[monomial] = coefficient
    fraction = rest.get((), None)
    if fraction is not None and math.floor(fraction):
        whole[()] = whole.get((), Fraction(0)) + math.floor(fraction)
        rest[()] = fraction - math.floor(fraction)
    return Size(whole), Size(rest)


def _is_whole(atom: Atom) -> bool:
    """Whether an atom is an integer wherever its parts are: every symbol stands for an integer, a probability is
    never below a floor."""
    match atom:
        case Sym() | Indexed() | Given():
            return True
        case Apply(function, args):
            if function in ("floor", "ceil", "mod"):
                return True
            return function in ("min", "max", "abs") and all(is_whole(a) for a in args)
        case Big(_, _, _, _, body):
            return is_whole(body)


def is_whole(size: Size) -> bool:
    """Whether the size is an integer for sure when its symbols are."""
    return not _whole_part(size)[1].terms


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
    return _atom(Apply(name, tuple(sorted(kept, key=str))))


def _single(size: Size) -> Atom | None:
    """The atom that this size consists of."""
    if len(size.terms) == 1:
        ((monomial, value),) = size.terms.items()
        if value == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            return monomial[0][0]
    return None


def _log(args: tuple[Size, ...]) -> Size:
    (size,) = args
    return ZERO if size == 1 else _atom(Apply("log", args))


def _mod(args: tuple[Size, ...]) -> Size:
    left, right = args
    a, b = left.constant(), right.constant()
    if a is not None and b is not None and b:
        return const(a - b * math.floor(a / b))
    return _atom(Apply("mod", args))


def _abs(args: tuple[Size, ...]) -> Size:
    number = args[0].constant()
    return _atom(Apply("abs", args)) if number is None else const(abs(number))


_SIMPLIFY: dict[str, Callable[[tuple[Size, ...]], Size]] = {
    "floor": lambda args: floor(args[0]),
    "ceil": lambda args: ceil(args[0]),
    "min": lambda args: _extreme("min", args),
    "max": lambda args: _extreme("max", args),
    "pow": lambda args: power(args[0], args[1]),
    "log": _log,
    "mod": _mod,
    "abs": _abs,
}


def _number(atom: Atom, at: Mapping[str, object]) -> Fraction | float:
    match atom:
        case Sym(name):
            return _rational(at[name])
        case Indexed(name, indices):
            return _rational(_callable(at[name])(*(_plain(size.value(at)) for size in indices)))
        case Apply(function, args):
            values = [size.value(at) for size in args]
            known = _VALUE.get(function)
            return known(*values) if known else _rational(_callable(at[function])(*map(_plain, values)))
        case Big(operator, index, low, high, body):
            return _folded(operator, index, range(math.ceil(low.value(at)), math.floor(high.value(at)) + 1), body, at)
        case Given(condition):
            return Fraction(int(condition.value(at) >= 0))


def _folded(operator: str, index: str, values: Iterable[int], body: Size, at: Mapping[str, object]) -> Fraction | float:
    inner = dict(at)
    numbers = []
    for i in values:
        inner[index] = i
        numbers.append(body.value(inner))
    return _FOLD[operator](numbers)


_FOLD: dict[str, Callable[[list[Fraction | float]], Fraction | float]] = {
    "sum": lambda numbers: sum(numbers, Fraction(0)),
    "prod": lambda numbers: math.prod(numbers, start=Fraction(1)),
    "max": lambda numbers: max(numbers, default=Fraction(0)),
    "min": lambda numbers: min(numbers, default=Fraction(0)),
}


def _callable(value: object) -> Callable[..., object]:
    if not callable(value):
        raise KeyError(value)
    return value


def _rational(value: object) -> Fraction | float:
    if isinstance(value, float | Fraction):
        return value
    if isinstance(value, int):
        return Fraction(value)
    raise KeyError(value)


def _plain(value: Fraction | float) -> int | Fraction | float:
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value


def _pow_value(base: Fraction | float, exponent: Fraction | float) -> Fraction | float:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        raised: Fraction | float = base ** int(exponent)
        return raised
    root: float = float(base) ** float(exponent)
    return root


_VALUE: dict[str, Callable[..., Fraction | float]] = {
    "floor": lambda x: Fraction(math.floor(x)),
    "ceil": lambda x: Fraction(math.ceil(x)),
    "min": min,
    "max": max,
    "pow": _pow_value,
    "log": lambda x: math.log(x),
    "mod": lambda a, b: a - b * math.floor(a / b),
    "abs": abs,
}


def _reading_order(pair: tuple[Monomial, Fraction]) -> tuple[int, str]:
    monomial = pair[0]
    return -sum(e for _, e in monomial), "*".join(f"{a}^{e}" for a, e in monomial)


def _term(monomial: Monomial, value: Fraction, sign: str) -> str:
    above = [_factor(a, e) for a, e in monomial if e > 0]
    below = [_factor(a, -e) for a, e in monomial if e < 0]
    if value.numerator != 1 or not above:
        above.insert(0, str(value.numerator))
    if value.denominator != 1:
        below.insert(0, str(value.denominator))
    text = "*".join(above)
    if below:
        text += "/" + (below[0] if len(below) == 1 else f"({'*'.join(below)})")
    return f"{sign} {text}"


def _factor(atom: Atom, exponent: int) -> str:
    text = str(atom)
    if isinstance(atom, Apply) and atom.function == "pow" and exponent != 1:
        text = f"({text})"
    return text if exponent == 1 else f"{text}^{exponent}"
