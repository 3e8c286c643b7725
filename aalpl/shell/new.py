"""`aalpl new`: a small program to start from."""

from __future__ import annotations

from pathlib import Path

import click

from aalpl.shell.failure import Failure
from aalpl.shell.files import write
from aalpl.shell.options import ascii_only
from aalpl.shell.terminal import Terminal

STARTER = '''\
"""Answers a question from every part of a long text, then joins the answers."""
size n, q, a  # parts, tokens of the question and of an answer

llm reader(question: text[q], part: text) -> text[a]   size m
llm joiner(question: text[q], notes: text) -> text[a]  size m

def answer(question: text[q], parts: list[n] of text) -> text[a]:
    notes <- ""
    for part in parts do
        notes <- notes ++ reader(question, part)
    return joiner(question, notes)

claim calls(answer) = n + 1
'''


@click.command()
@click.argument("name")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@ascii_only
@click.pass_obj
def new(paper: Terminal, name: str, force: bool) -> None:
    """Write a small program to start from, as NAME.aalp.

    \b
    Examples:
      aalpl new survey
    """
    path = Path(name if name.endswith(".aalp") else f"{name}.aalp")
    if path.exists() and not force:
        raise Failure(f"there is a file `{path}` already", "`--force` overwrites it", code="file-exists")
    write(path, STARTER)
    paper.say(f"wrote {path}; next: aalpl cost {path}\n")
