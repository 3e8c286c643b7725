"""What a file declares, by name, before any of it has a meaning."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from aalpl.program import nodes as p
from aalpl.program.types import Type
from aalpl.report import Source
from aalpl.tree import nodes as t

Callable = t.Llm | t.Measure | t.Oracle | t.Def


@attrs.define(eq=False)
class Signature:
    """What can be called, and what is known of it so far.

    `result` is None until the body of a function without a written result has been read. `broken` where its header is
    in error: then nothing is held against its uses."""

    kind: str  # "llm" | "measure" | "oracle" | "def"
    name: str
    node: Callable
    module: Module
    program_name: str
    params: tuple[p.Param, ...] = ()
    result: Type | None = None
    family: p.Family | None = None
    transcript: bool = False
    bindings: tuple[p.Binding, ...] = ()
    constraints: tuple[p.Constraint, ...] = ()
    requires: tuple[p.Relation, ...] = ()
    broken: bool = False
    state: str = "new"  # "new" | "busy" | "done"


@attrs.define(eq=False)
class Module:
    """A file with what it declares. `name` is empty for the file that is checked; library modules are `library`."""

    name: str
    source: Source
    file: t.File
    library: bool = False
    sizes: dict[str, p.SizeDeclaration] = attrs.Factory(dict)
    callables: dict[str, Signature] = attrs.Factory(dict)
    types: dict[str, t.TypeDeclaration] = attrs.Factory(dict)
    resolved: dict[str, Type] = attrs.Factory(dict)
    models: dict[str, t.Model] = attrs.Factory(dict)
    costmodels: dict[str, t.CostModel] = attrs.Factory(dict)
    uses: list[Module] = attrs.Factory(list)

    def reach(self) -> Iterator[Module]:
        """This module and the ones it uses."""
        yield self
        yield from self.uses

    def symbol(self, name: str) -> str:
        """The name in the program of a size declared here: those of the library are its own."""
        return f"{self.name}.{name}" if self.library else name

    def size(self, name: str) -> p.SizeDeclaration | None:
        """The declared size, constant or probability `name`."""
        return next((m.sizes[name] for m in self.reach() if name in m.sizes), None)

    def items(self, kind: type[t.Item]) -> Iterator[t.Item]:
        """The items of one kind, in the order written."""
        return (item for item in self.file.items if isinstance(item, kind))
