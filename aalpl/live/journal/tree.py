"""Calls as a tree of the places they were made at, with what each part of it took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import attrs

from aalpl.live.journal.calls import Call


@attrs.define
class Part:
    """A function, a branch or a call, with all below it. Money and tokens are None where those of a call are unknown.

    `paid` calls were sent in this run; `again` of the questions were asked before; `waiting` have no answer."""

    name: str
    parts: dict[str, Part] = attrs.field(factory=dict)
    calls: list[tuple[Call, Fraction | None]] = attrs.field(factory=list)
    count: int = 0
    paid: int = 0
    again: int = 0
    waiting: int = 0
    tokens_in: int | None = 0
    tokens_out: int | None = 0
    money: Fraction | None = Fraction(0)
    first: float | None = None
    last: float | None = None

    def add(self, call: Call, money: Fraction | None) -> None:
        """One call below it."""
        usage = call.usage
        self.count += 1
        self.paid += call.sends > 0
        self.again += call.attempt > 0
        if call.reply is None:
            self.waiting += 1
        else:
            self.tokens_in = _sum(self.tokens_in, usage.tokens_in)
            self.tokens_out = _sum(self.tokens_out, usage.tokens_out)
            self.money = None if self.money is None or money is None else self.money + money
        if call.sends:
            ended = call.sent if call.answered is None else call.answered
            self.first = call.sent if self.first is None else min(self.first, call.sent)
            self.last = ended if self.last is None else max(self.last, ended)

    @property
    def seconds(self) -> float:
        """From the first call that went out to the last answer."""
        return 0.0 if self.first is None or self.last is None else self.last - self.first


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def tree(calls: Iterable[tuple[Call, Fraction | None]], name: str) -> Part:
    """All calls, each with what it cost, below the function of that name."""
    root = Part(name)
    for call, money in calls:
        part = root
        part.add(call, money)
        for step in call.place.split("/")[1:]:
            part = part.parts.setdefault(step, Part(step))
            part.add(call, money)
        part.calls.append((call, money))
    return root


def rows(root: Part, widest: int | None) -> Iterator[tuple[int, str, Part | None]]:
    """The tree from above to below: depth, name, part; at most `widest` parts of each, the rest as a line without one.

    A part with one part and no calls of its own stands on a line with it."""
    waiting: list[tuple[int, str, Part | None]] = [(0, root.name, root)]
    while waiting:
        depth, name, part = waiting.pop()
        while part is not None and len(part.parts) == 1 and not part.calls:
            (part,) = part.parts.values()
            name = f"{name}/{part.name}"
        yield depth, name, part
        if part is None:
            continue
        below: list[tuple[int, str, Part | None]] = [
            (depth + 1, each.name, each) for each in part.parts.values()
        ]
        if widest is not None and len(below) > widest:
            rest = below[widest:]
            hidden = sum(each.count for _, _, each in rest if each is not None)
            below = [*below[:widest], (depth + 1, f"… {len(rest):,} more, with {hidden:,} calls", None)]
        waiting.extend(reversed(below))
