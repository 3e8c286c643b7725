"""Blocks: lines indented too far or not far enough, heads without a block, `else` and `until` without their heads."""

from __future__ import annotations

from aalpl.report import Diagnostic, Label
from aalpl.tree.mistakes.site import Site, quoted
from aalpl.tree.scan import INDENT, LAYOUT, NEWLINE, Token

_CLAUSES = frozenset(["on", "window", "overhead", "needs", "right", "rivals", "prompt", "simulate"])


def blocks(site: Site) -> Diagnostic | None:
    """What is wrong with the blocks, if that explains the mistake."""
    token = site.token
    if INDENT in site.expected and _last_kind(site) == NEWLINE:
        return _no_block(site)
    if token.kind == INDENT:
        return _too_far(site)
    if token.kind == "else" and token is site.first:
        return site.says(
            "else-alone",
            "an `else` without its `if`",
            token,
            "indent it as far as its `if`, directly behind the block of that `if`",
        )
    if token is site.first and {"size", "window"} <= site.expected:
        return site.says(
            "clause-expected",
            "below an `llm` or a `model` only its clauses are indented",
            token,
            "put a `def` line above it, begin it at the margin, or write a clause such as `size m`",
        )
    if site.first.text in _CLAUSES and site.first.kind not in LAYOUT and site.index == site.line_start + 1:
        hint = "write it on the line of its `llm`, or indent it below that line"
        return site.says(
            "clause-alone", f"{quoted(site.first.text)} clause without its `llm`", site.first, hint
        )
    if "until" in site.expected and _last_kind(site) in LAYOUT:
        return _no_until(site)
    if token.kind == "until" and token is site.first:
        hint = "indent it as far as its `repeat`, directly behind the block"
        return site.says("until-alone", "an `until` without its `repeat`", token, hint)
    return None


def _last_kind(site: Site) -> str:
    return site.tokens[site.index - 1].kind if site.index else ""


def _no_block(site: Site) -> Diagnostic:
    """A head such as `for … do` and then no deeper line."""
    head = _line_of_last_word(site)
    word = head[0].text if head else "this"
    row = site.source.place(head[0].start)[0] if head else 1
    place = next((token for token in site.tokens[site.index :] if token.kind not in LAYOUT), None)
    return site.says(
        "missing-indent",
        f"no indented block after the `{word}` of line {row}",
        place or head[-1],
        "indent the lines of the block by four spaces; write `skip` for an empty one",
        "expected deeper than the line above" if place else "",
        other=Label(site.span(head[0], head[-1]), "the block of this line") if place and head else None,
    )


def _line_of_last_word(site: Site) -> list[Token]:
    """The tokens of the last line that ended before the stuck token."""
    end = site.index
    while end > 0 and site.tokens[end - 1].kind in LAYOUT:
        end -= 1
    begin = end
    while begin > 0 and site.tokens[begin - 1].kind not in LAYOUT:
        begin -= 1
    return list(site.tokens[begin:end])


def _too_far(site: Site) -> Diagnostic:
    """A line deeper than the one above, which opens no block; or the one above stands out."""
    here = site.ahead() or site.token
    above = _line_of_last_word(site)
    outlier = _outlier(site, above, here)
    if outlier:
        return outlier
    row = site.source.place(above[0].start)[0] if above else 0
    hint = f"indent it like line {row}" if above else "begin the line at the margin"
    title = "a line indented deeper than the one above" if above else "the first line is indented"
    return site.says("unexpected-indent", title, here, hint, "nothing above opens a block")


def _outlier(site: Site, above: list[Token], here: Token) -> Diagnostic | None:
    """The line above, if it is the one that is out of step: the lines on both sides of it are equally deep."""
    if not above or "\n\n" in site.source.text[above[-1].end : here.start]:
        return None
    at = site.tokens.index(above[0])
    earlier = next((t for t in reversed(site.tokens[:at]) if t.kind not in LAYOUT), None)
    if earlier is None:
        return None
    before = _indentation(site, earlier)
    if before != _indentation(site, here) or _indentation(site, above[0]) >= before:
        return None
    hint = f"indent it by {before} like the lines around it, or put the lines below it at its own depth"
    return site.says(
        "unexpected-dedent",
        "a line indented less than the lines around it",
        site.span(above[0], above[-1]),
        hint,
        other=Label(site.span(here), "deeper again, and nothing opens a block"),
    )


def _indentation(site: Site, token: Token) -> int:
    """How far the row of a token is indented."""
    row = site.source.line(site.source.place(token.start)[0])
    return len(row) - len(row.lstrip())


def _no_until(site: Site) -> Diagnostic:
    repeat = _open_repeat(site)
    place = site.token if site.token.kind not in LAYOUT else (site.before or site.token)
    row = site.source.place(repeat.start)[0] if repeat else 0
    title = f"the `repeat` of line {row} has no `until`" if repeat else "a `repeat` without `until`"
    other = Label(site.span(repeat), "this `repeat`") if repeat else None
    return site.says("missing-until", title, place, "write `until CONDITION` behind its block", other=other)


def _open_repeat(site: Site) -> Token | None:
    """The last `repeat` before the stuck token that no `until` has closed."""
    closed = 0
    for token in reversed(site.tokens[: site.index]):
        closed += token.kind == "until"
        if token.kind == "repeat":
            if closed == 0:
                return token
            closed -= 1
    return None
