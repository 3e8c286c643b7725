"""`aalpl measure`: runs a program on the simulator over a grid of sizes, and shows measured beside derived."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from aalpl.cost.reliability.success import concerned
from aalpl.program.nodes import Program
from aalpl.program.types import Bool, Int
from aalpl.run.known import assumed
from aalpl.run.result import QUANTITIES
from aalpl.shell import given, loaded
from aalpl.shell.failure import Exit, Failure
from aalpl.shell.files import read, writable
from aalpl.shell.measuring import grid as grids
from aalpl.shell.measuring import picture, report
from aalpl.shell.measuring.derived import Derived, Likely, derived
from aalpl.shell.measuring.pool import Pool
from aalpl.shell.measuring.records import Records, resumed
from aalpl.shell.measuring.sampling import Plan, sample
from aalpl.shell.numbers import spoken
from aalpl.shell.options import ascii_only
from aalpl.shell.terminal import Terminal

ASKED = (*QUANTITIES, *(f"span {name}" for name in QUANTITIES))


@click.command()
@click.argument("file")
@click.argument("function", required=False)
@click.option("--grid", "grid", required=True, metavar='"n=10,20,40 k=1..3"', help="The sizes to measure at.")
@click.option("--at", "at", default="", metavar="m=1,l=9", help="Sizes that are the same everywhere.")
@click.option(
    "--seeds",
    type=click.IntRange(1, 10**7),
    default=30,
    show_default=True,
    help="At most so many runs a cell.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Other runs: moves all seeds.")
@click.option("--precision", metavar="1%", help="Enough, once the interval of the mean is so narrow.")
@click.option(
    "--of", "quantity", type=click.Choice(ASKED), default="calls", show_default=True, help="What is measured."
)
@click.option(
    "--adversary", type=click.Choice(["worst", "best", "random"]), default="random", show_default=True,
    help="How what nobody declared behaves.",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(1, 512), help="Processes; all cores, where nothing is said.")
@click.option(
    "--output", metavar="TABLE.csv|.json", help="Keep every run there, and go on from what is there."
)
@click.option("--plot", is_flag=True, help="Draw the means in plain text.")
@click.option("--figure", metavar="PLOT.png|.svg", help="Draw them into a file (needs the `plot` extra).")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to report.")
@ascii_only
@click.pass_obj
def measure(
    paper: Terminal,
    /,
    file: str,
    function: str | None,
    grid: str,
    at: str,
    seeds: int,
    seed: int,
    precision: str | None,
    quantity: str,
    adversary: str,
    jobs: int | None,
    output: str | None,
    plot: bool,
    figure: str | None,
    form: str,
) -> int:
    """Run a program many times on simulated models: measured means beside what is derived.

    Each cell of the grid has seeds of its own, the same whenever it is measured; the mean is shown with its 95 %
    interval beside the derived expectation, or the bounds. A fit is an observation, never a bound. A table that was
    interrupted is gone on with.

    \b
    Examples:
      aalpl measure sort.aalp --grid "n=16,32,64,128" --plot
      aalpl measure votes.aalp task --grid "d=1..5" --at s=20,p=0.7 --seeds 10000 --precision 1%
      aalpl measure sort.aalp --grid "n=16,64,256" --of cost --at m=1 --output runs.csv --figure sort.svg
    """
    source = read(file)
    program = loaded.program(source, paper)
    name = loaded.one_function(program, function)
    values, fixed = grids.parse(grid), given.parse(at)
    _known(program, name, [*values, *fixed], paper)
    cells = grids.cells(values, fixed)
    for cell in cells:
        given.possible(cell, program)
        _assumed(cell, program)
    target = None if output is None else Path(output)
    if target is not None:
        writable(target)
    if figure is not None:
        picture.drawable(Path(figure))
        _across(grids.varying(values))
    wanted = None if precision is None else _precision(precision)
    plan = Plan(source.name, source.text, name, cells, seeds, seed, wanted, quantity, adversary, target)
    about = {"function": name, "program": _digest(source.text), "adversary": adversary}
    records = Records(about) if target is None else resumed(target, about, set(cells[0]))
    expected, success = _derived(program, name, quantity)
    kept = sum(min(len(records.of(cell)), seeds) for cell in cells)
    with _progress(paper, len(cells) * seeds, kept) as told, Pool(jobs or os.cpu_count() or 1) as pool:
        broken = sample(plan, records, pool, told)
    if broken is not None:
        paper.complain(broken.diagnostics)
        return Exit.WRONG if broken.begun else Exit.USAGE
    found = report.report(plan, records, expected, success, grids.varying(values))
    if not found.lines:
        hint = "give the models their sizes (`--at m=1`), or measure `--of calls`"
        raise Failure(f"the {quantity} of these runs cannot be told", hint)
    if figure is not None:
        picture.draw(report.series(found), found.varying[0], quantity, Path(figure))
    if form == "json":
        paper.document(report.as_json(found))
    else:
        paper.say(report.as_text(found, paper.ink, plot=plot))
    return Exit.FINE


def _known(program: Program, name: str, names: list[str], paper: Terminal) -> None:
    """Fails on names the program does not know, and on int parameters that nobody gave."""
    if twice := next((n for n in names if names.count(n) > 1), None):
        raise Failure(f"`{twice}` is given twice", "give it in the grid or with `--at`", code="bad-grid")
    given.require(names, loaded.symbols(program, [name]))
    for param in program.functions[name].params:
        if isinstance(param.type, Int) and param.name not in names:
            hint = f"add it to the grid, or `--at {param.name}=…`"
            raise Failure(f"`{param.name}` has no value", hint, code="missing-size")


def _assumed(cell: grids.Cell, program: Program) -> None:
    """Fails where a cell contradicts an assumption."""
    for relation, held in assumed(program, cell):
        if held is False:
            sizes = ", ".join(f"{size} = {spoken(value)}" for size, value in cell.items())
            broken = f"{relation.left} {relation.operator} {relation.right}"
            raise Failure(
                f"`assume {broken}` does not hold of {sizes}", "leave that cell out", code="bad-grid"
            )


def _precision(text: str) -> float:
    wanted = given.number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 < wanted < 1:
        raise Failure(f"`{text}` is no precision", "write `--precision 1%`", code="bad-precision")
    return float(wanted)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _derived(program: Program, name: str, quantity: str) -> tuple[Derived, Likely | None]:
    from aalpl.cost import analyse

    expected = derived(analyse(program, name), quantity)
    if not isinstance(program.functions[name].result, Bool) and not concerned(program, name):
        return expected, None
    return expected, Likely(program, name)


def _across(varying: list[str]) -> None:
    """Fails where no size varies, over which a picture could be drawn."""
    if not varying:
        hint = "give a size several values (`n=10,20,40`)"
        raise Failure("there is nothing to draw: no size has two values", hint, code="bad-grid")


@contextmanager
def _progress(paper: Terminal, total: int, kept: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where a person reads it."""
    if not paper.err_pictures:
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(file=paper.err, no_color=not paper.err_ink.colour, legacy_windows=False)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("runs", total=total, completed=kept)
        yield lambda count: bar.advance(task, count)
