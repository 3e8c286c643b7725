"""Functions by what they depend on: each is analysed in its excerpt, and what is said of that is said of the file."""

from __future__ import annotations

from typing import Any

import attrs

from aalpl.cost import analyse
from aalpl.cost.kept import codec
from aalpl.cost.kept.record import Facts, Portrait, Record, Session, facts
from aalpl.cost.kept.store import LIMIT, Shelf, named
from aalpl.cost.prices.models import Model
from aalpl.cost.result import Analysis, Answer, Asked, Quantity
from aalpl.cost.words.summary import Summary, names_for, summarise
from aalpl.program.excerpt import Excerpt, Pieces


@attrs.define(eq=False)
class Functions:
    """The records of functions, in memory and on the shelf."""

    shelf: Shelf
    _records: dict[str, Record] = attrs.Factory(dict)
    _stored: dict[str, int] = attrs.Factory(dict)  # how much of a record is on the shelf

    def summary(self, pieces: Pieces, function: str, model: Model, *, whole: bool = False) -> Summary:
        """The summary of a function under a cost model; `whole` where its ledger is looked at."""
        excerpt = pieces.excerpt([function])
        key, record, session = self._session(excerpt, function, model)
        if record.portrait is None:
            record.portrait = _portrait(excerpt, record, session, model)
            record.size += 1
        for quantity, asked in record.portrait.asked:
            session.answer(quantity, asked)
        self._keep(key, record)
        real = excerpt.real.value
        analysis = _real(excerpt, record, session, whole=whole)
        return Summary(
            function,
            model.name,
            analysis,
            names_for(pieces.program, analysis, model.name),
            tuple((label, q, analysis.answer(q)) for label, q in record.portrait.labels),
            real(record.portrait.grown),
            real(record.portrait.lines),
            real(record.portrait.free),
        )

    def analysis(self, pieces: Pieces, function: str, model: Model, *, whole: bool = False) -> Analysis:
        """The analysis of a function under a cost model; `whole` where its ledger is looked at."""
        excerpt = pieces.excerpt([function])
        _, record, session = self._session(excerpt, function, model)
        return _real(excerpt, record, session, whole=whole)

    def _session(self, excerpt: Excerpt, function: str, model: Model) -> tuple[str, Record, Session]:
        key = named("function", excerpt.key, function, repr(model))

        def make() -> Analysis:
            return analyse(excerpt.program, function, (model,))

        record = self._records.pop(key, None) or self._read(key, excerpt)
        if record is not None:
            self.shelf.found += 1
            session = Session(record, make)
        else:
            self.shelf.made += 1
            live = make()
            record = Record(facts(live))
            session = Session(record, make, live)
        self._records[key] = record
        if len(self._records) > LIMIT:
            del self._records[next(iter(self._records))]
        return key, record, session

    # -- the shelf -----------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Puts on the shelf what is not there yet."""
        for key, record in self._records.items():
            self._keep(key, record)

    def _keep(self, key: str, record: Record) -> None:
        if self._stored.get(key) != record.size:
            self._stored[key] = record.size
            self.shelf.put(key, record.data())

    def _read(self, key: str, excerpt: Excerpt) -> Record | None:
        found = self.shelf.get(key, excerpt.source)
        try:
            record = None if found is None else Record.of(found)
        except codec.BROKEN:
            return None
        if record is not None:
            self._stored[key] = record.size
        return record


_TOLD = tuple(field.name for field in attrs.fields(Facts))
_LAZY = tuple(f.name for f in attrs.fields(Analysis) if f.name not in (*_TOLD, "fold"))
"""What an analysis has that is not kept."""


def _analysis(record: Record, session: Session, *, whole: bool) -> Analysis:
    """The analysis in lines of its own."""
    found = Analysis(**{name: getattr(record.facts, name) for name in _TOLD}, fold=session.answer)
    return attrs.evolve(found, **{n: getattr(session.made, n) for n in _LAZY}) if whole else found


def _portrait(excerpt: Excerpt, record: Record, session: Session, model: Model) -> Portrait:
    """What is asked for a summary, once."""
    made = summarise(excerpt.program, _analysis(record, session, whole=True), model.name)
    labels = tuple((label, quantity) for label, quantity, _ in made.answers)
    return Portrait(labels, made.grown, made.lines, made.free, tuple(session.history))


def _real(excerpt: Excerpt, record: Record, session: Session, *, whole: bool) -> Analysis:
    """The analysis in the lines of the file."""
    real = excerpt.real.value
    own = {real(part.place): part.place for part in record.facts.parts}

    def fold(quantity: Quantity, asked: Asked) -> Answer:
        place = asked.place if asked.place is None else own.get(asked.place, asked.place)
        answer: Answer = real(session.answer(quantity, attrs.evolve(asked, place=place)))
        return answer

    found = _analysis(record, session, whole=whole)
    plain: dict[str, Any] = {name: real(getattr(found, name)) for name in (*_TOLD, *_LAZY)}
    return Analysis(**plain, fold=fold)
