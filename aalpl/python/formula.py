"""A derived formula as a value: written, evaluated exactly, compiled to floats, handed to sympy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from aalpl.cost.words.summary import Names
from aalpl.program.nodes import Program
from aalpl.program.size import Size
from aalpl.program.size.atoms import KNOWN, Apply, Atom, Big, Given, Indexed
from aalpl.python.given import exact, known
from aalpl.run.known import values_of_sizes

Number = int | Fraction | float


@attrs.frozen(eq=False)
class Context:
    """What the names in the formulas of a function are: how they are written, in which order, with which values."""

    program: Program
    function: str
    names: Names

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The numbers given, and those that declarations give."""
        return values_of_sizes(self.program, {name: exact(value) for name, value in given.items()})

    def ordered(self, free: frozenset[str]) -> tuple[str, ...]:
        """Names as the program declares them, parameters after them, then what else there is."""
        params = [param.name for param in self.program.functions[self.function].params]
        first = [name for name in (*self.program.sizes, *params) if name in free]
        return tuple(dict.fromkeys([*first, *sorted(free)]))

    def speaks_of(self, name: str) -> bool:
        """Whether a number may be given for the name, even where a formula does not have it."""
        params = {param.name for param in self.program.functions[self.function].params}
        return name in params or known(self.program, name)


@attrs.frozen
class Formula:
    """One side of an answer. `size` is its exact form: a sum of products with rational coefficients."""

    size: Size = attrs.field(repr=str)
    _context: Context = attrs.field(repr=False, eq=False)

    def __str__(self) -> str:
        return self._context.names.plain(self.size)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The names in it, as the program declares them."""
        return self._context.ordered(frozenset(self.size.free))

    def at(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> Number:
        """Its exact value: an int or a Fraction, a float only where logarithms or roots are in it.

        A float means the decimals that it is written with (0.1 is 1/10); a family is a list from 0 on, or a function.
        Raises TypeError where a number is missing or means nothing."""
        given = {**(values or {}), **more}
        free = frozenset(self.size.free)
        for name in given:
            if name.partition("[")[0] not in free and not self._context.speaks_of(name.partition("[")[0]):
                raise TypeError(
                    f"`{name}` is no size of this program; the formula has {', '.join(self.symbols)}"
                )
        filled = self._context.values(given)
        missing = [f"`{name}`" for name in self.symbols if name not in filled]
        if missing:
            raise TypeError(f"{', '.join(missing)} {'has' if len(missing) == 1 else 'have'} no value")
        found = self.size.value({**filled, **_functions(self.size, filled)})
        return found.numerator if isinstance(found, Fraction) and found.denominator == 1 else found

    def compile(self, *order: str) -> Callable[..., float]:
        """A function from floats to a float, many times as fast as `at`: its parameters are `symbols`, or `order`.

        Where floats do not decide (a floor beside an integer, 0 times infinity), the exact value is taken."""
        from aalpl.python.compiled import compiled

        return compiled(self, order or self.symbols, self._context.values({}))

    def sympy(self) -> Any:
        """The same as a sympy expression; its symbols are positive integers."""
        from aalpl.cost.words.edges import sympy_of

        return sympy_of(self.size)

    def latex(self) -> str:
        """The same in LaTeX."""
        from aalpl.cost.words import spell
        from aalpl.cost.words.arrange import phrase

        return spell.latex(phrase(self.size, self._context.names.weights))

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


def _functions(size: Size, values: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Numbers given where a formula has a function or a family: the same for every index."""
    wanted = {name for atom in inside(size) if (name := called(atom)) and not callable(values.get(name))}
    return {name: _always(values[name]) for name in wanted if name in values}


def _always(value: Any) -> Callable[..., Any]:
    return lambda *indices: value


def called(atom: Atom) -> str | None:
    """The name that an atom calls: of a family, or of a function that is not ours."""
    match atom:
        case Indexed(name, _):
            return name
        case Apply(name, _) if name not in KNOWN:
            return name
        case _:
            return None


def inside(size: Size) -> list[Atom]:
    """The atoms of a size, at every depth."""
    found: list[Atom] = []
    for atom in size.atoms():
        found.append(atom)
        for part in parts(atom):
            found += inside(part)
    return found


def parts(atom: Atom) -> tuple[Size, ...]:
    """The sizes inside an atom."""
    match atom:
        case Indexed(_, sizes) | Apply(_, sizes):
            return sizes
        case Big(_, _, low, high, body):
            return (low, high, body)
        case Given(condition):
            return (condition,)
        case _:
            return ()
