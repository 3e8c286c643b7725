"""Pure expressions over abstract values. A condition that the facts leave open is raised, to be decided both ways."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

import attrs

from aalpl.cost.reliability.rivals.rows import element, length, updated
from aalpl.cost.reliability.values import (
    NOTHING,
    Fields,
    Items,
    Named,
    Refused,
    Rows,
    Value,
    Word,
    alike,
    tainted,
)
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.prove import Facts
from aalpl.program.size import ONE, ZERO, Size, apply, ceil, const, floor, power, sym

LONG = 4096
"""A list of more elements, or a fold of more terms, is not followed."""


class Open(Exception):
    """Whether `condition >= 0` is not known: both cases are to be looked at."""

    def __init__(self, condition: Size) -> None:
        super().__init__(condition)
        self.condition = condition


class Truth(Exception):
    """Which of these values is the right answer to a question is not known: each is to be looked at."""

    def __init__(self, question: Word, options: tuple[Value, ...]) -> None:
        super().__init__(question)
        self.question = question
        self.options = options


@attrs.frozen
class Place:
    """Where an expression stands: its variables, what sizes are, what is known."""

    env: dict[str, Value]
    sizes: Callable[[str, Size | None], Size]
    facts: Facts
    length: Callable[[Word], Size]

    # -- conditions ------------------------------------------------------------------------------------------------

    def decide(self, condition: Size) -> bool:
        """Whether `condition >= 0`."""
        number = condition.constant()
        if number is not None:
            return number >= 0
        if self.facts.proves(condition):
            return True
        if self.facts.proves_positive(-condition):
            return False
        if not self.facts.whole(condition):
            raise Refused("a condition on numbers that are no integers is not decided")
        raise Open(condition)

    def truth(self, of: p.Expr) -> bool:
        """A bool."""
        match of:
            case p.Not(value):
                return not self.truth(value)
            case p.And(parts):
                return all(self.truth(part) for part in parts)
            case p.Or(parts):
                return any(self.truth(part) for part in parts)
            case p.Compare(operator, left, right):
                return self._compared(operator, left, right)
            case p.Present(value):
                return self._present(value)
            case _:
                found = self.value(of)
                if not isinstance(found, bool):
                    raise Refused("a condition is decided by nobody knows whom")
                return found

    def _compared(self, operator: str, left: p.Expr, right: p.Expr) -> bool:
        a, b = self.value(left), self.value(right)
        if operator == "in":
            if not isinstance(b, Items):
                raise Refused("a list of unknown elements is looked through")
            return any(self.equal(a, each) for each in b.values)
        if operator in ("=", "!="):
            return self.equal(a, b) == (operator == "=")
        if not isinstance(a, Size) or not isinstance(b, Size):
            raise Refused("values are compared that are no numbers")
        match operator:
            case "<":
                return not self.decide(a - b)
            case ">":
                return not self.decide(b - a)
            case "<=":
                return self.decide(b - a)
            case _:
                return self.decide(a - b)

    def equal(self, a: Value, b: Value) -> bool:
        """Whether two values are equal."""
        if isinstance(a, str) != isinstance(b, str):
            a, b = (Named(v) if isinstance(v, str) else v for v in (a, b))
        found = alike(a, b)
        if found is not None:
            return found
        match a, b:
            case Size(), Size():
                return self.decide(a - b) and self.decide(b - a)
            case Items(ones), Items(others):
                return all(self.equal(x, y) for x, y in zip(ones, others, strict=True))
            case Fields(ones), Fields(others):
                return all(self.equal(x, y) for (_, x), (_, y) in zip(ones, others, strict=True))
            case _:
                return False

    def _present(self, of: p.Expr) -> bool:
        found = self.value(of)
        match found:
            case Items(values):
                return bool(values)
            case Rows():
                return self.decide(length(found) - 1)
            case Word() if isinstance(of.type, ty.Maybe):
                raise Refused("whether a call answers anything is decided by nobody knows whom")
            case Word() if isinstance(of.type, ty.ListOf):
                return self.decide(self.length(found) - 1)
            case _:
                return found != NOTHING

    # -- values ----------------------------------------------------------------------------------------------------

    def number(self, of: p.Expr) -> Size:
        """An int or a real."""
        found = self.value(of)
        if not isinstance(found, Size):
            raise Refused("a number is decided by nobody knows whom")
        return found

    def value(self, of: p.Expr) -> Value:
        """The value of an expression."""
        match of:
            case p.IntLiteral(number) | p.RealLiteral(number):
                return const(number)
            case p.BoolLiteral(truth):
                return truth
            case p.TextLiteral(text, type_):
                return Named(text) if isinstance(type_, ty.Choice) else Word("text", (text,))
            case p.NothingLiteral():
                return NOTHING
            case p.Variable(name):
                if name not in self.env:
                    raise Refused(f"`{name}` is read where it may have no value")
                return self.env[name]
            case p.SizeName(name, _, index):
                return self.sizes(name, None if index is None else self.number(index))
            case p.FunctionName(name):
                return self.env.get(name, Named(name))
            case p.Arithmetic(operator, left, right):
                return self._arithmetic(operator, self.number(left), self.number(right))
            case p.Negative(value):
                return -self.number(value)
            case p.Builtin(function, args):
                return self._builtin(function, args)
            case p.Compare() | p.Not() | p.And() | p.Or() | p.Present():
                return self.truth(of)
            case p.Otherwise(value, default):
                return self.value(value) if self._present(value) else self.value(default)
            case p.Conditional(test, left, right):
                return self.value(left if self.truth(test) else right)
            case p.LengthOf(value):
                return self._length(self.value(value))
            case p.Concat(parts, type_):
                return self._joined([self.value(part) for part in parts], type_)
            case p.Index(value, index):
                return self._element(self.value(value), self.number(index))
            case p.Slice(value, low, high):
                return self._piece(self.value(value), self.number(low), self.number(high))
            case p.Update(value, index, new):
                return self._updated(self.value(value), self.number(index), self.value(new))
            case p.Splice(value, low, high, new):
                return self._spliced(self.value(value), self.number(low), self.number(high), self.value(new))
            case p.ListLiteral(items):
                return Items(tuple(map(self.value, items)))
            case p.RecordLiteral(fields):
                return Fields(tuple((name, self.value(e)) for name, e in sorted(fields, key=lambda f: f[0])))
            case p.Field(value, name):
                return self._field(self.value(value), name)
            case p.WithField(value, name, new):
                record = self.value(value)
                if not isinstance(record, Fields):
                    raise Refused("a record is changed that a call has made")
                return record.put(name, self.value(new))
            case p.Reduce():
                return self._reduced(of)

    def _arithmetic(self, operator: str, a: Size, b: Size) -> Size:
        match operator:
            case "+":
                return a + b
            case "-":
                return a - b
            case "*":
                return a * b
            case "/" | "//" | "mod" if b.constant() == 0:
                raise Refused("a division by 0")
            case "/":
                return a / b
            case "//":
                return floor(a / b)
            case "mod":
                return apply("mod", a, b)
            case _:
                return power(a, b)

    def _builtin(self, function: str, args: tuple[p.Expr, ...]) -> Value:
        if function == "text":
            return Word("glued", tuple(map(self.value, args)), any(tainted(self.value(a)) for a in args))
        numbers = [self.number(arg) for arg in args]
        match function:
            case "floor":
                return floor(numbers[0])
            case "ceil":
                return ceil(numbers[0])
            case "abs":
                return numbers[0] if self.decide(numbers[0]) else -numbers[0]
            case "max" | "min":
                best = numbers[0]
                for number in numbers[1:]:
                    larger = self.decide(number - best)
                    best = number if larger == (function == "max") else best
                return best
            case _:
                return apply(function, *numbers)

    def _length(self, of: Value) -> Size:
        match of:
            case Items(values):
                return const(len(values))
            case Rows():
                return length(of)
            case Word():
                return self.length(of)
            case _:
                raise Refused("a length of what has none")

    def _joined(self, parts: list[Value], type_: ty.Type) -> Value:
        if all(isinstance(part, Items) for part in parts):
            joined = Items(tuple(v for part in parts if isinstance(part, Items) for v in part.values))
            if len(joined.values) > LONG:
                raise Refused("a list has too many elements to be followed")
            return joined
        parts = [part for part in parts if part not in (Word("text", ("",)), Items(()))]
        if isinstance(parts[0], Rows) and all(isinstance(part, Items) for part in parts[1:]):
            added = tuple(v for part in parts[1:] if isinstance(part, Items) for v in part.values)
            return attrs.evolve(parts[0], tail=(*parts[0].tail, *added))
        if any(isinstance(part, Rows) for part in parts):
            raise Refused("a list of many elements is joined to others")
        if len(parts) == 1:
            return parts[0]
        return Word("glued", tuple(parts), any(map(tainted, parts)))

    def _element(self, of: Value, index: Size) -> Value:
        match of:
            case Items(values):
                number = index.constant()
                if number is None:
                    raise Refused("an element of a list is chosen by a number that is not known")
                if not 0 <= number < len(values):
                    raise Refused("an index lies outside its list")
                return values[int(number)]
            case Rows():
                return element(of, index)
            case Word():
                return Word("part", (of, index), of.tainted)
            case _:
                raise Refused("an element of what has none")

    def _piece(self, of: Value, low: Size, high: Size) -> Value:
        match of:
            case Items(values):
                a, b = low.constant(), high.constant()
                if a is None or b is None:
                    raise Refused("a slice of a list has bounds that are not known")
                if not 0 <= a <= b <= len(values):
                    raise Refused("a slice lies outside its list")
                return Items(values[int(a) : int(b)])
            case Word():
                return Word("part", (of, low, high), of.tainted)
            case _:
                raise Refused("a slice of what has none")

    def _updated(self, of: Value, index: Size, new: Value) -> Value:
        number = index.constant()
        if isinstance(of, Rows):
            return updated(of, index, new, self.facts.proves)
        if isinstance(of, Items) and number is not None and 0 <= number < len(of.values):
            at = int(number)
            return Items((*of.values[:at], new, *of.values[at + 1 :]))
        raise Refused("an element of a list is changed whose number is not known")

    def _spliced(self, of: Value, low: Size, high: Size, new: Value) -> Value:
        a, b = low.constant(), high.constant()
        if isinstance(of, Items) and isinstance(new, Items) and a is not None and b is not None:
            return Items((*of.values[: int(a)], *new.values, *of.values[int(b) :]))
        return Word("glued", (of, low, high, new), tainted(of) or tainted(new))

    def _field(self, of: Value, name: str) -> Value:
        match of:
            case Fields():
                return of.get(name)
            case Word():
                return Word("part", (of, name), of.tainted)
            case _:
                raise Refused("a field of what has none")

    def _reduced(self, of: p.Reduce) -> Value:
        low, high = self.number(of.low).constant(), self.number(of.high).constant()
        if low is None or high is None or high - low > LONG:
            raise Refused(f"a `{of.operator}` over a range that is not known")
        found = []
        for i in range(int(low), int(high) + 1):
            inner = attrs.evolve(self, env={**self.env, of.index: const(i)})
            found.append(ONE if of.operator == "count" and inner.truth(of.body) else ZERO)
            if of.operator != "count":
                found[-1] = inner.number(of.body)
        total = ONE if of.operator == "prod" else ZERO
        for i, number in enumerate(found):
            match of.operator:
                case "sum" | "count":
                    total = total + number
                case "prod":
                    total = total * number
                case "max":
                    total = number if i == 0 or self.decide(number - total) else total
                case _:
                    total = number if i == 0 or self.decide(total - number) else total
        return total


def unknown(word: Word) -> Size:
    """The length of a word of which none is known: a name of its own."""
    return sym(f"len<{blake2b(repr(word).encode(), digest_size=6).hexdigest()}>")
