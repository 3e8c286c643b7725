"""What the lowering of one function knows: Python names of its variables, its own sizes, and the program's tables."""

from __future__ import annotations

import re
from typing import Any

import attrs

from aalpl.program.nodes import Function, Program
from aalpl.report.source import Span
from aalpl.run.faults import Complaint
from aalpl.run.lower.writer import Marks, Writer
from aalpl.run.sites import Site


@attrs.define
class Tables:
    """What the lowering of all functions of a program fills together."""

    program: Program
    observe: bool = False
    steer: bool = False  # whether an adversary is to be told which way is dearer
    marks: Marks = attrs.field(factory=Marks)
    sites: list[Site] = attrs.field(factory=list)
    complaints: list[Complaint] = attrs.field(factory=list)
    constants: dict[str, Any] = attrs.field(factory=dict)
    globals: dict[str, str] = attrs.field(factory=dict)  # Python name -> size or family of the program
    pure: frozenset[str] = frozenset()  # functions that ask for nothing
    preamble: list[str] = attrs.field(factory=list)  # lines of Python before all functions
    handed_over: tuple[str, ...] = ()  # primitives whose names are used as values
    straight: frozenset[str] = frozenset()  # functions that are not recursive
    direct: frozenset[str] = frozenset()  # bodies and simulations that ask nothing but oracles
    counted: list[Any] = attrs.field(factory=list)  # hypotheses with a probability or a count, by number

    def __attrs_post_init__(self) -> None:
        self.sites.append(None)  # type: ignore[arg-type]  # 0 is the number of a call

    def constant(self, value: Any) -> str:
        """The Python name of a value made when the program is lowered."""
        name = f"K{len(self.constants)}"
        self.constants[name] = value
        return name

    def complaint(self, code: str, title: str, span: Span, label: str = "", hint: str | None = None) -> int:
        """The number of a complaint."""
        self.complaints.append(Complaint(code, title, span, label, hint))
        return len(self.complaints) - 1

    def shared(self, name: str) -> str:
        """The Python name of a size or family of the whole run."""
        python = "g_" + identifier(name)
        self.globals[python] = name
        return python


@attrs.define
class Scope:
    """The lowering of one function."""

    tables: Tables
    function: Function
    writer: Writer
    sizes: dict[str, str]  # sizes bound by the activation -> Python names
    names: dict[str, str] = attrs.field(factory=dict)
    used: set[str] = attrs.field(factory=set)  # sizes and families of the run that it needs
    called: set[str] = attrs.field(factory=set)  # functions, primitives, oracles that it may use
    loops: tuple[str, ...] = ()  # Python expressions of the indices of the enclosing loops
    counters: set[str] = attrs.field(factory=set)  # `at most` counters of the activation
    outside: set[str] = attrs.field(factory=set)  # variables bound outside the parallel branch we are in
    copied: set[str] = attrs.field(factory=set)  # Python names of variables that branches copy
    replies: dict[str, str] = attrs.field(factory=dict)  # answers given in a conversation -> whose
    rounds: int = 0  # how many `while` and `repeat` loops we are in
    fresh: int = 0

    def variable(self, name: str) -> str:
        """The Python name of a variable."""
        found = self.names.get(name)
        if found is None:
            found = "v_" + identifier(name)
            if found in self.names.values():
                found = f"{found}_{len(self.names)}"
            self.names[name] = found
        return found

    def counter(self, place: str) -> str:
        """The counter of a branch with `at most`."""
        name = "c_" + identifier(place)
        self.counters.add(name)
        return name

    def function_name(self, name: str) -> str:
        """The Python name of a function of the program."""
        return "f_" + identifier(name)

    def temporary(self) -> str:
        """A Python name nobody uses."""
        self.fresh += 1
        return f"t{self.fresh}"

    def resolve(self, name: str) -> str:
        """The Python expression for a symbol of a size: of the activation, an int parameter, or of the run."""
        if name in self.sizes:
            return self.sizes[name]
        if name in self.names and name not in self.tables.program.sizes:
            return self.names[name]
        return self.of_run(name)

    def of_run(self, name: str) -> str:
        """The Python name of a size of the whole run: what a signature means that does not bind it."""
        self.used.add(name)
        return self.tables.shared(name)


def identifier(name: str) -> str:
    """A Python identifier that reads like `name`."""
    return re.sub(r"\W", lambda m: "_p" if m[0] == "'" else "_t" if m[0] == "%" else f"_{ord(m[0]):x}_", name)
