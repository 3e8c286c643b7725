"""The state of lowering one function: the statements so far, its variables, and where we are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from aalpl.check import walk
from aalpl.check.flow import Flow
from aalpl.check.kinds import UNKNOWN, join, kind, spoken
from aalpl.check.module import Module
from aalpl.check.problems import Origin, Problems
from aalpl.check.sizes import Sizes
from aalpl.program import nodes as p
from aalpl.program import size as s
from aalpl.program.types import Int, ListOf, Text, Type
from aalpl.report import Label, Span

if TYPE_CHECKING:
    from aalpl.check.checker import Checker


@attrs.define(eq=False)
class Branch:
    """A `parallel` body: the variables from outside, the transcript it forks, and whether it added to it."""

    outer: frozenset[str]
    transcript: str | None
    appended: bool = False


@attrs.define(eq=False)
class Body:
    """One function on its way from tree to program.

    `types` are the kinds of the variables over the whole function. They are found by lowering the body again until
    they no longer change; `flow` says what is known at this point."""

    checker: Checker
    problems: Problems
    module: Module
    name: str
    what: str  # "llm" | "oracle" | "measure" | "def" | "main" | "simulate"
    params: dict[str, p.Param]
    assigns: frozenset[str]  # every variable that the function binds somewhere
    pops: bool  # whether `pop` occurs at all
    result: Type | None
    flow: Flow
    types: dict[str, Type] = attrs.Factory(dict)
    block: list[p.Statement] = attrs.Factory(list)
    first: dict[str, Span] = attrs.Factory(dict)  # where each variable is first assigned in the text
    expected: Type | None = None  # what a pass before has found the function to return
    written: Span | None = None  # where the result's type is written
    asked: set[str] = attrs.Factory(set)  # functions whose result was asked for
    places: dict[int, int] = attrs.Factory(dict)
    supposed: dict[str, Type] = attrs.Factory(dict)  # what was read of `types` on the way
    temporaries: int = 0
    transcript: str | None = None
    branches: list[Branch] = attrs.Factory(list)
    loops: dict[str, Span] = attrs.Factory(dict)  # indices of the loops around
    later: list[set[str]] = attrs.Factory(list)  # variables that the loops around assign
    bound: dict[str, Span] = attrs.Factory(dict)  # what this statement has rebound
    born: dict[str, Span] = attrs.Factory(dict)  # where a variable got its first value
    answers: dict[str, Label] = attrs.Factory(dict)  # where what answered into a temporary is declared
    sources: dict[str, set[Origin]] = attrs.Factory(dict)
    learned: dict[str, tuple[dict[str, Type], dict[str, Type]]] = attrs.Factory(dict)
    returned: Type | None = None
    aliases: dict[str, p.Expr] = attrs.Factory(dict)  # indices of folds, by the name written
    read: set[str] = attrs.Factory(set)
    gone: dict[str, Span] = attrs.Factory(dict)  # variables of loops that have ended
    unassigned: set[str] = attrs.Factory(set)

    # -- statements ----------------------------------------------------------------------------------------------

    def emit(self, statement: p.Statement) -> None:
        """Adds a statement to the block being built."""
        self.block.append(statement)

    def place(self, span: Span) -> str:
        """A place of its own for a request, branch or loop."""
        line = span.line
        self.places[line] = count = self.places.get(line, 0) + 1
        prefix = f"{self.module.name}:" if self.module.name else ""
        return f"{prefix}{line}" if count == 1 else f"{prefix}{line}.{count}"

    @contextmanager
    def inside(self) -> Iterator[list[p.Statement]]:
        """Builds a block of its own."""
        outer, self.block = self.block, []
        try:
            yield self.block
        finally:
            self.block = outer

    # -- variables -----------------------------------------------------------------------------------------------

    def temporary(self, hint: str = "") -> str:
        """A variable that the user never wrote."""
        self.temporaries += 1
        return f"{hint}%{self.temporaries}"

    def keep(self, value: p.Expr, hint: str = "") -> p.Variable:
        """The value in a temporary."""
        name = self.temporary(hint)
        self.emit(p.Let(name, value, span=value.span))
        self.sources[name] = {(self.name, each) for each in walk.variables(value)}
        self.types[name] = kind(value.type)
        return p.Variable(name, value.type, span=value.span)

    def bind(self, name: str, of: Type, span: Span, value: p.Expr | None = None) -> None:
        """Notes that a variable now holds a value of this type."""
        flat = kind(of)
        self.born.setdefault(name, span)
        if value is not None:
            origins = {(self.name, each) for each in walk.variables(value)}
            self.sources.setdefault(name, set()).update(origins - {(self.name, name)})
        before = self.types.get(name)
        both = flat if before is None else join(before, flat)
        self.flow.assigned.add(name)
        self.flow.unsure.discard(name)
        if both is None:  # what it was stays what it is, so that the next pass finds this again
            self._changed(name, before or UNKNOWN, flat, span)
            self.flow.types[name] = UNKNOWN
            return
        self.types[name] = both
        self.flow.types[name] = flat if join(flat, both) == both else both

    def _changed(self, name: str, before: Type, after: Type, span: Span) -> None:
        self.problems.error(
            "changed-type",
            f"`{name}` becomes {spoken(after)}, and was {spoken(before)}",
            span,
            f"{spoken(after)}",
            others=(Label(self.born[name], f"{spoken(before)} since here"),),
            hint="give the new value a name of its own",
            blame=self.closure({(self.name, name)}),
        )

    def type_of(self, name: str) -> Type:
        """What a variable is here."""
        if name in self.params and name not in self.assigns:
            narrowed = self.flow.types.get(name)
            return self.params[name].type if narrowed is None else narrowed
        here = self.flow.types.get(name)
        if here is None:
            here = self.supposed[name] = self.types.get(name, UNKNOWN)
        return here

    def settled(self) -> bool:
        """Whether everything that was supposed of a variable is still so at the end."""
        return all(self.types.get(name, UNKNOWN) == type for name, type in self.supposed.items())

    # -- blame ---------------------------------------------------------------------------------------------------

    def origins(self, *values: p.Expr) -> set[Origin]:
        """What the types of these values come from."""
        return self.closure({(self.name, name) for value in values for name in walk.variables(value)})

    def closure(self, origins: Iterable[Origin]) -> set[Origin]:
        """The origins, and what those come from."""
        found: set[Origin] = set()
        todo = list(origins)
        while todo:
            each = todo.pop()
            if each not in found:
                found.add(each)
                if each[0] == self.name:
                    todo.extend(self.sources.get(each[1], ()))
        return found

    def seen_at(self, value: p.Expr) -> tuple[Label, ...]:
        """Where the variable that an expression is, or the parameter, got its type."""
        if isinstance(value, p.Variable) and value.name in self.answers:
            return (self.answers[value.name],)
        if isinstance(value, p.Variable) and "%" not in value.name:
            if value.name in self.params and value.name not in self.born:
                return (Label(self.params[value.name].span, f"`{value.name}` is declared here"),)
            if value.name in self.born:
                return (Label(self.born[value.name], f"`{value.name}` got its value here"),)
        return ()

    # -- sizes ---------------------------------------------------------------------------------------------------

    def sizes(self) -> Sizes:
        """Reads the sizes in types written inside the function: declared ones, int variables and lengths."""
        local: dict[str, s.Size] = {}
        for name in self.flow.assigned:
            match self.type_of(name):
                case Int():
                    local[name] = s.sym(name)
                case Text() | ListOf():
                    local[f"len({name})"] = s.sym(f"len({name})")
                case _:
                    pass
        return Sizes(self.module, self.problems, local, used=self.checker.used)

    @contextmanager
    def alias(self, name: str, value: p.Expr) -> Iterator[None]:
        """Inside, the name means this value."""
        before = self.aliases.get(name)
        self.aliases[name] = value
        try:
            yield
        finally:
            del self.aliases[name]
            if before is not None:
                self.aliases[name] = before
