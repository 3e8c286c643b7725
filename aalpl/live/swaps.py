"""Comparators asked both ways: how often `less(a, b)` and `less(b, a)` say the same of a and b.

Small models lean to one side: they say `yes` to either order. A sort by such answers is no better than its input, and only
asking both ways shows it. It costs as many calls again, billed and journaled like all others but not counted by the meter,
and changes nothing in the result.
"""

from __future__ import annotations

from typing import Any

import attrs

from aalpl.live.asking import Asker
from aalpl.live.contract.judging import judged
from aalpl.live.driver import Asked
from aalpl.live.line import Line
from aalpl.live.place import Place
from aalpl.live.stops import Ended
from aalpl.program.types import Bool
from aalpl.run.backend import question
from aalpl.run.conform import conforming
from aalpl.run.drive import Request
from aalpl.run.result import Evidence
from aalpl.run.sites import AskSite


@attrs.define
class Swaps:
    """Of each comparator: how often both ways agreed, and how often it was asked."""

    agreed: dict[str, int] = attrs.field(factory=dict)
    asked: dict[str, int] = attrs.field(factory=dict)
    sites: dict[str, AskSite] = attrs.field(factory=dict)

    def both_ways(self, asker: Asker, site: AskSite, label: str, line: Line, asked: Asked) -> Asked:
        """The same answers, and each question asked the other way round too."""
        take = conforming(site.type)

        async def answer(request: Request, place: Place) -> Any:
            found = await asked(request, place)
            swapped = (*request[:2], request[2][::-1], *request[3:])
            other = attrs.evolve(question(site, swapped), key=f"{place.key()}/{place.next(label + '~')}")
            try:
                reply = await asker.reply(other, line)
            except Ended as ended:
                ended.span = ended.span or site.span
                raise
            value, wrong = judged(reply, site.type, request[4], take)
            self._count(site, wrong is None and value is not found[0])
            return found

        return answer

    def _count(self, site: AskSite, agreed: bool) -> None:
        name = site.primitive.name
        self.sites[name] = site
        self.asked[name] = self.asked.get(name, 0) + 1
        self.agreed[name] = self.agreed.get(name, 0) + agreed

    def evidence(self) -> list[Evidence]:
        """What was seen, for the report of the run; it is no hypothesis of the program, so nothing is broken."""
        return [
            Evidence(
                f"`{name}` says the same both ways",
                f"{self.agreed[name]:,} of {count:,}",
                None,
                self.sites[name].primitive.span,
            )
            for name, count in sorted(self.asked.items())
        ]


def compares(site: AskSite) -> bool:
    """Whether this is a comparator: true or false of two values of one kind, outside of a conversation."""
    params = site.primitive.params
    alike = len(params) == 2 and type(params[0].type) is type(params[1].type)
    return alike and isinstance(site.type, Bool) and not site.conversation
