"""Brackets that are not closed, close nothing, or close another kind."""

from __future__ import annotations

from aalpl.report import Diagnostic, Label
from aalpl.tree.mistakes.site import END, NEWLINE, Site, named
from aalpl.tree.scan import LAYOUT, Token

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_KEYWORDS = frozenset("def llm claim assume if while for repeat until return skip else then do yield".split())


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
    if close in site.expected and site.goes_on(site.index, 0, *(_PAIRS[t.kind] for t in reversed(opened))):
        other = Label(site.span(token), f"`{close}` is missing before this")
        return site.says(
            "unclosed-bracket",
            f"a `{last.text}` that is not closed",
            last,
            f"write the `{close}`",
            other=other,
        )
    return None


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


__all__ = ["LAYOUT", "brackets", "named"]
