"""Which pieces of a program a function depends on; lines of their own for these, and the way back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import attrs

from aalpl.program import nodes as p
from aalpl.program.excerpt.pieces import PLACE, Line, Piece, piece
from aalpl.program.excerpt.rewrite import Rewriting
from aalpl.report import Source, Span

OWN = 618033988
"""Lines of excerpts begin with these digits, so that a line is known for one wherever it is mentioned."""

_DIGITS = 6
_MENTIONED = re.compile(rf"(?<!\d){OWN}(\d{{{_DIGITS}}})(?!\d)")

Key = tuple[str, str]
"""A kind of piece, and its name."""


@attrs.frozen(slots=False, eq=False)
class Lined(Source):
    """The source of an excerpt: its characters are places, and have the line that is told."""

    lines: dict[int, int] = attrs.field(factory=dict)

    def place(self, offset: int) -> tuple[int, int]:
        """The line of its own, and always the first column."""
        return self.lines.get(offset, 0), 1


@attrs.frozen(slots=False, eq=False)
class Pieces:
    """The pieces of a program; each is looked at once."""

    program: p.Program
    source: Source
    _known: dict[Key, tuple[Piece, Any]] = attrs.field(factory=dict)

    def relying(self, program: p.Program) -> Pieces:
        """The pieces of the same program, with what it relies on."""
        return Pieces(program, self.source, self._known)

    def of(self, key: Key) -> Piece:
        """The piece of that name."""
        if key not in self._known:
            value = self._value(key)
            self._known[key] = (piece(value, _source(value, self.source)), value)
        return self._known[key][0]

    def value(self, key: Key) -> Any:
        """What the piece says."""
        self.of(key)
        return self._known[key][1]

    def _value(self, key: Key) -> Any:
        kind, name = key
        match kind:
            case "function":
                return self.program.functions[name]
            case "obligations":
                return self._obligations[name]
            case "assumption":
                return self.program.assumptions[int(name)]
            case "claim":
                return self.program.claims[int(name)]
            case _:
                return getattr(self.program, kind)[name]

    @cached_property
    def _obligations(self) -> dict[str, tuple[p.Obligation, ...]]:
        found: dict[str, tuple[p.Obligation, ...]] = {}
        for each in self.program.obligations:
            found[each.function] = (*found.get(each.function, ()), each)
        return found

    def excerpt(
        self, functions: Iterable[str], *, claim: int | None = None, every: Iterable[str] = ()
    ) -> Excerpt:
        """These functions (and a claim) with all that they depend on, and with `every` declaration of some kinds."""
        wanted: dict[Key, None] = dict.fromkeys(("function", name) for name in functions)
        if claim is not None:
            wanted["claim", str(claim)] = None
        wanted.update(dict.fromkeys((kind, name) for kind in every for name in getattr(self.program, kind)))
        wanted.update(dict.fromkeys(("assumption", str(i)) for i in range(len(self.program.assumptions))))
        wanted.update(dict.fromkeys(("models", name) for name in self.program.models))
        waiting = list(wanted)
        while waiting:
            for key in self._mentioned(waiting.pop()):
                if key not in wanted:
                    wanted[key] = None
                    waiting.append(key)
        listed = [("obligations", name) for kind, name in wanted if kind == "function"]
        wanted.update(dict.fromkeys(key for key in listed if key[1] in self._obligations))
        return Excerpt(self, tuple(sorted(wanted, key=self._order.__getitem__)))

    def _mentioned(self, of: Key) -> Iterator[Key]:
        """What a piece speaks of; a model speaks of sizes, and may have the name of its primitive."""
        found = (key for name in self.of(of).names if name in self._named for key in self._named[name])
        return (key for key in found if of[0] != "models" or key[0] == "sizes")

    @cached_property
    def _named(self) -> dict[str, tuple[Key, ...]]:
        """What a name may mean."""
        found: dict[str, tuple[Key, ...]] = {}
        for kind in ("sizes", "primitives", "oracles", "records", "costmodels"):
            for name in getattr(self.program, kind):
                found[name] = (*found.get(name, ()), (kind, name))
        for name in self.program.primitives:  # the constant that its answers are no longer than
            found[f"o_{name}"] = (*found.get(f"o_{name}", ()), ("primitives", name))
        for name in self.program.functions:
            found[name] = (*found.get(name, ()), ("function", name))
        return found

    @cached_property
    def _order(self) -> dict[Key, int]:
        """The order of declaration."""
        program = self.program
        keys = [(kind, name) for kind in _TABLES for name in getattr(program, kind)]
        keys += [("function", name) for name in program.functions]
        keys += [("obligations", name) for name in program.functions]
        keys += [("assumption", str(i)) for i in range(len(program.assumptions))]
        keys += [("claim", str(i)) for i in range(len(program.claims))]
        return {key: i for i, key in enumerate(keys)}


_TABLES = ("sizes", "models", "primitives", "oracles", "records", "costmodels")


def _source(value: Any, main: Source) -> Source:
    """The source whose lines the places in a value are."""
    span = getattr(value, "span", None)
    return span.source if isinstance(span, Span) else main


@attrs.frozen(slots=False, eq=False)
class Excerpt:
    """Pieces of a program, in the order of declaration."""

    pieces: Pieces
    keys: tuple[Key, ...]

    @cached_property
    def key(self) -> str:
        """What the excerpt says, digested."""
        parts = [self.pieces.program.main or ""]
        for key in self.keys:
            kind, name = key
            found = self.pieces.of(key)
            lines = " ".join(str(self._lines[line]) for line in found.lines)
            parts.append(
                f"{kind} {name if kind not in ('assumption', 'claim') else ''} {found.digest} {lines}"
            )
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def _lines(self) -> dict[Line, int]:
        """Its own line for each line of the file: its rank among those that say something; other files follow."""
        main = self.pieces.source.name
        lines = {line for key in self.keys for line in self.pieces.of(key).lines}
        return {line: i for i, line in enumerate(sorted(lines, key=lambda line: (line[0] != main, line)))}

    @cached_property
    def _told(self) -> tuple[dict[tuple[Key, Span], Span], dict[int, Span], dict[int, Span], Source]:
        """The span of its own for each span of a piece; and the real span for each beginning, and each end."""
        own: dict[tuple[Key, Span], Span] = {}
        texts: list[str] = []
        lines: dict[int, int] = {}
        at = 0
        rows: list[tuple[Key, Span, int, int]] = []
        for key in sorted(self.keys, key=self._first):
            found = self.pieces.of(key)
            for span in found.spans:
                text = span.text if span in found.quoted else ""
                lines[at] = int(f"{OWN}{self._lines[span.source.name, span.line]:0{_DIGITS}}")
                rows.append((key, span, at, at + len(text)))
                texts.append(text)
                at += len(text) + 1
        source = Lined("", "\n".join(texts), lines)
        for key, span, start, end in rows:
            own[key, span] = Span(source, start, end)
        return own, {row[2]: row[1] for row in rows}, {row[3]: row[1] for row in rows}, source

    def _first(self, key: Key) -> tuple[int, int]:
        """Where a piece begins; what has no place is first."""
        lines = self.pieces.of(key).lines
        return (min(self._lines[line] for line in lines) if lines else -1), self.pieces._order[key]

    @cached_property
    def source(self) -> Source:
        """The source that spans of the excerpt are in."""
        return self._told[3]

    @cached_property
    def program(self) -> p.Program:
        """The pieces as a program with lines of its own."""
        found = {key: self._own(key) for key in self.keys}
        tables = {kind: {n: v for (k, n), v in found.items() if k == kind} for kind in _TABLES}
        tables["functions"] = {name: value for (kind, name), value in found.items() if kind == "function"}
        main = self.pieces.program.main
        return p.Program(
            "excerpt",
            None,
            tables["sizes"],
            tuple(value for (kind, _), value in found.items() if kind == "assumption"),
            tables["models"],
            tables["primitives"],
            tables["oracles"],
            tables["functions"],
            tables["records"],
            tables["costmodels"],
            tuple(value for (kind, _), value in found.items() if kind == "claim"),
            tuple(each for (kind, _), value in found.items() if kind == "obligations" for each in value),
            main if main in tables["functions"] else None,
        )

    def _own(self, key: Key) -> Any:
        spans = self._told[0]
        value = self.pieces.value(key)
        source = _source(value, self.pieces.source).name

        def text(of: str, field: str) -> str:
            found = PLACE.match(of) if field == "place" else None
            return of if found is None else self._place(source, found)

        return Rewriting(text, lambda span: spans[key, span], lambda number, _: number).value(value)

    def _place(self, source: str, found: re.Match[str]) -> str:
        line = self._lines[source, int(found[2])]
        return f"{found[1] or ''}{OWN}{line:0{_DIGITS}}{found[3]}"

    @cached_property
    def real(self) -> Rewriting:
        """What turns whatever is said of the excerpt into what is said of the file."""
        lines = [line for (_, line) in self._lines]
        _, starts, ends, _ = self._told

        def text(of: str, _: str) -> str:
            return _MENTIONED.sub(lambda found: str(lines[int(found[1])]), of)

        def span(of: Span) -> Span:
            first = starts[of.start]
            return Span(first.source, first.start, ends[of.end].end)

        def number(of: int, field: str) -> int:
            return int(text(str(of), "")) if field == "line" else of

        return Rewriting(text, span, number)
