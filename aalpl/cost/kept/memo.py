"""Summaries, analyses and verdicts, worked out unless something kept says them: in memory, and in a store if there is one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from aalpl.cost.claims.wording import Verdict
from aalpl.cost.kept.claims import Claims
from aalpl.cost.kept.store import Shelf, Store
from aalpl.program.excerpt import Pieces

if TYPE_CHECKING:
    from aalpl.cost.kept.functions import Functions
    from aalpl.cost.prices.models import Model
    from aalpl.cost.result import Analysis
    from aalpl.cost.words.summary import Summary


@attrs.define(slots=False, eq=False)
class Memo:
    """The front door. Engines are loaded when something is to be worked out that nobody has kept."""

    store: Store | None = None

    @cached_property
    def shelf(self) -> Shelf:
        """The store, and how often something was found."""
        return Shelf(self.store)

    @cached_property
    def _functions(self) -> Functions:
        from aalpl.cost.kept.functions import Functions

        return Functions(self.shelf)

    @cached_property
    def _claims(self) -> Claims:
        return Claims(self.shelf, self.analysis)

    def summary(self, pieces: Pieces, function: str, model: Model, *, whole: bool = False) -> Summary:
        """The summary of a function under a cost model; `whole` where its ledger is looked at."""
        return self._functions.summary(pieces, function, model, whole=whole)

    def analysis(self, pieces: Pieces, function: str, model: Model, *, whole: bool = False) -> Analysis:
        """The analysis of a function under a cost model; `whole` where its ledger is looked at."""
        return self._functions.analysis(pieces, function, model, whole=whole)

    def verdicts(self, pieces: Pieces) -> Iterator[Verdict]:
        """What becomes of each claim of the program."""
        return (self._claims.verdict(pieces, i) for i in range(len(pieces.program.claims)))

    def keep(self) -> None:
        """Puts into the store what is not in it yet."""
        if "_functions" in self.__dict__:
            self._functions.keep()
