"""Exit codes, and the one way a command says that it cannot go on."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit code means (docs/exit-codes.md)."""

    FINE = 0
    WRONG = 1
    USAGE = 2
    BACKEND = 3
    STOPPED = 4
    INTERRUPTED = 130


class Failure(Exception):
    """Ends a command: what is the matter, what to do about it, and the exit code."""

    def __init__(
        self, title: str, hint: str | None = None, *, code: str = "usage", exit: Exit = Exit.USAGE
    ) -> None:
        super().__init__(title)
        self.title = title
        self.hint = hint
        self.code = code
        self.exit = exit


def nearest(word: str, known: list[str] | tuple[str, ...]) -> str | None:
    """The one of `known` that `word` was probably meant to be."""
    from difflib import get_close_matches

    found = get_close_matches(word.lower(), [k.lower() for k in known], n=1, cutoff=0.5)
    return next((k for k in known if k.lower() == found[0]), None) if found else None


def unknown(kind: str, word: str, known: list[str] | tuple[str, ...], *, code: str) -> Failure:
    """The failure for a `word` that names no `kind`, with the nearest one or all of them as the hint."""
    guess = nearest(word, known)
    if guess is not None:
        hint = f"did you mean `{guess}`?"
    elif known:
        some = ", ".join(f"`{k}`" for k in list(known)[:12])
        hint = f"choose one of {some}" + (", …" if len(known) > 12 else "")
    else:
        hint = f"there is no {kind} to choose from"
    return Failure(f"there is no {kind} `{word}`", hint, code=code)
