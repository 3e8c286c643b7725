"""`aalpl trace`: the calls of a journal, as a tree, as JSON lines, or as OpenTelemetry spans."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import click

from aalpl.live.binding import Binding
from aalpl.live.journal import calls as kept
from aalpl.live.journal import problems
from aalpl.live.journal.tables import reading
from aalpl.live.journal.tree import Part, rows, tree
from aalpl.live.stops import Unkept
from aalpl.live.worst import charged
from aalpl.report.table import Table, text
from aalpl.shell import models as bound
from aalpl.shell.failure import Exit, Failure
from aalpl.shell.numbers import spoken
from aalpl.shell.options import ascii_only
from aalpl.shell.running.wishes import amount
from aalpl.shell.terminal import Terminal

WIDEST = 6  # parts of one part that are shown


@click.command()
@click.argument("file")
@click.option(
    "--run", "number", type=int, help="Which run of the journal; the last one unless told otherwise."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "jsonl", "otel"]), default="text", help="How to tell."
)
@click.option("--models", metavar="models.toml", help="The prices, for what each call cost.")
@click.option("--content", is_flag=True, help="With what was asked and said, where the journal keeps it.")
@click.option("--all", "every", is_flag=True, help="Show every branch, however many there are.")
@ascii_only
@click.pass_obj
def trace(
    paper: Terminal,
    /,
    file: str,
    number: int | None,
    form: str,
    models: str | None,
    content: bool,
    every: bool,
) -> int:
    """Show the calls that a journal has: where, who answered, tokens, cost, time.

    As OpenTelemetry spans they go where OTEL_TRACES_EXPORTER and OTEL_EXPORTER_OTLP_ENDPOINT say.

    \b
    Examples:
      aalpl trace sort.journal
      aalpl trace sort.journal --models models.toml --all
      aalpl trace sort.journal --format jsonl --content
      OTEL_TRACES_EXPORTER=console aalpl trace sort.journal --format otel
    """
    prices = None if models is None else bound.read(models, None)
    with _journal(file) as base:
        told = Told(base, file, _chosen(kept.runs(base, file), number, file), prices, content)
        match form:
            case "jsonl":
                paper.say("".join(f"{line}\n" for line in told.lines()))
            case "otel":
                paper.note(f"{told.spans()}\n")
            case _:
                paper.say(told.text(None if every else WIDEST, paper))
    return Exit.FINE


@attrs.frozen
class Told:
    """A run of a journal, to be told."""

    base: Any
    name: str
    run: kept.Kept
    prices: bound.Models | None
    content: bool

    @property
    def currency(self) -> str | None:
        """Of the prices."""
        return None if self.prices is None else self.prices.currency

    def calls(self) -> Iterator[tuple[kept.Call, Fraction | None]]:
        """Each with its cost."""
        for call in kept.calls(self.base, self.name, self.run.number):
            yield call, self.cost(call)

    def cost(self, call: kept.Call) -> Fraction | None:
        """What it was billed; None where that is unknown."""
        if self.prices is None or call.reply is None:
            return None
        bindings = self.prices.bindings
        return charged(bindings.get(call.primitive, bindings.get(call.model, Binding())), call.usage)

    def words(self, call: kept.Call) -> dict[str, Any] | None:
        """What was asked, if that is wanted."""
        if not self.content:
            return None
        return {"args": {}} if call.asked is None else kept.question(self.base, call.asked)

    def lines(self) -> Iterator[str]:
        """JSON lines, with the version of their form in the first."""
        yield kept.head(self.run, self.name, self.currency)
        for call, cost in self.calls():
            yield kept.line(call, None if cost is None else float(cost), self.words(call))

    def spans(self) -> str:
        """Exports them; what was done."""
        from aalpl.live.journal.spans import export
        from aalpl.shell.tracing.exporter import tracer

        with tracer() as to:
            if to is None:
                return "nothing exported: OTEL_SDK_DISABLED is set"
            root = tree(self.calls(), self.run.header.function)
            return f"{export(root, self.run, to, self.currency, self.words):,} spans exported"

    def text(self, widest: int | None, paper: Terminal) -> str:
        """The tree."""
        root = tree(self.calls(), self.run.header.function)
        heading: tuple[str, ...] = ("", "calls", "tokens in", "tokens out", "seconds")
        table = [self.row(depth, name, part) for depth, name, part in rows(root, widest)]
        if self.prices is not None:
            heading = (*heading, f"cost {self.currency}")
        shown = text(Table(heading, tuple(table), frozenset(range(1, len(heading)))), paper.ink)
        return f"{self.title(root)}\n\n{shown}\n"

    def row(self, depth: int, name: str, part: Part | None) -> tuple[str, ...]:
        """One line of the table."""
        cells = [f"{'  ' * min(depth, 20)}{_short(name)}"]
        if part is None:
            return (*cells, *[""] * (4 + (self.prices is not None)))
        cells += [spoken(part.count), _known(part.tokens_in), _known(part.tokens_out), f"{part.seconds:.2f}"]
        if self.prices is not None:
            cells.append("?" if part.money is None else amount(part.money))
        return tuple(cells)

    def title(self, root: Part) -> str:
        """What the run was and how it ended."""
        parts = [
            f"{self.run.header.function}  run {self.run.number}",
            self.run.outcome or "killed, or under way",
        ]
        for count, words in (
            (root.count - root.paid, "not asked in this run"),
            (root.again, "asked again"),
            (root.waiting, "without an answer, and perhaps paid"),
        ):
            if count:
                parts.append(f"{spoken(count)} {words}")
        return " · ".join(parts)


def _short(name: str) -> str:
    return name if len(name) <= 70 else f"{name[:30]}…{name[-39:]}"


def _known(number: int | None) -> str:
    return "?" if number is None else spoken(number)


def _chosen(runs: list[kept.Kept], number: int | None, file: str) -> kept.Kept:
    if not runs:
        raise Failure(f"`{file}` has no run yet", code="no-journal")
    found = [run for run in runs if number in (None, run.number)]
    if not found:
        numbers = ", ".join(str(run.number) for run in runs)
        raise Failure(f"`{file}` has no run {number}", f"choose one of {numbers}")
    return found[-1]


@contextmanager
def _journal(file: str) -> Iterator[Any]:
    try:
        with problems.telling(file), closing(reading(Path(file))) as base:
            yield base
    except Unkept as error:
        raise Failure(error.title, error.hint, code=error.code) from None
