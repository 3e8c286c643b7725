"""Brackets that are not closed, close nothing, or close another kind."""

from __future__ import annotations

from aalpl.report import Diagnostic, Label
from aalpl.tree.engine import advance
from aalpl.tree.mistakes.site import Site
from aalpl.tree.scan import END, NEWLINE, Token

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_KEYWORDS = frozenset(
    [
        "def",
        "llm",
        "claim",
        "assume",
        "if",
        "while",
        "for",
        "repeat",
        "until",
        "return",
        "skip",
        "else",
        "then",
        "do",
        "yield",
    ]
)


def brackets(site: Site) -> Diagnostic | None:
    """What is wrong with the brackets, if that explains the mistake."""
    opened = _opened(site)
    token = site.token
    if token.kind in _PAIRS.values():
        return _closing(site, opened)
    if not opened:
        return None
    last = opened[-1]
    close = _PAIRS[last.kind]
    next_row = site.source.place(token.start)[0] > site.source.place(last.start)[0]
    if token.kind in (END, NEWLINE) or (next_row and (token.kind in _KEYWORDS or _begins_row(site))):
        return _unclosed(site, last)
    closing = [_PAIRS[bracket.kind] for bracket in reversed(opened)]
    if close in site.expected and (site.goes_on(site.index, 0, *closing) or _allows(site, closing)):
        other = Label(site.span(token), f"`{close}` is missing before this")
        title, hint = f"a `{last.text}` that is not closed", f"write the `{close}`"
        return site.says("unclosed-bracket", title, last, hint, other=other)
    return None


def _allows(site: Site, closing: list[str]) -> bool:
    """Whether behind closing brackets the stuck word, which no expression holds, may stand."""
    states = site.states(site.index)
    closed = all(advance(states, Token(kind, kind, 0, 0)) for kind in closing)
    return closed and site.token.kind in _KEYWORDS and advance(states, site.token)


def _opened(site: Site) -> list[Token]:
    """The brackets of the line that are open where the automaton is stuck."""
    opened: list[Token] = []
    for token in site.line:
        if token.kind in _PAIRS:
            opened.append(token)
        elif token.kind in _PAIRS.values() and opened:
            opened.pop()
    return opened


def _begins_row(site: Site) -> bool:
    """Whether the stuck token is the first on its row of the text."""
    start = site.source.text.rfind("\n", 0, site.token.start) + 1
    return not site.source.text[start : site.token.start].strip()


def _unclosed(site: Site, last: Token) -> Diagnostic:
    close = _PAIRS[last.kind]
    return site.says(
        "unclosed-bracket",
        f"a `{last.text}` that is never closed",
        last,
        f"write the `{close}` where it ends",
        "opened here",
    )


def _closing(site: Site, opened: list[Token]) -> Diagnostic | None:
    token = site.token
    if not opened:
        hint = "delete it, or open it where it should begin"
        return site.says("stray-bracket", f"a `{token.text}` that closes nothing", token, hint)
    last = opened[-1]
    if _PAIRS[last.kind] != token.kind:
        other = Label(site.span(last), f"`{last.text}` is open")
        hint = f"write `{_PAIRS[last.kind]}`, which closes `{last.text}`"
        title = f"`{token.text}` does not close `{last.text}`"
        return site.says("bracket-mismatch", title, token, hint, other=other)
    return None
