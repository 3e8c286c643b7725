"""`aalpl compare`: two functions side by side, of one program or of two."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from aalpl.cost.kept import Memo
from aalpl.cost.optima.pair import Case, Pair, pair, side
from aalpl.cost.prices.own import named
from aalpl.cost.result import Kind, Quantity
from aalpl.cost.words.summary import Summary
from aalpl.program.excerpt import Pieces
from aalpl.report.diagnostic import Diagnosed
from aalpl.shell import cache, compared, given, loaded
from aalpl.shell.failure import Exit, Failure
from aalpl.shell.files import read
from aalpl.shell.options import ascii_only
from aalpl.shell.terminal import Terminal

_KINDS = [kind for kind in get_args(Kind) if kind != "overhead"]


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="FILE [F G] | FILE:F FILE:G")
@click.option("--quantity", type=click.Choice(_KINDS), default="cost", help="What is compared.")
@click.option(
    "--under", default="primitive", metavar="COSTMODEL", help="A cost model's name, or one over m, P, O."
)
@click.option("--span", is_flag=True, help="The critical path, not the work.")
@click.option("--worst", "which", flag_value="worst", default="worst", help="The worst case (the default).")
@click.option("--best", "which", flag_value="best", help="The best case.")
@click.option("--expected", "which", flag_value="expected", help="The expectation.")
@click.option("--at", "at", default="", metavar="n=1e6,k=100", help="Numbers for sizes.")
@click.option("--free", metavar="n", help="The size along which to look from where on one is cheaper.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to report.")
@click.option("--no-cache", is_flag=True, help="Derive everything anew, and keep nothing.")
@ascii_only
@click.pass_obj
def compare(
    paper: Terminal,
    /,
    what: tuple[str, ...],
    quantity: Kind,
    under: str,
    span: bool,
    which: Case,
    at: str,
    free: str | None,
    form: str,
    no_cache: bool,
) -> int:
    """Compare what two functions cost: their formulas, by what factor they grow apart, which is cheaper and from where on.

    Sizes and models of the same name in two files are the same.

    \b
    Examples:
      aalpl compare debugging.aalp naive focused
      aalpl compare old.aalp:answer new.aalp:answer --quantity "tokens in"
      aalpl compare sorting.aalp:by_insertion sorting.aalp:merge_sort --at L=200 --free N
      aalpl compare routing.aalp --under price --at k=20
    """
    programs = _programs(_sides(what), paper)
    chosen = Quantity(quantity, None, span)
    sides = []
    memo = cache.memo(no_cache=no_cache)
    for pieces, function in programs:
        program = pieces.program
        summary, chosen = _summary(pieces, function, under, chosen, memo, paper)
        sides.append(side(program, summary, chosen, which))
    both: Pair = pair(*sides)
    sizes = given.parse(at)
    names = {name for each, function in programs for name in loaded.symbols(each.program, [function])}
    given.require([*sizes, *([free] if free else [])], names)
    for pieces, _ in programs:
        given.possible(sizes, pieces.program)
    if free is not None and free in sizes:
        raise Failure(f"`{free}` is free and given", "leave it out of `--at` or of `--free`")
    found = compared.found(both, chosen, which, sizes, free)
    write = paper.document if form == "json" else paper.out.write
    write(compared.as_json(found) if form == "json" else compared.as_text(found, paper.ink))
    memo.keep()
    return Exit.FINE


def _sides(what: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """The two files and functions that the arguments name."""
    match what:
        case (file, first, second) if not _is_file(first):
            return [(file, first), (file, second)]
        case (one, other):
            return [_parted(one), _parted(other)]
        case (file,):
            return [(file, None)]
        case _:
            raise Failure("two functions are compared", "write `FILE F G` or `FILE:F FILE:G`")


def _parted(argument: str) -> tuple[str, str | None]:
    file, colon, function = argument.rpartition(":")
    if colon and function.isidentifier() and not _is_file(argument):
        return file, function
    return argument, None


def _is_file(argument: str) -> bool:
    return Path(argument).is_file()


def _programs(sides: list[tuple[str, str | None]], paper: Terminal) -> list[tuple[Pieces, str]]:
    """Each side's program, loaded once, and function; both functions of a file that has two."""
    sources = {file: read(file) for file, _ in sides}
    files = {file: Pieces(loaded.program(source, paper), source) for file, source in sources.items()}
    if len(sides) == 1:
        ((file, _),) = sides
        own = loaded.functions(files[file].program, None)
        if len(own) != 2:
            every = ", ".join(f"`{name}`" for name in own)
            raise Failure("two functions are compared", f"name two of {every}", code="which-function")
        return [(files[file], name) for name in own]
    return [(files[file], loaded.one_function(files[file].program, function)) for file, function in sides]


def _summary(
    pieces: Pieces, function: str, under: str, quantity: Quantity, memo: Memo, paper: Terminal
) -> tuple[Summary, Quantity]:
    try:
        model = named(under, pieces.program)
    except Diagnosed as diagnosed:  # it is on the command line that the mistake stands
        paper.complain(diagnosed.diagnostics)
        raise Failure(f"`{under}` is no cost model of both programs") from None
    asked = Quantity(quantity.kind, model.name if quantity.kind == "cost" else None, quantity.critical)
    return memo.summary(pieces, function, model), asked
