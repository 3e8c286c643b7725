"""The reality check at the end of a run: for each primitive what was predicted, what its payload was, what was billed.

Predicted and payload are tokens of ours and equal each other wherever an exact form was derived; billed is what the
provider counts: its own tokens, and what it and the wording of the question put around the payload. A question that was
asked again is counted once here; re-asks, repeats and what the journal had are told apart below the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import attrs

from aalpl.cost.result import Kind, Quantity
from aalpl.cost.words.predict import observations
from aalpl.live.bill import Account, Bill, Sum
from aalpl.live.binding import Binding
from aalpl.program.nodes import Program
from aalpl.report.ink import Ink
from aalpl.report.table import Table, text
from aalpl.run import Run
from aalpl.run.result import Evidence
from aalpl.shell.numbers import Number, plain, spoken
from aalpl.shell.running.live import Lived
from aalpl.shell.running.wishes import amount

KINDS: tuple[Kind, ...] = ("calls", "tokens in", "tokens out")


@attrs.frozen
class Compared:
    """One quantity of a primitive; None is unknown."""

    primitive: str
    what: str
    predicted: Number | None
    payload: Number | None
    billed: Number | None

    @property
    def ratio(self) -> float | None:
        """billed / payload"""
        if self.billed is None or not self.payload:
            return None
        return float(Fraction(self.billed) / Fraction(self.payload))


def compared(program: Program, run: Run, bill: Bill) -> Iterator[Compared]:
    """All of them, in the order in which primitives were first asked."""
    from aalpl.cost import analyse

    analysis = analyse(program, run.function)
    at = {**run.entry, **observations(analysis, run.observations)}
    for name, account in bill.accounts.items():
        forms = {kind: analysis.answer(Quantity(kind), primitive=name).exact for kind in KINDS}
        predicted = {kind: None if run.diagnostics else _number(form, at) for kind, form in forms.items()}
        payload = _payload(run, name)
        billed = _told(account.first)
        for kind in KINDS:
            yield Compared(name, kind, predicted[kind], payload[kind], billed[kind])
        money = account.first.money
        yield Compared(
            name, "cost", _cost(account.binding, predicted), _cost(account.binding, payload), money
        )


def as_text(rows: list[Compared], lived: Lived, names: Mapping[str, str], currency: str, ink: Ink) -> str:
    """The table, and what stands beside it. `names` are the models behind primitives."""
    cells = []
    before = None
    for row in rows:
        if row.what == "cost" and not row.predicted and not row.billed:
            continue  # nobody knows a price, or there is none
        write = (lambda value: f"{amount(Fraction(value))}") if row.what == "cost" else spoken
        what = f"cost {currency}" if row.what == "cost" else row.what
        ratio = "" if row.ratio is None or row.what == "calls" else f"{row.ratio:.3f}"
        first = row.primitive if row.primitive != before else ""
        model = names.get(row.primitive, "") if row.primitive != before else ""
        before = row.primitive
        numbers = (
            "unknown" if value is None else write(value) for value in (row.predicted, row.payload, row.billed)
        )
        cells.append((first, model, what, *numbers, ratio))
    heading = ("primitive", "answered by", "", "predicted", "payload", "billed", "billed / payload")
    table = text(Table(heading, tuple(cells), frozenset({3, 4, 5, 6})), ink)
    notes = "".join(f"  {line}\n" for line in _notes(lived, currency))
    return table + (f"\n{notes}" if notes else "")


def _notes(lived: Lived, currency: str) -> Iterator[str]:
    accounts = lived.bill.accounts
    for name, account in accounts.items():
        parts = [*_apart(account)]
        if parts:
            yield f"{name}: {' · '.join(parts)}"
    total = lived.bill.total()
    money = "cost unknown" if total.money is None else f"{amount(total.money)} {currency}"
    tokens = (
        ""
        if total.untold == total.calls
        else f" · {spoken(total.tokens_in)} tokens in · {spoken(total.tokens_out)} out"
    )
    calls = f"{spoken(total.calls)} {'call' if total.calls == 1 else 'calls'}"
    if total.calls or not lived.bill.kept:
        yield f"billed by this run: {calls}{tokens} · {money} · {lived.seconds:.1f} s"
    else:
        yield f"billed by this run: nothing · {lived.seconds:.1f} s"


def _apart(account: Account) -> Iterator[str]:
    """What is counted apart, where there is any."""
    whole, again = account.first.plus(account.again), account.again
    for count, words in (
        (whole.cached, "tokens in were cached"),
        (whole.written, "tokens in went into the cache"),
        (whole.reasoning, "tokens out were reasoning"),
    ):
        if count:
            yield f"{spoken(count)} {words}"
    if again.calls:
        yield f"{spoken(again.calls)} asked again ({spoken(again.tokens_in)} tokens in, {spoken(again.tokens_out)} out)"
    if account.cut:
        yield f"{spoken(account.cut)} answers cut off by their cap"
    if account.retries:
        yield f"{spoken(account.retries)} repeated before they were paid"
    if account.lost:
        yield f"{spoken(account.lost)} lost, and perhaps paid"
    if account.kept.calls:
        yield f"{spoken(account.kept.calls)} from the journal"
    if account.first.untold and account.first.untold < account.first.calls:
        yield f"{spoken(account.first.untold)} without a count of tokens"


def hypotheses(lived: Lived) -> tuple[Evidence, ...]:
    """What contracts say of chance; what budgets rest on: that no call is billed more than was set aside for it."""
    wallet, accounts = lived.wallet, [*lived.bill.accounts.values()]
    found = tuple(lived.declared.evidence())
    weighed = wallet is not None and (wallet.budgets.cost is not None or wallet.budgets.tokens is not None)
    if wallet is None or not weighed or not wallet.spent.calls or not accounts:
        return found
    told = f"{wallet.exceeded:,} of {wallet.spent.calls:,} were"
    text = "no call is billed more than its `ratio` allows"
    return (*found, Evidence(text, told, not wallet.exceeded, accounts[0].primitive.span))


def as_json(rows: list[Compared], lived: Lived, names: Mapping[str, str], currency: str) -> dict[str, Any]:
    """The same for machines."""
    wallet, ended = lived.wallet, lived.performed.ended
    return {
        "currency": currency,
        "seconds": round(lived.seconds, 3),
        "ended": None if ended is None else ended.code,
        "compared": [
            {
                "primitive": row.primitive,
                "answered_by": names.get(row.primitive),
                "quantity": row.what,
                "predicted": plain(row.predicted),
                "payload": plain(row.payload),
                "billed": _decimal(row.billed),
            }
            for row in rows
        ],
        "accounts": {name: _account(account) for name, account in lived.bill.accounts.items()},
        "billed": _sum(lived.bill.total()),
        "budget": None
        if wallet is None
        else {"calls": wallet.spent.calls, "tokens": wallet.spent.tokens, "exceeded": wallet.exceeded},
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "first": _sum(account.first),
        "again": _sum(account.again),
        "paid": _sum(account.paid),
        "kept": _sum(account.kept),
        "refused": account.refused,
        "retries": account.retries,
        "lost": account.lost,
        "cut": account.cut,
    }


def _sum(total: Sum) -> dict[str, Any]:
    known = total.untold == 0
    return {
        "calls": total.calls,
        "tokens_in": total.tokens_in if known else None,
        "tokens_out": total.tokens_out if known else None,
        "cached": total.cached,
        "cache_written": total.written,
        "reasoning": total.reasoning,
        "cost": _decimal(total.money),
    }


def _decimal(value: Number | None) -> int | float | str | None:
    return float(value) if isinstance(value, Fraction) and value.denominator != 1 else plain(value)


def _payload(run: Run, primitive: str) -> dict[Kind, Number | None]:
    rows = [row for row in run.meter.rows if row.primitive == primitive]
    return {
        "calls": sum(row.calls for row in rows),
        "tokens in": sum(row.tokens_in for row in rows),
        "tokens out": sum(row.tokens_out for row in rows),
    }


def _told(total: Sum) -> dict[Kind, Number | None]:
    known = total.untold == 0
    return {
        "calls": total.calls,
        "tokens in": total.tokens_in if known else None,
        "tokens out": total.tokens_out if known else None,
    }


def _number(form: Any, at: Mapping[str, Any]) -> Number | None:
    if form is None:
        return None
    try:
        found: Number = form.value(at)
    except KeyError:
        return None
    return found


def _cost(binding: Binding, counts: Mapping[Kind, Number | None]) -> Fraction | None:
    """What the tokens of the payload cost, with the declared overhead."""
    calls, read, written = (counts[kind] for kind in KINDS)
    if calls is None or read is None or written is None:
        return None
    overhead = Fraction(binding.overhead or 0) * Fraction(calls)
    return binding.money(Fraction(read) + overhead, Fraction(written), Fraction(calls))
