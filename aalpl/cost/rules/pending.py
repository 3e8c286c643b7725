"""What has happened since a location, and whose names it is said in."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from aalpl.cost.form.nodes import All, Any, Condition, Form, Havoc, Holds
from aalpl.cost.form.steps import conditioned, every, sizes, writes
from aalpl.cost.rules.nodes import END, Jump
from aalpl.program.size import ZERO, Size, sym


@attrs.define
class Pending:
    """What has happened since a location, over the variables there."""

    source: str
    values: dict[str, Size] = attrs.field(factory=dict)
    guard: list[Size] = attrs.field(factory=list)
    cost: Size = ZERO
    also: list[Jump] = attrs.field(factory=list)
    calls: list[tuple[str, tuple[tuple[str, Size], ...]]] = attrs.field(factory=list)
    comments: list[str] = attrs.field(factory=list)
    line: int = 0

    def at(self, size: Size) -> Size:
        """A size over the variables at the location."""
        return size.replace(self.values)

    @property
    def idle(self) -> bool:
        """Whether nothing has happened."""
        return not (self.values or self.guard or self.cost or self.calls or self.also)


@attrs.define
class Frame:
    """An activation: what its variables are called, where it returns to, and how often its hypotheses still allow.

    `shared` holds how often the function reads each name: a name that is read once is read by its own test alone."""

    function: str
    names: dict[str, Size]
    exit: str
    form: Form
    counters: dict[str, str] = attrs.field(factory=dict)
    havocs: dict[str, Havoc] = attrs.field(factory=dict)
    reads: dict[str, int] = attrs.field(factory=dict)

    def name(self, name: str) -> str:
        """What the system calls a variable of the function."""
        return str(self.names[name]) if name in self.names else name

    def size(self, size: Size) -> Size:
        """A size of the function in the names of the system."""
        return size.replace(self.names) if self.names else size

    def condition(self, of: Condition) -> Condition:
        """A condition of the function in the names of the system."""
        return conditioned(of, self.size) if self.names else of


def frame(form: Form, prefix: str, exit_: str = END) -> Frame:
    """An activation of a function; its own names get a prefix, those of the program stay."""
    own = (*form.entry, *opened(form), *form.results, *written(form)) if prefix else ()
    reads: dict[str, int] = {}
    for step in every(form.body):
        for name in (name for size in sizes(step) for name in size.free):
            reads[name] = reads.get(name, 0) + 1
    return Frame(form.function, {name: sym(prefix + name) for name in own}, exit_, form, reads=reads)


def written(form: Form) -> tuple[str, ...]:
    """The integer variables that the steps of a form assign."""
    steps = (*form.opening, *form.body)
    keys = (key for step in every(steps) for key, _ in writes(step))
    return tuple(dict.fromkeys(name for name, is_array in keys if not is_array))


def opened(form: Form) -> tuple[str, ...]:
    """The variables that are set where the function is analysed itself, and handed over where it is called."""
    keys = (key for step in every(form.opening) for key, _ in writes(step))
    return tuple(dict.fromkeys(name for name, is_array in keys if not is_array))


def ways(condition: Condition) -> list[tuple[Size, ...]]:
    """The ways in which a condition may hold, each a conjunction."""
    match condition:
        case Holds(size):
            number = size.constant()
            return [(size,)] if number is None else ([()] if number >= 0 else [])
        case All(parts):
            found: list[tuple[Size, ...]] = [()]
            for part in parts:
                found = [(*left, *right) for left in found for right in ways(part)]
            return found
        case Any(parts):
            return [way for part in parts for way in ways(part)]


def whole(names: Iterable[str]) -> list[Size]:
    """That lengths are not negative."""
    return [sym(name) for name in names if name.rpartition(".")[2].startswith(("len(", "total("))]


def line_of(comment: str) -> int:
    """The line that a comment begins with, as in `14.2: while`."""
    number = comment.partition(":")[0].partition(".")[0]
    return int(number) if number.isdecimal() else 0
