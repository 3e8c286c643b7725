"""Mistakes below the grammar: characters that mean nothing, strings that do not end, tabs, indentation between two blocks."""

from __future__ import annotations

from aalpl.report import Diagnostic, Label, Span
from aalpl.tree.mistakes.site import Site
from aalpl.tree.scan import DEDENT, INDENT, LAYOUT, Token

# character -> code, title, hint
_CHARACTERS = {
    "&": ("and-sign", "`&` is not a sign of the language", "write `and`"),
    "!": ("not-sign", "`!` is not a sign of the language", "write `not`; unequal is `!=`"),
    ";": ("semicolon", "`;` ends nothing", "put each statement on a line of its own"),
    "%": (
        "percent-sign",
        "`%` is not a sign of the language",
        "write `mod` for the remainder, `1/20` for 5%",
    ),
    "'": ("single-quotes", "a string in single quotes", 'write it in double quotes, `"…"`'),
    "“": ("curly-quotes", "a string in typographic quotes", 'write it in straight quotes, `"…"`'),
    "”": ("curly-quotes", "a string in typographic quotes", 'write it in straight quotes, `"…"`'),
    "\\": ("backslash", "`\\` joins no lines", "put the expression in parentheses to go on on the next line"),
    "@": ("unknown-character", "`@` means nothing here", "delete it"),
    "$": ("unknown-character", "`$` means nothing here", "delete it: names carry no sign"),
    "`": ("unknown-character", "a backquote means nothing here", "delete it"),
}


def letters(site: Site) -> Diagnostic | None:
    """What the scanner could not read."""
    token = site.token
    if not token.bad:
        return None
    if token.kind == "no_text":
        hint = "save the program as plain UTF-8 text"
        return site.says("not-text", "bytes that are no text", token, hint, "the first of them")
    if token.kind == "tab":
        hint = "indent with spaces; how wide a tab is, each editor decides for itself"
        return site.says("tab-indentation", "a tab in the indentation", token, hint)
    if token.kind == "dedent":
        return _dedent(site)
    if token.kind == "open_string":
        return _open_string(site)
    code, title, hint = _CHARACTERS.get(
        token.text,
        (
            "unknown-character",
            f"`{token.text}` means nothing here" if token.text.isprintable() else "an invisible character",
            "delete it; outside strings and comments only letters, digits and the signs of the language stand",
        ),
    )
    return site.says(code, title, token, hint)


def _dedent(site: Site) -> Diagnostic:
    """The line between two depths; or, where it is a step deep as it should be, the one above it that is not."""
    token = site.token
    width = token.end - token.start
    levels = _levels(site)
    if odd := _odd_line(site, levels, width):
        row = site.source.place(token.start)[0]
        return site.says(
            "dedent-mismatch",
            f"an indentation of {site.source.place(odd.start)[1] - 1}, but line {row} below has {width}",
            odd,
            f"indent both alike, if they are of one block: by {width}",
            other=Label(site.span(token), f"{width} here"),
        )
    return site.says(
        "dedent-mismatch",
        f"an indentation of {width} between two blocks",
        token,
        f"indent the line by {levels[-1][0]} or by {levels[-2][0] if len(levels) > 1 else 0}, as the lines above it",
        "no line above that is still open is indented as far",
    )


def _levels(site: Site) -> list[tuple[int, int]]:
    """The depths of the blocks open above the stuck token, each with the index of its first token."""
    levels = [(0, 0)]
    for at, token in enumerate(site.tokens[: site.index]):
        if token.kind == INDENT:
            levels.append((site.source.place(token.start)[1] - 1, at + 1))
        elif token.kind == DEDENT:
            levels.pop()
    return levels


def _odd_line(site: Site, levels: list[tuple[int, int]], width: int) -> Token | None:
    """The first token of a line above that is out of step, where steps are of four."""
    for inner, outer in zip(levels[::-1][:2], levels[::-1][1:3], strict=False):
        if width - outer[0] == 4 != inner[0] - outer[0]:
            return site.tokens[inner[1]]
    if len(levels) > 1 and levels[-1][0] - width == 4 < levels[-1][0] - levels[-2][0]:
        head = levels[-1][1] - 2
        while head > 0 and site.tokens[head - 1].kind not in LAYOUT:
            head -= 1
        return site.tokens[head]
    return None


def _open_string(site: Site) -> Diagnostic:
    token = site.token
    if token.text.startswith('"""'):
        return site.says(
            "unclosed-string",
            'a `"""` that is never closed',
            token,
            'write the closing `"""`',
            "everything from here on is taken as the string",
        )
    return site.says("unclosed-string", "a string that does not end on its line", token, 'close it with `"`')


def too_deep(source_span: Span) -> Diagnostic:
    """The one limit on programs: how deep expressions and blocks may be nested."""
    return Diagnostic(
        "nesting-too-deep",
        "nested too deep to follow",
        Label(
            Span(source_span.source, source_span.start, source_span.start + 1), "this holds too many levels"
        ),
        hint="name the inner parts with assignments, or put them into functions",
    )
