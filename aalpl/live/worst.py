"""What a call can take at worst, before it is sent: calls, tokens of the provider, money."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from math import ceil

import attrs

from aalpl.live.binding import MILLION, Binding
from aalpl.live.contract.caps import cap
from aalpl.live.contract.messages import messages
from aalpl.live.contract.schema import schema
from aalpl.live.reply import Usage
from aalpl.program.tokens import tokens
from aalpl.run.backend import Question

Weigh = Callable[[Question, Binding], tuple[int, int | None]]
"""Tokens of the provider that a call reads and writes at most; None where nothing bounds the answer."""

MARKS = 8
"""Tokens of ours around a message: its role, its beginning and end."""

WRAPPING = 24
"""Tokens of ours in which a backend may say in words what a schema says."""


@attrs.frozen(slots=True)
class Taken:
    """What calls take; `cost` is 0 where nobody asks for it."""

    calls: int = 0
    tokens: int = 0
    cost: Fraction = Fraction(0)

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.calls + other.calls, self.tokens + other.tokens, self.cost + other.cost)

    def __sub__(self, other: Taken) -> Taken:
        return Taken(self.calls - other.calls, self.tokens - other.tokens, self.cost - other.cost)


NOTHING = Taken()


def heaviest(question: Question, binding: Binding) -> tuple[int, int | None]:
    """Tokens of the provider that a call reads and writes at most.

    read = ratio * tokens of ours in all messages and in the schema + overhead; written is the cap of the request."""
    read = sum(MARKS + len(tokens(message["content"])) for message in messages(question))
    if (wanted := schema(question)) is not None:
        read += len(tokens(json.dumps(wanted))) + WRAPPING
    return ceil(binding.ratio * read) + ceil(binding.overhead or 0), cap(question, binding)


def dearest(binding: Binding, read: int, written: int) -> Fraction | None:
    """The most that so many tokens cost: every token read is billed at the higher of its prices."""
    if binding.price_in is None or binding.price_out is None:
        return None
    each = max(binding.price_in, binding.price_written or 0, binding.price_cached or 0)
    return (read * each + written * binding.price_out) / MILLION + binding.price_call


def charged(binding: Binding, usage: Usage) -> Fraction | None:
    """What a call was billed; unknown where a price or a number is. Cached tokens without a price cost what others do."""
    if usage.tokens_in is None or usage.tokens_out is None:
        return binding.price_call if binding.price_in == binding.price_out == 0 else None
    cached, kept = usage.cached or 0, usage.written or 0
    plain = usage.tokens_in - cached - kept
    cheap = binding.price_in if binding.price_cached is None else binding.price_cached
    parts = (
        (plain, binding.price_in),
        (cached, cheap),
        (kept, binding.price_written),
        (usage.tokens_out, binding.price_out),
    )
    total = Fraction(0)
    for count, price in parts:
        if count and price is None:
            return None
        total += count * (price or 0)
    return total / MILLION + binding.price_call
