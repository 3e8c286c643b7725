"""Who said what in a transcript.

A transcript is one text. What models have said there is known by where its pieces come from (`texts.Replied`), however
the run came by them; so a run that is done again from its journal has the same turns.
"""

from __future__ import annotations

from itertools import groupby

from aalpl.run import texts

Turn = tuple[str, str]
"""`assistant` or `user`, and what was said."""

_ENDS = ".!?:;"


def turns(transcript: texts.Text, model: str) -> tuple[Turn, ...]:
    """The turns as `model` sees them: what it said itself is the assistant's, everything else the user's."""
    said = groupby(texts.pieces(transcript), lambda piece: _role(piece, model))
    return tuple((role, _together([texts.spelled(piece) for piece in group])) for role, group in said)


def _role(piece: texts.Text, model: str) -> str:
    origin = piece[2]
    return "assistant" if isinstance(origin, texts.Replied) and origin.model == model else "user"


def _together(parts: list[str]) -> str:
    """Pieces one behind the other; a line end goes where two of them would run into one word or sentence."""
    found = ""
    for part in parts:
        clash = found and part and part[0].isalnum() and (found[-1].isalnum() or found[-1] in _ENDS)
        found += f"\n{part}" if clash else part
    return found
