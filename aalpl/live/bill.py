"""What a run was billed, primitive by primitive, beside what the meter counts.

Re-asks, replies that were lost, and answers that the journal had are each counted apart (semantics 18). A question that
is asked for the first time is the base, whether or not its answer was refused; what `earlier` has anything in is a
re-ask. Tokens that a provider does not tell are unknown, and so is every sum with them.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from aalpl.live.binding import Binding
from aalpl.live.line import Lines, line_of
from aalpl.live.reply import Reply, Usage
from aalpl.live.worst import charged
from aalpl.program.nodes import Primitive
from aalpl.run.backend import Question


@attrs.define
class Sum:
    """Calls with their tokens and their price. `untold` calls are without tokens, `unpriced` without a price."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cached: int = 0
    written: int = 0
    reasoning: int = 0
    cost: Fraction = Fraction(0)
    untold: int = 0
    unpriced: int = 0

    def add(self, usage: Usage, cost: Fraction | None) -> None:
        """One call more."""
        self.calls += 1
        if usage.tokens_in is None or usage.tokens_out is None:
            self.untold += 1
        self.tokens_in += usage.tokens_in or 0
        self.tokens_out += usage.tokens_out or 0
        self.cached += usage.cached or 0
        self.written += usage.written or 0
        self.reasoning += usage.reasoning or 0
        if cost is None:
            self.unpriced += 1
        else:
            self.cost += cost

    def plus(self, other: Sum) -> Sum:
        """Both."""
        names = [field.name for field in attrs.fields(Sum)]
        return Sum(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def money(self) -> Fraction | None:
        """What all of it cost; unknown where that of one call is."""
        return None if self.unpriced else self.cost


@attrs.define
class Account:
    """The bill of one primitive.

    `first` are questions asked for the first time, `again` re-asks; of both, `paid` is what this run was billed and `kept`
    what the journal had (billed by an earlier run). `retries` are calls repeated before they were paid, `lost` replies
    that may have been paid, `refused` answers that the contract does not allow, `cut` those that the cap cut off."""

    primitive: Primitive
    binding: Binding
    first: Sum = attrs.field(factory=Sum)
    again: Sum = attrs.field(factory=Sum)
    paid: Sum = attrs.field(factory=Sum)
    kept: Sum = attrs.field(factory=Sum)
    refused: int = 0
    retries: int = 0
    lost: int = 0
    seconds: float = 0.0
    cut: int = 0

    def add(self, question: Question, reply: Reply, paid: bool) -> Fraction | None:
        """One reply more; what it cost."""
        cost = charged(self.binding, reply.usage)
        (self.again if question.earlier else self.first).add(reply.usage, cost)
        (self.paid if paid else self.kept).add(reply.usage, cost)
        self.cut += reply.finish == "length"
        if paid:
            self.retries += reply.retries
            self.seconds += reply.seconds
        return cost


@attrs.define
class Bill:
    """Watches a run and keeps an account for every primitive that is asked; `running` calls are under way."""

    lines: Lines
    accounts: dict[str, Account] = attrs.field(factory=dict)
    running: int = 0
    done: int = 0
    kept: int = 0
    tokens: int = 0
    cost: Fraction = Fraction(0)

    def began(self, question: Question) -> None:
        """A call is sent."""
        self.running += 1

    def ended(self, question: Question, reply: Reply, paid: bool) -> None:
        """A call is answered, now or in an earlier run."""
        cost = self._account(question.primitive).add(question, reply, paid)
        if not paid:
            self.kept += 1
            return
        self.running -= 1
        self.done += 1
        self.tokens += (reply.usage.tokens_in or 0) + (reply.usage.tokens_out or 0)
        self.cost += cost or 0

    def refused(self, question: Question, reply: Reply) -> None:
        """An answer that the contract does not allow."""
        self._account(question.primitive).refused += 1

    def failed(self, question: Question, lost: bool) -> None:
        """A call without an answer."""
        self.running -= 1
        self._account(question.primitive).lost += lost

    def total(self) -> Sum:
        """What this run was billed for all primitives."""
        found = Sum()
        for account in self.accounts.values():
            found = found.plus(account.paid)
        return found

    def _account(self, primitive: Primitive) -> Account:
        found = self.accounts.get(primitive.name)
        if found is None:
            line = line_of(primitive, self.lines)
            binding = Binding() if line is None else line.binding
            found = self.accounts[primitive.name] = Account(primitive, binding)
        return found
