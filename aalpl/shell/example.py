"""`aalpl example`: the programs that come with aalpl."""

from __future__ import annotations

from pathlib import Path

import click

from aalpl import assets
from aalpl.report.table import Table, text
from aalpl.shell.failure import Exit, Failure, unknown
from aalpl.shell.files import write
from aalpl.shell.options import ascii_only
from aalpl.shell.terminal import Terminal


@click.command()
@click.argument("name", required=False)
@click.option("--copy", is_flag=True, help="Put it into the current folder instead of printing it.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@ascii_only
@click.pass_obj
def example(paper: Terminal, name: str | None, copy: bool, force: bool) -> None:
    """List the shipped examples, print one, or copy it.

    \b
    Examples:
      aalpl example
      aalpl example paper/debugging
      aalpl example debugging --copy
    """
    shipped = assets.examples()
    if name is None:
        rows = tuple((title, _about(path)) for title, path in shipped.items())
        paper.say(text(Table(("", ""), rows), paper.ink))
        return
    path = _find(name, shipped)
    content = path.read_text(encoding="utf-8")
    if copy:
        _copy(paper, path.name, content, force)
    else:
        paper.out.write(content)


def _find(name: str, shipped: dict[str, Path]) -> Path:
    """The example called `name`, with or without its folder."""
    wanted = name.removesuffix(".aalp")
    found = [path for title, path in shipped.items() if wanted in (title, title.rpartition("/")[2])]
    if len(found) == 1:
        return found[0]
    shorts = [title.rpartition("/")[2] for title in shipped]
    raise unknown(
        "example", name, [*shipped, *shorts] if not found else list(shipped), code="unknown-example"
    )


def _copy(paper: Terminal, name: str, content: str, force: bool) -> None:
    target = Path(name)
    if target.exists() and not force:
        raise Failure(
            f"there is a file `{target}` already",
            "`--force` overwrites it",
            code="file-exists",
            exit=Exit.USAGE,
        )
    write(target, content)
    paper.say(f"wrote {target}; next: aalpl cost {target}\n")


def _about(path: Path) -> str:
    """The first line of a program's docstring."""
    head = path.read_text(encoding="utf-8").lstrip()
    if not head.startswith('"""'):
        return ""
    return head[3:].partition('"""')[0].strip().partition("\n")[0].rstrip(".")
