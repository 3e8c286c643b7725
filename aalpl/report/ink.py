"""How much a drawing may use: colours or none, Unicode or ASCII, how wide and how high."""

from __future__ import annotations

import unicodedata

import attrs

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31;1",
    "yellow": "33;1",
    "green": "32",
    "blue": "34;1",
    "cyan": "36",
}

_PLAIN = str.maketrans(
    {
        "│": "|", "─": "-", "┌": "+", "└": "+", "═": "=", "·": "*", "×": "*", "−": "-", "…": "...",
        "≤": "<=", "≥": ">=", "≠": "!=", "←": "<-", "∈": "in", "→": "->", "Θ": "Theta", "Ω": "Omega",
        "Σ": "sum", "Π": "prod", "²": "^2", "³": "^3", "∞": "oo", "●": "*", "▸": ">", "✓": "ok", "✗": "x",
        "“": '"', "”": '"', "’": "'", "—": "-", "–": "-",
    }
)  # fmt: skip


@attrs.frozen
class Ink:
    """What the place we draw on can show; the shell finds out, everything else is told."""

    colour: bool = False
    unicode: bool = True
    width: int = 100
    height: int = 40

    def paint(self, text: str, kind: str) -> str:
        """`text` in the colour called `kind`, or as it is where colours are not wanted."""
        return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if self.colour and text else text

    def spell(self, text: str) -> str:
        """`text` in letters this place can show; what has no ASCII spelling is escaped."""
        if self.unicode:
            return text
        return text.translate(_PLAIN).encode("ascii", "backslashreplace").decode("ascii")


def wide(text: str) -> int:
    """How many terminal columns `text` takes."""
    return sum(_columns(char) for char in text)


def visible(text: str) -> str:
    """`text` on one line, its tabs as four blanks and its control characters shown as a dot."""
    return "".join("    " if c == "\t" else "·" if unicodedata.category(c) in _HIDDEN else c for c in text)


_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
