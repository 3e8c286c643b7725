"""`aalpl explain`: the page of a diagnostic code."""

from __future__ import annotations

import click

from aalpl import assets
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
        paper.say("".join(f"  {known}\n" for known in assets.error_codes()))
        return
    if code not in assets.error_codes():
        raise unknown("diagnostic code", code, assets.error_codes(), code="unknown-code")
    paper.say(assets.error_page(code).read_text(encoding="utf-8"))
