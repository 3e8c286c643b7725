"""`aalpl check`: finds the mistakes in programs."""

from __future__ import annotations

import click

from aalpl.cases.examine import examined
from aalpl.report import draw
from aalpl.report.diagnostic import Diagnostic
from aalpl.shell.failure import Exit
from aalpl.shell.files import read
from aalpl.shell.options import ascii_only, strict
from aalpl.shell.terminal import Terminal


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", help="How to report."
)
@click.option(
    "--claims/--no-claims",
    default=True,
    help="Decide the claims: true, false with sizes, or undecided (the default).",
)
@click.option("--no-cache", is_flag=True, help="Decide every claim anew, and keep nothing.")
@strict
@ascii_only
@click.pass_obj
def check(
    paper: Terminal, /, files: tuple[str, ...], form: str, claims: bool, no_cache: bool, strict: bool
) -> int:
    """Find the mistakes in programs, and decide their claims; `-` reads standard input.

    A claim that does not hold is an error, with sizes that show it; one that is neither proved nor refuted a warning.

    \b
    Examples:
      aalpl check debugging.aalp
      aalpl check *.aalp --strict
      aalpl check debugging.aalp --no-claims
      aalpl check - --format json < debugging.aalp
    """
    found = [diagnostic for file in files for diagnostic in _found(file, claims, no_cache)]
    _report(paper, found, form, len(files))
    return Exit.WRONG if draw.failing(found, strict=strict) else Exit.FINE


def _found(file: str, claims: bool, no_cache: bool) -> list[Diagnostic]:
    source = read(file)
    program, found = examined(source)
    if program is not None and claims and program.claims and not draw.failing(found, strict=False):
        from aalpl.shell import claimed

        found = [*found, *claimed.told(program, source, no_cache=no_cache)]
    return list(found)


def _report(paper: Terminal, found: list[Diagnostic], form: str, files: int) -> None:
    match form:
        case "json":
            from aalpl.report.machine import as_json

            paper.document(as_json(found))
        case "sarif":
            from aalpl import __version__
            from aalpl.report.machine import as_sarif

            paper.document(as_sarif(found, version=__version__))
        case _:
            paper.tell(found)
            paper.note(_closing(found, files))


def _closing(found: list[Diagnostic], files: int) -> str:
    programs = "1 program" if files == 1 else f"{files} programs"
    return f"checked {programs}: {draw.summary(found) or 'nothing to mend'}\n"
