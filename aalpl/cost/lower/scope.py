"""What the lowering of one function knows while it goes through the statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import attrs

from aalpl.cost.form.nodes import Beyond, Fill, Havoc, Set, Step, Steps
from aalpl.cost.lower.components import Component, Known, components, read
from aalpl.cost.lower.shapes import Opaque, Shape, fitted
from aalpl.cost.sizes.rewrite import reads
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import Size, indexed, sym
from aalpl.report import Span


@attrs.frozen
class Learned:
    """What an earlier lowering of the same function found out.

    `known` are variables and arrays that never change; `varying` are those that do (None: nothing is known yet)."""

    known: Known = attrs.field(factory=dict)
    varying: frozenset[str] | None = None

    def stable(self, size: Size, *also: str) -> bool:
        """Whether the size says the same everywhere in the function (but for the symbols `also`)."""
        return self.varying is not None and not (size.free - set(also)) & self.varying


@attrs.frozen
class Sharing:
    """Models that read conversations in a function: those of which is `known` how much is shared with the call before,
    and those of which it is open; and the transcripts."""

    known: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    transcripts: frozenset[str] = frozenset()


@attrs.define
class Scope:
    """The function, what it was handed, and the steps made so far."""

    program: p.Program
    function: p.Function
    handed: Mapping[str, str]
    learned: Learned
    special: Callable[[str, Mapping[str, str]], str]
    types: dict[str, ty.Type] = attrs.field(factory=dict)
    aliases: dict[str, str] = attrs.field(factory=dict)
    steps: list[Step] = attrs.field(factory=list)
    numbers: int = 0
    folds: int = 0
    branches: list[Branches] = attrs.field(factory=list)
    laws: dict[tuple[str, str], ty.Law] = attrs.field(
        factory=dict
    )  # of a fresh answer: (oracle, variable) -> law
    sharing: Sharing = Sharing()
    remembers: bool = False  # what oracles say of texts (`remembered`)

    def emit(self, step: Step) -> None:
        """Adds a step."""
        self.steps.append(step)

    @contextmanager
    def inside(self) -> Iterator[list[Step]]:
        """Steps made inside are collected apart."""
        outer, self.steps = self.steps, []
        try:
            yield self.steps
        finally:
            self.steps = outer

    @contextmanager
    def deeper(self, *, loop: bool = False) -> Iterator[None]:
        """Inside is a branch of an `if` or the body of a loop."""
        outer = self.branches[-1] if self.branches else Branches("")
        outer.depth += 1
        outer.loops += loop
        if loop:
            self.laws.clear()
        yield
        self.laws.clear()
        outer.depth -= 1
        outer.loops -= loop

    def forget(self, variable: str) -> None:
        """The variable is assigned: what was said of its last answer is no longer about it."""
        for key in [key for key in self.laws if key[1] == variable]:
            del self.laws[key]

    def copied(self, source: str, target: str) -> None:
        """The variable is a copy: what was said of the answer holds of it as well."""
        mine = {oracle: law for (oracle, variable), law in self.laws.items() if variable == source}
        self.laws.update({(oracle, target): law for oracle, law in mine.items()})

    def law(self, oracle: str, variable: str) -> ty.Law | None:
        """How an oracle's word on an answer is drawn, if this is the first time that it or a copy is asked about."""
        law = self.laws.pop((oracle, variable), None)
        for key in [key for key, each in self.laws.items() if each is law]:
            del self.laws[key]
        return law

    def fresh(self, what: str) -> str:
        """A name that nothing else has."""
        self.numbers += 1
        return f"%{what}{self.numbers}"

    def opaque(self, low: Size | None, high: Size | None, span: Span) -> Size:
        """A number that integers cannot tell, decided anew."""
        if self.folds:
            raise Opaque
        name = self.fresh("opaque")
        self.emit(Havoc(name, low, high, "opaque", f"{span.line}:{name[7:]}", span=span))
        return sym(name)

    def beyond(self, reason: str, span: Span) -> None:
        """From here on costs are unknown."""
        self.emit(Beyond(reason, span=span))

    def kept(self, sizes: Mapping[str, Size], span: Span) -> dict[str, Size]:
        """Names that go on meaning what sizes mean now, whatever is assigned afterwards."""
        names = {name: self.fresh("had") for name, value in sizes.items() if value.constant() is None}
        if names:
            self.emit(Set(tuple((new, sizes[name]) for name, new in names.items()), span=span))
        return {name: sym(names[name]) if name in names else value for name, value in sizes.items()}

    # -- variables -------------------------------------------------------------------------------------------------

    def read(self, name: str, type_: ty.Type) -> Shape:
        """The shape of a variable."""
        return read(name, type_, self.learned.known)

    def write(self, path: str, shape: Shape, span: Span, type_: ty.Type | None = None) -> None:
        """Assigns a shape to a variable: its numbers at once, its arrays over the state before."""
        wanted = type_ or self.types.get(path)
        parts = components(path, shape if wanted is None else fitted(shape, wanted))
        self.assign(parts, span)

    def assign(self, parts: list[Component], span: Span) -> None:
        """Assigns variables and arrays as if at once."""
        plain = tuple((c.name, c.value) for c in parts if not c.indices)
        lists = [c for c in parts if c.indices]
        arrays = {(c.name, True) for c in lists}
        if any((arrays - {(c.name, True)}) & reads(c.value) for c in lists):
            lists = self._set_aside(lists, span)
        aside = {name: self.fresh("new") for name, value in plain if arrays & reads(value)}
        if aside:
            self.emit(Set(tuple((aside[name], value) for name, value in plain if name in aside), span=span))
            plain = tuple((name, sym(aside[name]) if name in aside else value) for name, value in plain)
        for c in lists:
            self.emit(filled(c, span))
        if plain:
            self.emit(Set(plain, span=span))

    def _set_aside(self, lists: list[Component], span: Span) -> list[Component]:
        kept = []
        for c in lists:
            name = self.fresh("new")
            self.emit(filled(attrs.evolve(c, name=name), span))
            kept.append(attrs.evolve(c, value=indexed(name, *map(sym, c.indices))))
        return kept


def filled(c: Component, span: Span) -> Fill:
    """The fill that gives an array its values."""
    return Fill(c.name, c.indices[0], c.value, c.indices[1:], span=span)


@attrs.frozen
class Contribution:
    """An assignment to an outer list inside a `parallel`: the variables that remember the index and the element.

    `done` is 1 where the branch came by, None where every branch does; `own` says that the index is the branch's."""

    at: str
    new: str
    type: ty.Type
    done: str | None
    own: bool
    span: Span = attrs.field(kw_only=True, eq=False, repr=False)


@attrs.define
class Branches:
    """A `parallel` that is being lowered: its index, how deep in its body we are, what it assigns to outer lists."""

    index: str
    depth: int = 0
    loops: int = 0
    found: dict[str, list[Contribution]] = attrs.field(factory=dict)


def block(scope: Scope, lower: Callable[[Scope, p.Block], None], of: p.Block) -> Steps:
    """The steps of a block."""
    with scope.inside() as steps:
        lower(scope, of)
    return tuple(steps)


__all__ = ["Branches", "Contribution", "Learned", "Scope", "block", "filled"]
