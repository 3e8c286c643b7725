"""Mistakes below the grammar: characters that mean nothing, strings that do not end, tabs, indentation between two blocks."""

from __future__ import annotations

from aalpl.report import Diagnostic, Label, Span
from aalpl.tree.mistakes.site import Site
from aalpl.tree.scan import DEDENT, INDENT

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
    """The line between two depths; or, where it is one step deep as it should be, the one that is not."""
    token = site.token
    width = token.end - token.start
    levels = [0]
    openers = [token]
    for earlier in site.tokens[: site.index]:
        if earlier.kind == INDENT:
            levels.append(site.source.place(earlier.start)[1] - 1)
            openers.append(earlier)
        elif earlier.kind == DEDENT:
            levels.pop()
            openers.pop()
    row = site.source.place(token.start)[0]
    odd = next(
        (n for n in (-1, -2) if len(levels) > -n and width - levels[n - 1] == 4 != levels[n] - levels[n - 1]),
        0,
    )
    if odd:
        return site.says(
            "dedent-mismatch",
            f"an indentation of {levels[odd]}, but line {row} below has {width}",
            site.tokens[site.tokens.index(openers[odd]) + 1],
            f"indent both alike, if they are of one block: by {width}",
            other=Label(site.span(token), f"{width} here"),
        )
    return site.says(
        "dedent-mismatch",
        f"an indentation of {width} between two blocks",
        token,
        f"indent the line by {levels[-1]} or by {levels[-2] if len(levels) > 1 else 0}, as the lines above it",
        "no line above that is still open is indented as far",
    )


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
