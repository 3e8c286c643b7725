"""Whether a reply is an answer: read, held against the contract, and what is said where it is none."""

from __future__ import annotations

from typing import Any

from aalpl.live.contract.reading import read
from aalpl.live.contract.shape import shape
from aalpl.live.contract.wording import phrase
from aalpl.live.reply import Reply
from aalpl.program.types import Type
from aalpl.run.backend import Refused
from aalpl.run.conform import Take, Wrong
from aalpl.run.faults import Complaint, Fault
from aalpl.run.sites import AskSite

SHOWN = 120
"""Characters of a reply that a diagnostic shows."""


def judged(reply: Reply, contract: Type, sizes: tuple[Any, ...], take: Take) -> tuple[Any, Wrong | None]:
    """The value of a reply, or what is wrong with it."""
    if reply.finish == "length":
        return None, _cut_off(reply, contract, sizes)
    said = reply.said
    if not isinstance(said, str):
        return take(said, sizes)
    form = shape(contract, sizes)
    plain = read(said, form)
    value, wrong = take(plain, sizes)
    if wrong is not None and plain is said and wrong[0] == repr(said):
        wrong = (shortened(said), wrong[1] if said in wrong[1] else phrase(form))
    return value, wrong


def refused(reply: Reply, wrong: Wrong) -> Refused:
    """What the model is told of an answer that was no answer."""
    said = reply.said if isinstance(reply.said, str) else repr(reply.said)
    return Refused(said, *wrong)


def fault(site: AskSite, reply: Reply, wrong: Wrong) -> Fault:
    """What the user is told when no answer came in the end: the call, its line, and the beginning of the reply."""
    title = f"`{site.primitive.name}` answered {{}}"
    said = shortened(reply.said if isinstance(reply.said, str) else repr(reply.said))
    hint = None if said == wrong[0] else f"the reply was: {said}"
    return Fault(Complaint("answer-contract", title, site.span, "its contract says {1}", hint), *wrong)


def shortened(said: str) -> str:
    """The beginning of a reply, on one line, in quotes."""
    shown = repr(said[: SHOWN + 1])
    return shown if len(said) <= SHOWN else f"{said[:SHOWN]!r}…"


def _cut_off(reply: Reply, contract: Type, sizes: tuple[Any, ...]) -> Wrong:
    count = reply.usage.tokens_out
    cap = "its cap" if count is None else f"its cap of {count:,} tokens"
    return f"more than {cap} allows, and was cut off", phrase(shape(contract, sizes))


__all__ = ["fault", "judged", "refused", "shortened"]
