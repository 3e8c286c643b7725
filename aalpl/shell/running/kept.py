"""The options of runs that are kept: the journal, what it is for, and the cache of answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import attrs
import click

from aalpl.live.journal.manner import CONTENTS, MODES, NEVER, NEW, REPLAYED, Manner
from aalpl.shell.failure import Failure

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = (
    click.option("--journal", metavar="FILE", help="Keep every answer there; the same command goes on after any end."),
    click.option("--reuse", is_flag=True, help="The program may have been edited since: keep what is unchanged."),
    click.option(
        "--record", type=click.Choice(MODES), default=NEW, show_default=True,
        help="When to ask: never, in a new journal, where it has no answer, always.",
    ),
    click.option(
        "--journal-content", type=click.Choice(CONTENTS), default=CONTENTS[0], show_default=True,
        help="Keep prompts and replies, replies only, or neither.",
    ),
    click.option("--cache", metavar="FOLDER", help="Take answers that other runs got to the same questions."),
)  # fmt: skip


@attrs.frozen
class Keeping:
    """What the options say."""

    journal: str | None = None
    manner: Manner = Manner()
    cache: str | None = None

    @property
    def wanted(self) -> bool:
        """Whether anything is to be kept, or taken from what was."""
        return self.journal is not None or self.cache is not None


def options(function: F) -> F:
    """The options, on a command."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function


def keeping(given: dict[str, Any], backend: str | None) -> Keeping:
    """Takes the options out of all that were given; fails where they do not go together."""
    journal, reuse, record = (given.pop(name) for name in ("journal", "reuse", "record"))
    content, folder = given.pop("journal_content"), given.pop("cache")
    if backend == REPLAYED:
        record = NEVER
    if journal is None and (reuse or record != NEW):
        what = "--reuse" if reuse else "a replay" if backend == REPLAYED else "--record"
        raise Failure(f"{what} needs a journal", "add `--journal FILE`")
    return Keeping(journal, Manner(record, reuse, content), folder)
