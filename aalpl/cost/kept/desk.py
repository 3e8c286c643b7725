"""Programs that are being edited: each new text is read and analysed as far as it differs from the texts before it."""

from __future__ import annotations

from functools import cached_property

import attrs

from aalpl.check import check
from aalpl.check.library import Library, Reader
from aalpl.check.order import errors
from aalpl.check.walks import Walks
from aalpl.cost.claims import wording
from aalpl.cost.claims.wording import Verdict
from aalpl.cost.kept.memo import Memo
from aalpl.cost.words.summary import Summary
from aalpl.program.excerpt import Pieces
from aalpl.program.nodes import Program
from aalpl.report import Diagnostic, Source
from aalpl.tree import parse


@attrs.define(eq=False)
class Desk:
    """Where programs lie while somebody works on them.

    `desk.read(source)` gives a reading of a text, `reading.diagnostics` what is the matter with it, its claims included, and
    `reading.summary("f")` what a function costs. A reading says what a fresh analysis of its text says."""

    memo: Memo = attrs.Factory(Memo)
    library: Library = attrs.Factory(Library)
    walks: Walks = attrs.Factory(Walks)
    _last: Reading | None = attrs.field(default=None, init=False)

    def read(self, source: Source, reader: Reader | None = None) -> Reading:
        """What is known of a text; `reader` finds the files that it uses."""
        last = self._last
        if last is None or last.uses or (last.source.name, last.source.text) != (source.name, source.text):
            self._last = last = self._reading(source, reader)
        return last

    def _reading(self, source: Source, reader: Reader | None) -> Reading:
        file, wrong = parse(source)
        if file is None or errors(wrong):
            return Reading(source, self.memo, tuple(wrong))
        program, found = check(file, source, self.library, reader, self.walks)
        pieces = None
        if program is not None and self.walks.pieces is not None:
            pieces = self.walks.pieces.relying(program)
        return Reading(source, self.memo, (*wrong, *found), pieces, '"' in _uses(source.text))


def _uses(text: str) -> str:
    """The lines that name other files, which may have changed."""
    return "\n".join(line for line in text.splitlines() if line.startswith("use"))


@attrs.define(slots=False, eq=False)
class Reading:
    """One text: its program, where it is one, and what is the matter with it."""

    source: Source
    memo: Memo
    problems: tuple[Diagnostic, ...]
    pieces: Pieces | None = None
    uses: bool = False  # whether other files belong to it

    @property
    def program(self) -> Program | None:
        """What the text means; None where it is in error."""
        return None if self.pieces is None else self.pieces.program

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions of the text itself."""
        known = () if self.program is None else self.program.functions.values()
        return tuple(function.name for function in known if not function.library)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What becomes of the claims."""
        return () if self.pieces is None else tuple(self.memo.verdicts(self.pieces))

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is the matter with the text, and with its claims."""
        told = (wording.told(verdict) for verdict in self.verdicts)
        return (*self.problems, *(each for each in told if each is not None))

    def summary(self, function: str, costmodel: str = "primitive") -> Summary:
        """What a function costs. Raises KeyError where there is none, Diagnosed where the cost model means nothing."""
        from aalpl.cost.prices.own import named

        if self.pieces is None or function not in self.pieces.program.functions:
            raise KeyError(function)
        return self.memo.summary(self.pieces, function, named(costmodel, self.pieces.program))
