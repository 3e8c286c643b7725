"""Verdicts by what they depend on: a claim is decided on its excerpt, by itself."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.cost.claims.wording import Verdict
from aalpl.cost.kept.store import LIMIT, Shelf, named
from aalpl.cost.prices.models import Model
from aalpl.cost.result import Analysis
from aalpl.program.excerpt import Pieces
from aalpl.program.nodes import Program
from aalpl.report import Source

Words = tuple[str, str, str]
"""The outcome, the reason, and the quantity that may have been meant."""

Analyses = Callable[[Pieces, str, Model], Analysis]


@attrs.define(eq=False)
class Claims:
    """Decides claims that it has not seen; those that stay undecided are kept too, since work is counted, not timed."""

    shelf: Shelf
    analysed: Analyses
    _known: dict[str, Words] = attrs.Factory(dict)

    def verdict(self, pieces: Pieces, number: int) -> Verdict:
        """What becomes of the claim of this number."""
        excerpt = pieces.excerpt((), claim=number)
        key = named("claim", excerpt.key)
        known = self._known.pop(key, None) or self._read(key)
        if known is not None:
            self.shelf.found += 1
        else:
            self.shelf.made += 1
            known = self._decided(excerpt.program)
            self.shelf.put(key, known)
        self._known[key] = known
        if len(self._known) > LIMIT:
            del self._known[next(iter(self._known))]
        return Verdict(pieces.program.claims[number], *excerpt.real.value(known))

    def _decided(self, program: Program) -> Words:
        from aalpl.cost.claims.verdict import decided
        from aalpl.cost.prices.own import named as model_named

        (claim,) = program.claims
        pieces = Pieces(program, claim.span.source)
        known: dict[tuple[str, str], Analysis] = {}

        def analysed(function: str, model: str) -> Analysis:
            asked = (function, model)
            if asked not in known:
                known[asked] = self.analysed(pieces, function, model_named(model, program))
            return known[asked]

        verdict = decided(program, claim, analysed)
        return verdict.outcome, verdict.reason, verdict.instead

    def _read(self, key: str) -> Words | None:
        match self.shelf.get(key, Source("", "")):
            case (str(outcome), str(reason), str(instead)):
                return outcome, reason, instead
            case _:
                return None
