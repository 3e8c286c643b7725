"""`aalpl show`: one view of a program, as the literate cases know it."""

from __future__ import annotations

import click

from aalpl.cases.views import VIEWS, Request
from aalpl.shell.failure import unknown
from aalpl.shell.files import read
from aalpl.shell.options import ascii_only
from aalpl.shell.terminal import Terminal


@click.command()
@click.argument("file")
@click.option("--view", default="program", metavar="|".join(VIEWS), help="What to show.")
@click.option("--rules", "view", flag_value="rules", help="The same as --view rules.")
@click.option("--function", default=None, help="Of this function only, where the view is one of functions.")
@click.option("--at", default="", metavar="n=9,k=3", help="Sizes, where the view runs the program.")
@ascii_only
@click.pass_obj
def show(paper: Terminal, file: str, view: str, function: str | None, at: str) -> None:
    """Show one view of a program.

    \b
    Views:
      tree      what was written, node by node
      program   what it means: names resolved, types and sizes, sugar lowered
      rules     the integer form that every bound is computed from
      cost      its quantities, one `quantity = expression` a line
      error     its diagnostics
    \b
    Examples:
      aalpl show debugging.aalp --view tree
      aalpl show debugging.aalp --view rules --function focused
    """
    if view not in VIEWS:
        raise unknown("view", view, list(VIEWS), code="unknown-view")
    source = read(file)
    paper.say(VIEWS[view](Request(source, function=function, at=at)))
