"""`aalpl fmt`: writes programs in their canonical form."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import click

from aalpl import tree
from aalpl.report import draw
from aalpl.report.source import Source
from aalpl.shell.failure import Exit
from aalpl.shell.files import read, write
from aalpl.shell.options import ascii_only
from aalpl.shell.terminal import Terminal


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; exit code 1 if a file would change."
)
@click.option("--diff", "show_diff", is_flag=True, help="Change nothing; print what would change.")
@ascii_only
@click.pass_obj
def fmt(paper: Terminal, files: tuple[str, ...], only_check: bool, show_diff: bool) -> int:
    """Write programs in their one canonical form; `-` formats standard input to standard output.

    \b
    Examples:
      aalpl fmt debugging.aalp
      aalpl fmt --check *.aalp
      aalpl fmt - < debugging.aalp
    """
    worst = Exit.FINE
    for file in files:
        source = read(file)
        text = _canonical(source, paper)
        if text is None:
            worst = Exit.WRONG
        elif show_diff or only_check:
            if text != source.text:
                _tell(paper, source, text, show_diff)
                worst = Exit.WRONG if only_check else worst
        elif file == "-":
            paper.out.write(text)
        elif text != source.text:
            write(Path(file), text)
            paper.note(f"formatted {file}\n")
    return worst


def _canonical(source: Source, paper: Terminal) -> str | None:
    """The text in its canonical form; nothing (and its mistakes told) where it does not parse."""
    file, diagnostics = tree.parse(source)
    if file is None or draw.failing(diagnostics):
        paper.complain(diagnostics)
        return None
    return tree.write(file)


def _tell(paper: Terminal, source: Source, text: str, show_diff: bool) -> None:
    if not show_diff:
        paper.say(f"would format {source.name}\n")
        return
    old, new = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
    paper.out.write("".join(unified_diff(old, new, source.name, source.name)))
