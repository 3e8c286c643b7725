"""`aalpl explain`: the page of a diagnostic code."""

from __future__ import annotations

from pathlib import Path

import click

from aalpl import assets
from aalpl.report.table import Table, text
from aalpl.shell.failure import unknown
from aalpl.shell.options import ascii_only
from aalpl.shell.terminal import Terminal


@click.command()
@click.argument("code", required=False)
@ascii_only
@click.pass_obj
def explain(paper: Terminal, code: str | None) -> None:
    """Explain a diagnostic code; without one, list them.

    \b
    Examples:
      aalpl explain stale-probability
    """
    if code is None:
        rows = tuple((known, _first(assets.error_page(known))) for known in assets.error_codes())
        paper.say(text(Table(("", ""), rows), paper.ink))
        return
    if code not in assets.error_codes():
        raise unknown("diagnostic code", code, assets.error_codes(), code="unknown-code")
    paper.say(assets.error_page(code).read_text(encoding="utf-8"))


def _first(page: Path) -> str:
    """The first sentence of a page, below its heading."""
    return page.read_text(encoding="utf-8").split("\n")[2].partition(". ")[0].rstrip(".")
