"""`aalpl show`: one view of a program, as the literate cases know it."""

from __future__ import annotations

import click

from aalpl.cases.views import VIEWS, Request
from aalpl.check import load
from aalpl.shell import given, loaded
from aalpl.shell.failure import unknown
from aalpl.shell.files import read
from aalpl.shell.options import ascii_only
from aalpl.shell.terminal import Terminal

_OF_A_FUNCTION = frozenset({"rules", "cost", "output", "trace", "fault"})


@click.command()
@click.argument("file")
@click.option("--view", default="program", metavar="|".join(VIEWS), help="What to show.")
@click.option("--rules", "rules", is_flag=True, help="The same as --view rules.")
@click.option("--function", default=None, help="Of this function only, where the view is one of functions.")
@click.option("--at", default="", metavar="n=9,k=3", help="Sizes, where the view runs the program.")
@ascii_only
@click.pass_obj
def show(paper: Terminal, file: str, view: str, rules: bool, function: str | None, at: str) -> None:
    """Show one view of a program.

    \b
    Views:
      tree      what was written, node by node
      fmt       the canonical form
      program   what it means: names resolved, types and sizes, sugar lowered
      error     its diagnostics
      rules     the integer form that every bound is computed from (KoAT)
      cost      its quantities, one `quantity = formula` a line
      output    what a simulated run returns
      trace     the calls of a simulated run
      fault     what ends a simulated run
    \b
    Examples:
      aalpl show debugging.aalp --view tree
      aalpl show debugging.aalp --view rules --function focused
      aalpl show debugging.aalp --view trace --function focused --at k=4,l=9,b=2
    """
    view = "rules" if rules else view
    if view not in VIEWS:
        raise unknown("view", view, list(VIEWS), code="unknown-view")
    source = read(file)
    given.parse(at)
    if function is not None or (view in _OF_A_FUNCTION and load(source)[0] is not None):
        loaded.functions(loaded.program(source, paper), function)
    paper.say(VIEWS[view](Request(source, function=function, at=at)))
