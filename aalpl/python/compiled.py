"""Formulas as generated functions on floats.

Products are written out, what several products share is worked out once, floors of quotients are integer divisions of
floats, which are exact. Wherever floats could decide wrongly (a logarithm beside an integer, a bracket beside 0), or
have no answer where the formula has one (0 times what is not defined), the generated code leaves and the exact value is
taken: so it is as right as floats can be, and fast where that is certain.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

import attrs

from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Monomial, Size, Sym

if TYPE_CHECKING:
    from aalpl.python.formula import Formula

NEAR = 1e-9
FILE = "<compiled formula>"


class Close(ArithmeticError):
    """Floats do not decide."""


def compiled(formula: Formula, order: Sequence[str], values: Mapping[str, Any]) -> Callable[..., float]:
    """The function; its parameters are the names of `order`, those that have a value already last."""
    free = formula.symbols
    if unknown := [name for name in free if name not in order]:
        raise TypeError(f"`{unknown[0]}` is in the formula and has no place among the parameters")
    order = sorted(order, key=lambda name: name in values)
    params = _identifiers(order)
    mark = "_"
    while any(param.startswith(mark) for param in params.values()):
        mark += "_"
    write = Writer({}, mark)
    head = []
    for name in free:
        write.names[name] = local = f"{mark}v{len(write.names)}"
        wrap = "family" if name in _called(formula.size) else "float"
        head.append(f"{local} = {mark}{wrap}({params[name]})")
    result = write.sum(formula.size)
    arguments = ", ".join(f"{params[n]}={mark}values[{n!r}]" if n in values else params[n] for n in order)
    given = ", ".join(f"{name!r}: {params[name]}" for name in order)
    body = [
        *head,
        *write.lines,
        f"{mark}found = {result}",
        f"if -{mark}inf < {mark}found < {mark}inf: return {mark}found",
    ]
    text = (
        f"def cost({arguments}):\n    try:\n"
        + "".join(f"        {line}\n" for line in body)
        + f"    except {mark}errors:\n        pass\n    return {mark}exact({{{given}}})\n"
    )
    space = {f"{mark}{name}": helper for name, helper in HELPERS.items()}
    space |= {f"{mark}values": values, f"{mark}exact": lambda at: _as_float(formula.at(at))}
    exec(compile(text, FILE, "exec"), space)
    made: Callable[..., float] = space["cost"]
    made.__doc__ = str(formula)
    return made


@attrs.define
class Writer:
    """Writes sizes as Python. `lines` work out what is used by `names`; `mark` begins every name of ours."""

    names: dict[str, str]
    mark: str
    lines: list[str] = attrs.field(factory=list)
    known: dict[Atom, str] = attrs.field(factory=dict)
    bound: dict[str, str] = attrs.field(factory=dict)

    def sum(self, size: Size) -> str:
        """A size as an expression."""
        text = self.whole(size)
        return text if size.under == 1 else f"({text}) / {_float(size.under)}"

    def whole(self, size: Size) -> str:
        """The same times its denominator."""
        return " + ".join(self.product(m, c) for m, c in size.whole.items()) or "0.0"

    def product(self, monomial: Monomial, coefficient: int) -> str:
        """A product: what is divided by at the end."""
        above = [self.power(atom, e) for atom, e in monomial if e > 0]
        below = [self.power(atom, -e) for atom, e in monomial if e < 0]
        if coefficient != 1 or not above:
            above.insert(0, _float(coefficient))
        return " * ".join(above) + (f" / ({' * '.join(below)})" if below else "")

    def power(self, atom: Atom, exponent: int) -> str:
        """A factor so often."""
        name = self.atom(atom)
        return " * ".join([name] * exponent) if exponent <= 3 else f"{name} ** {exponent}"

    def atom(self, atom: Atom) -> str:
        """The name of an atom; worked out before, where no index of a fold is in it."""
        if isinstance(atom, Sym):
            return self.bound.get(atom.name) or self.names[atom.name]
        if atom in self.known:
            return self.known[atom]
        free = Size({((atom, 1),): 1}).free
        if free & self.bound.keys():
            return f"({self.written(atom)})"
        outside, self.bound = self.bound, {}
        text = self.written(atom)
        self.bound = outside
        name = self.known[atom] = f"{self.mark}t{len(self.known)}"
        self.lines.append(f"{name} = {text}")
        return name

    def written(self, atom: Atom) -> str:
        """An atom that is no symbol."""
        m = self.mark
        match atom:
            case Sym(name):
                return self.names[name]
            case Indexed(name, sizes):
                return f"{self.names[name]}({', '.join(f'{m}integer({self.sum(s)})' for s in sizes)})"
            case Apply("floor" | "ceil" as function, (size,)):
                return self.rounded(function, size)
            case Apply("mod", (a, b)):
                return f"({self.sum(a)}) % ({self.sum(b)})"
            case Apply("pow" | "log" | "max" | "min" | "abs" | "binomial" as function, sizes):
                return f"{m}{function}({', '.join(map(self.sum, sizes))})"
            case Apply(name, sizes):
                return f"{self.names[name]}({', '.join(map(self.sum, sizes))})"
            case Big(operator, index, low, high, body):
                return self.folded(operator, index, low, high, body)
            case Given(condition):
                return self.given(condition)

    def rounded(self, function: str, size: Size) -> str:
        """A floor or a ceiling: of one quotient by exact division, else where it is not beside an integer."""
        plain = all(isinstance(atom, Sym) for atom in size.atoms())
        above, below = self.whole(size), _float(size.under)
        if plain and len(size.whole) == 1:
            ((monomial, coefficient),) = size.whole.items()
            above = self.product(tuple((a, e) for a, e in monomial if e > 0), coefficient)
            under = self.product(tuple((a, -e) for a, e in monomial if e < 0), size.under)
            return f"({above}) // ({under})" if function == "floor" else f"-(-({above}) // ({under}))"
        if plain and all(e > 0 for monomial in size.whole for _, e in monomial):
            return f"({above}) // {below}" if function == "floor" else f"-(-({above}) // {below})"
        return f"{self.mark}{function}({self.sum(size)})"

    def folded(self, operator: str, index: str, low: Size, high: Size, body: Size) -> str:
        """A sum, product or extreme over a range."""
        between = f"{self.mark}span({self.sum(low)}, {self.sum(high)})"
        before = self.bound
        self.bound = {**before, index: f"{self.mark}i{len(before)}"}
        text = f"({self.sum(body)} for {self.bound[index]} in {between})"
        self.bound = before
        return f"{self.mark}{operator}s({text})"

    def given(self, condition: Size) -> str:
        """1.0 where a size is not negative: compared as two sums where more than integers are in it."""
        if all(isinstance(a, Sym) and e > 0 for monomial in condition.whole for a, e in monomial):
            return f"1.0 if {self.whole(condition)} >= 0.0 else 0.0"
        left = " + ".join(self.product(m, c) for m, c in condition.whole.items() if c > 0) or "0.0"
        right = " + ".join(self.product(m, -c) for m, c in condition.whole.items() if c < 0) or "0.0"
        return f"{self.mark}atleast({left}, {right})"


def _called(size: Size) -> set[str]:
    from aalpl.python.formula import called, inside

    return {name for atom in inside(size) if (name := called(atom))}


def _float(value: int) -> str:
    return repr(float(value)) if value >= 0 else f"({float(value)!r})"


def _identifiers(names: Sequence[str]) -> dict[str, str]:
    """Names that Python takes: `T@9` as `T_9`."""
    found: dict[str, str] = {}
    for name in names:
        word = re.sub(r"\W", "_", name).strip("_") or "x"
        if iskeyword(word) or not word.isidentifier():
            word = f"x_{word}"
        while word in found.values():
            word += "_"
        found[name] = word
    return found


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


# -- what generated code calls -----------------------------------------------------------------------------------


def _beside(x: float) -> bool:
    return abs(x - round(x)) <= NEAR * max(1.0, abs(x))


def _floor(x: float) -> float:
    if _beside(x):
        raise Close
    return float(math.floor(x))


def _ceil(x: float) -> float:
    if _beside(x):
        raise Close
    return float(math.ceil(x))


def _span(low: float, high: float) -> Iterator[float]:
    for end in (low, high):
        if end != round(end) and _beside(end):
            raise Close
    return map(float, range(math.ceil(low), math.floor(high) + 1))


def _atleast(left: float, right: float) -> float:
    if abs(left - right) <= NEAR * max(1.0, abs(left), abs(right)):
        raise Close
    return 1.0 if left > right else 0.0


def _integer(x: float) -> int:
    if x != round(x):
        raise Close
    return int(x)


def _binomial(n: float, k: float) -> float:
    whole, part = int(n), int(k)
    return float(math.comb(whole, part)) if 0 <= part <= whole else float(part == 0)


def _family(found: Any) -> Callable[..., float]:
    if callable(found):
        return lambda *indices: float(found(*indices))
    if isinstance(found, list | tuple):
        return lambda i: float(found[i])
    return lambda *indices: float(found)


HELPERS: Mapping[str, Any] = {
    "inf": math.inf,
    "errors": (ArithmeticError, ValueError),
    "float": float,
    "floor": _floor,
    "ceil": _ceil,
    "span": _span,
    "atleast": _atleast,
    "integer": _integer,
    "binomial": _binomial,
    "family": _family,
    "pow": math.pow,
    "log": math.log,
    "abs": abs,
    "max": max,
    "min": min,
    "sums": sum,
    "prods": math.prod,
    "maxs": lambda values: max(values, default=0.0),
    "mins": lambda values: min(values, default=0.0),
}
