"""Which call an event number stands for: its place, primitive, model, and how heavy one token of that model is."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs

from aalpl.program.types import Text
from aalpl.run import texts
from aalpl.run.drive import Request
from aalpl.run.meter import BATCH, Meter
from aalpl.run.sites import AskSite, Site

Number = int | Fraction | float


@attrs.frozen
class Entry:
    """One kind of event: the site, and the member where it asks a family whose sizes differ."""

    site: AskSite
    index: int | None = None

    @property
    def model(self) -> str:
        """The model's name, with the member of a family."""
        name = self.site.primitive.model.name
        return name if self.index is None else f"{name}[{self.index}]"

    def weight(self, known: Mapping[str, Any]) -> Number | None:
        """The model's size at the given sizes; None where it is not known."""
        family = self.site.primitive.family
        if family is not None and self.index is not None:
            known = {**known, family.index: self.index}
        try:
            value = self.site.primitive.model.size.value(known)
        except KeyError:
            return None
        return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value

    def window(self, known: Mapping[str, Any]) -> Number | None:
        """The model's context window; None where there is none or it is not known."""
        size = self.site.primitive.model.window
        try:
            return None if size is None else size.value(known)
        except KeyError:
            return None

    def overhead(self, known: Mapping[str, Any]) -> Number | None:
        """Tokens the provider adds to each call; None where that is not known."""
        size = self.site.primitive.model.overhead
        if size is None:
            return 0
        try:
            value = size.value(known)
        except KeyError:
            return None
        return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value


@attrs.define
class Ledger:
    """Numbers of events; members of families get theirs when they are first asked."""

    sites: tuple[Site, ...]
    members: dict[tuple[int, int], int] = attrs.field(factory=dict)
    more: list[Entry] = attrs.field(factory=list)
    last: dict[str, texts.Text] = attrs.field(factory=dict)  # model -> what its last call read

    def entry(self, number: int) -> Entry:
        """What an event number stands for."""
        if number > len(self.sites):
            return self.more[number - len(self.sites) - 1]
        site = self.sites[number - 1]
        assert isinstance(site, AskSite)
        return Entry(site)

    def number(self, site: AskSite, index: int) -> int:
        """The event number of a member."""
        found = self.members.get((site.number, index))
        if found is None:
            self.more.append(Entry(site, index))
            found = self.members[site.number, index] = len(self.sites) + len(self.more)
        return found

    def emitter(self, site: AskSite, meter: Meter) -> Any:
        """For calls that need more than their site's number: families, and conversations (whose prefixes are shared).

        None for all others."""
        family = site.primitive.family
        split = family is not None and family.index in site.primitive.model.size.free
        model = site.primitive.model.name
        shares = any(
            isinstance(s, AskSite) and s.conversation and s.primitive.model.name == model for s in self.sites
        )
        if not split and not shares:
            return None

        def emit(request: Request, written: int) -> None:
            number = self.number(site, request[3]) if split else request[0]
            if shares:
                meter.hits[number] += self._hit(site, request)
            meter.log.append((number, request[1], written))
            if len(meter.log) >= BATCH:
                meter.flush()

        return emit

    def _hit(self, site: AskSite, request: Request) -> int:
        """Tokens of the prompt that the last call of the same model read already, in a conversation."""
        model = site.primitive.model.name
        if not site.conversation:
            self.last.pop(model, None)
            return 0
        read: texts.Text = request[2][0]
        said = site.primitive.params
        for param, arg in zip(said, request[2][1:], strict=False):
            read = texts.join(read, arg if isinstance(param.type, Text) else (1, 0, texts.Words(["·"]), 1))
        before = self.last.get(model)
        self.last[model] = read
        return 0 if before is None else texts.shared_prefix(before, read)
