"""The words and signs of transition systems as text."""

from __future__ import annotations

import re

import attrs

from aalpl.report.diagnostic import Diagnosed, Diagnostic, Label
from aalpl.report.source import Source, Span

_TOKEN = re.compile(
    r"""(?P<blank>\s+|\#[^\n]*|//[^\n]*)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<name>[A-Za-z_$][A-Za-z0-9_'.$!@]*)
      | (?P<sign>:\+:|:\|:|->|-\{|\}>|&&|/\\|\|\||\\/|<=|>=|!=|==|<|>|=|[-+*^/():,\[\]{}])""",
    re.VERBOSE,
)


@attrs.frozen
class Token:
    """A name, a number, a sign, or the end."""

    kind: str
    text: str
    span: Span


def tokens(source: Source) -> list[Token]:
    """The tokens of a text, an end behind them. Raises Diagnosed at a character that none begins with."""
    found: list[Token] = []
    at = 0
    text = source.text
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise wrong(f"unexpected `{text[at]}`", Span(source, at, at + 1), "remove it")
        if match.lastgroup != "blank":
            found.append(Token(str(match.lastgroup), match.group(), Span(source, at, match.end())))
        at = match.end()
    found.append(Token("end", "", Span(source, len(text), len(text))))
    return found


def wrong(title: str, span: Span, hint: str, code: str = "system-syntax") -> Diagnosed:
    """One diagnostic, to be raised."""
    return Diagnosed(Diagnostic(code, title, Label(span), (), hint))
