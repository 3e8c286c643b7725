"""`aalpl cost`: what a program will cost, as formulas in its own sizes."""

from __future__ import annotations

import click

from aalpl.cost.prices.own import named
from aalpl.program.excerpt import Pieces
from aalpl.report.diagnostic import Diagnosed
from aalpl.shell import cache, costed, given, loaded
from aalpl.shell.failure import Exit, Failure
from aalpl.shell.files import read
from aalpl.shell.models import read as read_models
from aalpl.shell.options import ascii_only, strict
from aalpl.shell.prices import completed
from aalpl.shell.terminal import Terminal


@click.command()
@click.argument("file")
@click.argument("function", required=False)
@click.option(
    "--at", "at", default="", metavar="n=1e6,k=100", help="Numbers for sizes: numbers instead of formulas."
)
@click.option(
    "--under", default="primitive", metavar="COSTMODEL", help="A cost model's name, or one over m, P, O."
)
@click.option("--span", is_flag=True, help="The critical path beside the work.")
@click.option("--worst", "which", flag_value="worst", default=None, help="The worst case only.")
@click.option("--best", "which", flag_value="best", default=None, help="The best case only.")
@click.option("--expected", "which", flag_value="expected", default=None, help="The expectation only.")
@click.option(
    "--minimise", metavar="m", help="The value of a size or int parameter at which costs are least."
)
@click.option("--tail", "tail", metavar="0.05", help="Bounds that hold but for this probability.")
@click.option("--explain", is_flag=True, help="How each formula is derived, step by step.")
@click.option(
    "--models", "models", metavar="models.toml", help="Prices of the models: money, at the sizes given."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "latex", "markdown"]),
    default="text",
    help="How to report.",
)
@click.option("--no-cache", is_flag=True, help="Derive everything anew, and keep nothing.")
@strict
@ascii_only
@click.pass_obj
def cost(
    paper: Terminal,
    /,
    file: str,
    function: str | None,
    at: str,
    under: str,
    span: bool,
    which: str | None,
    minimise: str | None,
    tail: str | None,
    explain: bool,
    models: str | None,
    form: str,
    no_cache: bool,
    strict: bool,
) -> int:
    """Derive what a program will cost, before it is run.

    Without FUNCTION, all functions of the file at a glance; with one, line by line. What cannot be derived is
    `unknown`, with the line and the reason.

    \b
    Examples:
      aalpl cost debugging.aalp
      aalpl cost debugging.aalp focused --at k=40,l=120,b=3
      aalpl cost debugging.aalp --under tokens
      aalpl cost debugging.aalp naive --under "2*P + 8*O" --explain
      aalpl cost debugging.aalp --at k=40,l=120,b=3 --models models.toml
      aalpl cost maker.aalp decide --tail 0.05 --at d=3,p=0.9
      aalpl cost chunk_map.aalp --minimise m --at n=100000,s=500 --under "P^2"
      aalpl cost walk.koat --at x=100
    """
    if file.endswith(".koat"):
        from aalpl.shell import systems

        return systems.cost(read(file), at, which, form, strict, paper)
    source = read(file)
    program = loaded.program(source, paper, strict=strict)
    names = loaded.functions(program, function)
    sizes = given.parse(at)
    if sizes and form in ("latex", "markdown"):
        raise Failure(
            f"`--format {form}` gives formulas, `--at` asks for numbers", "leave out one of the two"
        )
    given.require([*sizes, *([minimise] if minimise else [])], loaded.symbols(program, names))
    given.possible(sizes, program)
    bound = completed(read_models(models, tuple(program.models))) if models is not None else None
    if bound is not None and sizes:
        sizes = {**bound.sizes(program), **sizes}
    try:
        model = named(under, program)
    except Diagnosed as diagnosed:  # it is on the command line that the mistake stands
        paper.complain(diagnosed.diagnostics)
        return Exit.USAGE
    if tail is not None:
        from aalpl.shell import tailed

        return tailed.report(program, names, model, tailed.Wish(tail, sizes or None, form), paper)
    memo, pieces = cache.memo(no_cache=no_cache), Pieces(program, source)
    whole = explain or form in ("latex", "markdown")
    summaries = [memo.summary(pieces, name, model, whole=whole) for name in names]
    write = paper.document if form == "json" else paper.out.write
    if minimise is not None:
        from aalpl.shell import least

        wish = least.Wish(minimise, sizes, which or "worst", span)
        write(least.report(program, summaries, wish, paper.ink, form))
        memo.keep()
        return Exit.FINE
    asked = costed.Asked(sizes or None, which, span, explain, bound, function is not None, file)
    write(costed.REPORTS[form](program, summaries, asked, paper.ink))
    memo.keep()
    return Exit.WRONG if strict and any(s.unknowns for s in summaries) else Exit.FINE
