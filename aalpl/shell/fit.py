"""`aalpl fit`: the constants and rates of a program from traces of real calls, and its bounds at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import attrs
import click

from aalpl.cost import analyse
from aalpl.cost.result import Analysis, Quantity
from aalpl.cost.words.numbers import number, substituted
from aalpl.cost.words.summary import Names, names_for
from aalpl.fitting.billed import Billed, billed
from aalpl.fitting.calls import BadTrace, Called, calls
from aalpl.fitting.constants import Fitted, Lengths, constants, lengths
from aalpl.fitting.journalled import explained
from aalpl.fitting.statistics import Interval
from aalpl.program.nodes import Program
from aalpl.program.size import Size, const
from aalpl.report.ink import Ink
from aalpl.report.machine import dumps
from aalpl.report.table import Table, text
from aalpl.shell import given, loaded
from aalpl.shell.failure import Exit, Failure, unknown
from aalpl.shell.files import read
from aalpl.shell.numbers import plain
from aalpl.shell.options import ascii_only
from aalpl.shell.terminal import Terminal

VERSION = 1
KINDS = ("calls", "tokens in", "tokens out", "cost")


@attrs.frozen
class Found:
    """All that a trace says of a program."""

    calls: Sequence[Called]
    others: int
    lengths: Sequence[Lengths]
    constants: Sequence[Fitted]
    billed: Sequence[Billed]
    means: bool = False

    @property
    def values(self) -> dict[str, Fraction]:
        """The constants by name."""
        return {fitted.symbol: fitted.value for fitted in self.constants}

    @property
    def runs(self) -> int:
        """How many runs the calls are of."""
        return len({call.run for call in self.calls})


@click.command()
@click.argument("file")
@click.argument("function", required=False)
@click.option(
    "--trace", "traces", multiple=True, required=True, metavar="SPANS.jsonl", help="Traces of real calls."
)
@click.option(
    "--map", "names", multiple=True, metavar="SPAN=PRIMITIVE", help="Whose calls spans of this name are."
)
@click.option("--at", "at", default="", metavar="n=1e6,k=100", help="Other sizes: bounds as numbers.")
@click.option(
    "--lengths", "which", type=click.Choice(["longest", "mean"]), default="longest", show_default=True,
    help="Whether lengths of answers are fitted by the longest, or on the average.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to report.")
@ascii_only
@click.pass_obj
def fit(
    paper: Terminal,
    /,
    file: str,
    function: str | None,
    traces: tuple[str, ...],
    names: tuple[str, ...],
    at: str,
    which: str,
    form: str,
) -> int:
    """Set a program's constants and rates from traces of real calls, and derive its bounds at them.

    Traces are OpenTelemetry's GenAI spans as JSON lines, or what `aalpl run --trace` writes. What is fitted describes
    the calls in the trace, with 95 % intervals; it is no bound, and the bounds below it hold where it does.

    \b
    Examples:
      aalpl fit agent.aalp --trace spans.jsonl
      aalpl fit agent.aalp reply --trace spans.jsonl --at n=100 --map "chat planner=plan"
    """
    source = read(file)
    program = loaded.program(source, paper)
    functions = loaded.functions(program, function)
    sizes = given.parse(at)
    given.require(sizes, loaded.symbols(program, functions))
    given.possible(sizes, program)
    found = _found(program, traces, _names(names, program), means=which == "mean")
    values = {**found.values, **sizes}
    analyses = {name: analyse(program, name) for name in functions}
    if form == "json":
        paper.document(_as_json(program, found, analyses, values))
    else:
        paper.say(_as_text(program, found, analyses, values, traces, paper.ink))
    return Exit.FINE


def _names(said: Sequence[str], program: Program) -> dict[str, str]:
    found = {}
    for each in said:
        span, equals, primitive = each.rpartition("=")
        if not equals:
            raise Failure(f"`{each}` maps nothing", 'write `--map "span name=primitive"`')
        if primitive not in program.primitives:
            raise unknown("primitive", primitive, list(program.primitives), code="unknown-primitive")
        found[span] = primitive
    return found


def _found(program: Program, traces: Sequence[str], names: Mapping[str, str], *, means: bool) -> Found:
    every: list[Called] = []
    others = 0
    for name in traces:
        try:
            some, more = calls(Path(name).read_text(encoding="utf-8"), program.primitives, names)
        except OSError:
            raise Failure(f"there is no file `{name}`", code="no-such-file") from None
        except (BadTrace, UnicodeDecodeError) as error:
            hint = "give JSON lines: one span, or one export of spans, on each"
            raise Failure(f"`{name}` is no trace: {error}", hint, code="bad-trace") from None
        every += [attrs.evolve(call, run=f"{name} {call.run}") for call in some]
        others += more
    if not every:
        known = ", ".join(f"`{each}`" for each in program.primitives)
        hint = f'say whose they are: `--map "span name=primitive"`, for {known}'
        raise Failure("no call in the trace is of a primitive of this program", hint, code="bad-trace")
    every = explained(program, every)
    fitted = constants(program, every, means=means)
    return Found(every, others, lengths(program, every), fitted, billed(program, every), means)


# -- for people ----------------------------------------------------------------------------------------------------


def _as_text(
    program: Program,
    found: Found,
    analyses: Mapping[str, Analysis],
    values: Mapping[str, Fraction],
    traces: Sequence[str],
    ink: Ink,
) -> str:
    runs = f" in {found.runs:,} runs" if found.runs > 1 else ""
    head = f"{ink.paint('fitted', 'bold')} from {_some(len(found.calls))}{runs} ({', '.join(traces)}); not bounds\n"
    if found.others:
        head += f"  {_some(found.others)} of others left out: `--map` says whose they are\n"
    parts = [head, _answers(found, ink), _constants(program, found, ink), _providers(found, ink)]
    for name, analysis in analyses.items():
        parts.append(_bounds(program, name, analysis, found, values, ink))
    return ink.spell("\n".join(part for part in parts if part))


def _some(count: int) -> str:
    return f"{count:,} call{'s' * (count != 1)}"


def _answers(found: Found, ink: Ink) -> str:
    rows = [
        (
            each.primitive,
            each.model,
            f"{each.count:,}",
            *_about(each.mean),
            f"{each.longest:,}",
            "as billed" * each.billed,
        )
        for each in found.lengths
    ]
    heading = ("answers of", "model", "calls", "mean", "95 %", "longest", "")
    return text(Table(heading, tuple(rows), frozenset({2, 3, 5})), ink) if rows else ""


def _constants(program: Program, found: Found, ink: Ink) -> str:
    if not found.constants:
        return "  the program has no constant that these calls say something of\n"
    rows = tuple(
        (
            each.symbol,
            _rounded(each.value),
            "" if each.between is None else _about(each.between)[1],
            each.words,
        )
        for each in found.constants
    )
    given = ",".join(f"{each.symbol}={_rounded(each.value)}" for each in found.constants)
    table = text(Table(("constant", "", "95 %", ""), rows, frozenset({1})), ink)
    lines = "".join(f"  {line}\n" for line in _assumed(program, found))
    return f"{table}\n  --at {given}\n{lines}"


def _assumed(program: Program, found: Found) -> Iterator[str]:
    """The same as lines of the program, for what it declares."""
    for each in found.constants:
        declared = program.sizes.get(each.symbol)
        if declared is not None and declared.kind == "prob":
            yield f"prob {each.symbol} = {each.value}"
        elif declared is not None:
            sign = "<=" if each.between is None else "="
            yield f"assume {each.symbol} {sign} {each.value}"


def _providers(found: Found, ink: Ink) -> str:
    rows = []
    for each in found.billed:
        read = each.read
        rows.append((each.model, "read", *_line(each.model, read.overhead, read.ratio, read.off)))
        if each.written is not None:
            line = each.written
            rows.append((each.model, "written", *_line(each.model, line.overhead, line.ratio, line.off)))
    heading = ("billed", "", "for each call", "95 %", "for each token", "95 %", "off by at most")
    return text(Table(heading, tuple(rows), frozenset({2, 4, 6})), ink) if rows else ""


def _line(model: str, overhead: Interval, ratio: Interval, off: float) -> tuple[str, ...]:
    return (*_about(overhead), *_about(ratio), f"{off:.1%}")


def _bounds(
    program: Program, name: str, analysis: Analysis, found: Found, values: Mapping[str, Fraction], ink: Ink
) -> str:
    names = names_for(program, analysis)
    rows = []
    for kind in KINDS:
        answer = analysis.answer(Quantity(kind, "primitive" if kind == "cost" else None))  # type: ignore[arg-type]
        rows.append((kind, _shown(answer.lower, values, names), _shown(answer.upper, values, names)))
    low, high = (_read(analysis, found, end) for end in ("lower", "upper"))
    if low is not None or high is not None:
        rows.append(
            ("billed tokens in", f"~ {_shown(low, values, names)}", f"~ {_shown(high, values, names)}")
        )
    told = "at average lengths: no bounds" if found.means else "bounds where the fitted constants hold"
    heading = ("", "best case", "worst case") if found.means else ("", "at least", "at most")
    return f"{ink.paint(name, 'bold')}  {told}\n" + text(Table(heading, tuple(rows)), ink)


def _read(analysis: Analysis, found: Found, end: str) -> Size | None:
    """Tokens read as they will be billed, by the lines through what was billed; None where a model has none."""
    total: Size | None = None
    lines = {each.model: each.read for each in found.billed}
    for model in dict.fromkeys(part.model.partition("[")[0] for part in analysis.parts):
        read = getattr(analysis.answer(Quantity("tokens in"), model=model), end)
        count = getattr(analysis.answer(Quantity("calls"), model=model), end)
        if model not in lines or read is None or count is None:
            return None
        line = lines[model]
        here = read * const(_near(line.ratio.value)) + count * const(_near(line.overhead.value))
        total = here if total is None else total + here
    return total


def _near(value: float) -> Fraction:
    return Fraction(value).limit_denominator(10_000)


def _shown(size: Size | None, values: Mapping[str, Fraction], names: Names) -> str:
    return "unknown" if size is None else number(size, values, names)


def _about(found: Interval) -> tuple[str, str]:
    between = "" if found.low is None or found.high is None else f"{found.low:.4g} to {found.high:.4g}"
    return f"{found.value:.4g}", between


def _rounded(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.4g}"


# -- for machines --------------------------------------------------------------------------------------------------


def _as_json(
    program: Program, found: Found, analyses: Mapping[str, Analysis], values: Mapping[str, Fraction]
) -> str:
    return dumps(
        {
            "version": VERSION,
            "calls": len(found.calls),
            "runs": found.runs,
            "left_out": found.others,
            "answers": [
                {
                    "primitive": each.primitive,
                    "model": each.model,
                    "calls": each.count,
                    "mean": attrs.asdict(each.mean),
                    "longest": each.longest,
                    "billed": each.billed,
                }
                for each in found.lengths
            ],
            "constants": [
                {
                    "name": each.symbol,
                    "value": plain(each.value),
                    "observations": each.count,
                    "between": None if each.between is None else attrs.asdict(each.between),
                    "words": each.words,
                }
                for each in found.constants
            ],
            "billed": [attrs.asdict(each) for each in found.billed],
            "bounds": {name: _numbers(program, analysis, values) for name, analysis in analyses.items()},
        }
    )


def _numbers(
    program: Program, analysis: Analysis, values: Mapping[str, Fraction]
) -> dict[str, dict[str, str | None]]:
    names = names_for(program, analysis)
    found = {}
    for kind in KINDS:
        answer = analysis.answer(Quantity(kind, "primitive" if kind == "cost" else None))  # type: ignore[arg-type]
        ends = {"low": answer.lower, "high": answer.upper}
        found[kind] = {
            end: None if size is None else names.plain(substituted(size, values))
            for end, size in ends.items()
        }
    return found
