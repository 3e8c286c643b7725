"""What a journal has, to be looked at: its runs, and the calls of one of them in the order in which they were sent."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import attrs

from aalpl.live.journal import problems, writing
from aalpl.live.journal.header import Header
from aalpl.live.reply import Usage


@attrs.frozen
class Kept:
    """One run. `began` is in seconds since 1970; `outcome` a word, None where it was killed or goes on."""

    number: int
    header: Header
    began: float
    outcome: str | None


@attrs.frozen
class Call:
    """One attempt at one place. `reply` is what was told of the answer, None where there is none; `told` what was asked.

    `sends` is how often it went out, 0 where the answer is of another run or, `cached`, of a cache."""

    place: str
    primitive: str
    model: str
    answerer: str | None
    attempt: int
    sends: int
    sent: float
    answered: float | None
    reply: dict[str, Any] | None
    asked: bytes | None
    cached: bool

    @property
    def usage(self) -> Usage:
        """Tokens as billed."""
        return Usage() if self.reply is None else Usage(**self.reply["usage"])

    @property
    def seconds(self) -> float:
        """How long the answer took."""
        return 0.0 if self.reply is None else float(self.reply["seconds"])


def runs(base: sqlite3.Connection, name: str) -> list[Kept]:
    """The runs in the journal of that name, the first one first."""
    with problems.telling(name):
        rows = base.execute("SELECT number, header, began, outcome FROM runs ORDER BY number").fetchall()
        return [Kept(number, Header.loaded(text), began, outcome) for number, text, began, outcome in rows]


def calls(base: sqlite3.Connection, name: str, run: int) -> Iterator[Call]:
    """The calls of a run."""
    with problems.telling(name):
        rows = base.execute(
            "SELECT place, primitive, model, answerer, attempt, sends, sent, answered, CAST(reply AS BLOB), asked, origin"
            " FROM calls WHERE run = ? ORDER BY sent, id",
            (run,),
        )
        for place, primitive, model, who, attempt, sends, sent, answered, reply, asked, origin in rows:
            told = None if reply is None else writing.loaded(reply)
            cached = origin == 0
            yield Call(place, primitive, model, who, attempt, sends, sent, answered, told, asked, cached)


def question(base: sqlite3.Connection, asked: bytes) -> dict[str, Any]:
    """What was asked, long texts put in."""

    def whole(part: Any) -> Any:
        match part:
            case {"text": str(name)}:
                row = base.execute(
                    "SELECT text FROM texts WHERE digest = ?", (bytes.fromhex(name),)
                ).fetchone()
                return "" if row is None else row[0].decode("utf-8", "surrogatepass")
            case list():
                return [whole(each) for each in part]
            case _:
                return part

    told = writing.loaded(asked)
    told["args"] = {name: whole(text) for name, text in told["args"].items()}
    return {name: part if name == "args" else whole(part) for name, part in told.items()}


VERSION = 1


def line(call: Call, cost: float | None, question: dict[str, Any] | None) -> str:
    """A call as one line of JSON; what was said stands in it where `question` does."""
    usage = call.usage
    told: dict[str, Any] = {
        "place": call.place, "primitive": call.primitive, "model": call.model, "answered_by": call.answerer,
        "attempt": call.attempt, "sends": call.sends, "sent": call.sent, "answered": call.answered,
        "from": "cache" if call.cached else "journal" if not call.sends else None,
        "billed_in": usage.tokens_in, "billed_out": usage.tokens_out, "cached": usage.cached,
        "cache_written": usage.written, "reasoning": usage.reasoning, "cost": cost,
    }  # fmt: skip
    if call.reply is not None:
        told |= {"seconds": call.seconds, "finish": call.reply.get("finish", "stop")}
        told |= {name: call.reply[name] for name in ("retries",) if name in call.reply}
    if question is not None:
        told |= {"asked": question, "said": None if call.reply is None else call.reply.get("said")}
    return json.dumps(told, ensure_ascii=True)


def head(run: Kept, journal: str, currency: str | None) -> str:
    """The first line: what the run was."""
    told = {"version": VERSION, "kind": "journal", "journal": journal, "run": run.number, "began": run.began}
    return json.dumps({**told, "outcome": run.outcome, "currency": currency, **attrs.asdict(run.header)})
