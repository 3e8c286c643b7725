"""Habits brought along from other languages: for each the word for it here."""

from __future__ import annotations

from aalpl.report import Diagnostic
from aalpl.tree.mistakes.site import Site, quoted, touching

_HEADS = {"if": "then", "while": "do", "for": "do", "parallel": "do", "conversation": "do"}
# two signs that touch -> code, title, hint
_PAIRS = {
    "==": (
        "double-equals",
        "`==` is written `=` here",
        "write `=`; assignment is `<-`, so one sign is enough",
    ),
    ":=": ("colon-equals", "`:=` is written `<-` here", "write `<-` for assignment"),
    "||": ("or-sign", "`||` is written `or` here", "write `or`"),
    "//": ("floor-division", "`//` is written `/` here", "write `/`: between integers it rounds down"),
    "**": ("power-sign", "`**` is written `^` here", "write `^`"),
    "<>": ("unequal-sign", "`<>` is written `!=` here", "write `!=`"),
    "=<": ("compare-sign", "`=<` is written `<=` here", "write `<=`"),
    "=>": ("compare-sign", "`=>` is written `>=` here", "write `>=`"),
    "+=": ("augmented-assignment", "`+=` is no assignment here", "write it out: `{name} <- {name} + …`"),
    "-=": ("augmented-assignment", "`-=` is no assignment here", "write it out: `{name} <- {name} - …`"),
    "*=": ("augmented-assignment", "`*=` is no assignment here", "write it out: `{name} <- {name} * …`"),
    "/=": ("augmented-assignment", "`/=` is no assignment here", "write it out: `{name} <- {name} / …`"),
    "++": (
        "augmented-assignment",
        "`++` counts nothing up here",
        "write `{name} <- {name} + 1`; `++` joins texts",
    ),
}
# a word at the beginning of a line -> what to do about it
_WORDS = {
    "function": "write `def` for a function",
    "func": "write `def` for a function",
    "fn": "write `def` for a function",
    "fun": "write `def` for a function",
    "procedure": "write `def` for a function",
    "let": "write `name <- value`; a variable needs no declaration",
    "var": "write `name <- value`; a variable needs no declaration",
    "set": "write `name <- value`",
    "import": 'write `use NAME` for a library module, `use "file.aalp"` for a file',
    "from": 'write `use NAME` for a library module, `use "file.aalp"` for a file',
    "include": 'write `use "file.aalp"`',
    "foreach": "write `for x in xs do`",
    "loop": "write `repeat … until c` or `while c do`",
    "until": "write `repeat` before the block and `until` after it",
    "try": "return a `T?` where something may fail, and use `e else default`",
    "assert": "write `requires` on the `def`, or `assume` for sizes",
    "switch": "write nested `if`s",
    "match": "write nested `if`s",
    "case": "write nested `if`s",
    "prompt": "put prompts into the `llm` declaration",
}


def habits(site: Site) -> Diagnostic | None:
    """The first habit that explains the mistake."""
    for habit in (_string, _pair, _else_if, _assignment, _colon, _brace, _slice, _for, _word, _inline_if, _not_in,
                  _ternary, _juxtaposed):  # fmt: skip
        if found := habit(site):
            return found
    return None


def _string(site: Site) -> Diagnostic | None:
    before, token = site.before, site.token
    if token.kind != "STRING" or before is None or not touching(before, token):
        return None
    if before.text.lower() not in ("f", "r", "b", "rb", "fr"):
        return None
    hint = "join texts with `++`; only the `prompt` of an `llm` fills `{name}` in"
    if before.text.lower() != "f":
        hint = "write a plain string"
    return site.says("f-string", f"a string with the prefix `{before.text}`", site.span(before, token), hint)


def _pair(site: Site) -> Diagnostic | None:
    """Two signs that are one elsewhere; the automaton is stuck at the first, at the second, or behind them."""
    back, second = site.back(1), site.back(2)
    for first, last in ((site.token, site.ahead()), (back, site.token), (second, back)):
        if first is None or last is None or not touching(first, last):
            continue
        known = _PAIRS.get(first.text + last.text)
        if known is None and first.text == "++" and first is site.token:
            last, known = first, _PAIRS["++"]
        if known is None or (first.text + last.text == "++"):
            continue
        code, title, hint = known
        if code == "floor-division" and first.start == site.first.start:
            return site.says("comment-sign", "`//` begins no comment", site.span(first, last), "write `#`")
        name = site.first.text
        return site.says(code, title, site.span(first, last), hint.replace("{name}", name))
    if site.token.text == "++" and site.expected >= {"<-"}:
        code, title, hint = _PAIRS["++"]
        return site.says(code, title, site.token, hint.replace("{name}", site.first.text))
    return None


def _else_if(site: Site) -> Diagnostic | None:
    hint = "put the `if` into the `else` block, on its own indented line"
    if site.token.kind == "if" and site.before is not None and site.before.kind == "else":
        return site.says("else-if", "there is no `else if`", site.span(site.before, site.token), hint)
    for word in (site.first, *site.line_before[:1]):
        if word.text in ("elif", "elsif", "elseif") and word.kind == "NAME":
            return site.says(
                "else-if", f"there is no `{word.text}`", word, "write `else`, and the `if` in its block"
            )
    return None


def _assignment(site: Site) -> Diagnostic | None:
    """`x = e`, `x <= e`, `x -> y`, `x: int = e` where only `<-` can make sense."""
    if "<-" not in site.expected:
        return None
    if site.token.kind == "=":
        place = site.source.text[site.first.start : site.before.end if site.before else site.first.end]
        hint = f"write `{place} <- …` to assign"
        return site.says("assignment-arrow", "`=` compares, it does not assign", site.token, hint)
    if site.token.kind in ("->", "<=", "<") and site.goes_on(site.index, 1, "<-"):
        hint = "write `<-` to assign"
        return site.says("assignment-arrow", f"`{site.token.text}` does not assign", site.token, hint)
    if site.token.kind == ":" and len(site.line) == 1:
        hint = f"write `{site.first.text} <- …`; a variable needs no declaration"
        return site.says("variable-type", "a variable is not given a type", site.token, hint)
    return None


def _colon(site: Site) -> Diagnostic | None:
    """`while c:`, `else:`, `repeat:`."""
    if site.token.kind != ":":
        return None
    head = site.first.kind
    if head in _HEADS and _HEADS[head] in site.expected:
        word = _HEADS[head]
        return site.says(
            "python-colon", f"{quoted(head)} line with a colon", site.token, f"write `{word}` in its place"
        )
    if site.before is not None and site.before.kind in ("else", "repeat", "then", "do"):
        word = site.before.text
        return site.says("python-colon", f"a colon after `{word}`", site.token, "delete the colon")
    return None


def _brace(site: Site) -> Diagnostic | None:
    token, ahead = site.token, site.ahead()
    if token.kind == "{" and site.first.kind in {*_HEADS, "def", "else", "repeat"} and ahead is not None:
        return site.says("brace-block", "a block in braces", token, "indent the lines of the block instead")
    if token.kind == "}" and token == site.first:
        return site.says(
            "brace-block", "a brace where no block can end", token, "delete it: indentation ends a block"
        )
    return None


def _slice(site: Site) -> Diagnostic | None:
    """`x[:b]`, `x[a:]`, `x[a..b]`."""
    token, before = site.token, site.before
    if before is None:
        return None
    if token.kind == ":" and before.kind == "[":
        return site.says("open-slice", "a slice without its beginning", token, "write both ends: `x[0:n]`")
    if token.kind == "]" and before.kind == ":":
        return site.says("open-slice", "a slice without its end", token, "write both ends: `x[a:len(x)]`")
    if token.kind == ".." and {"]", ":"} <= site.expected:
        hint = "write `x[a:b]`: from a up to, not including, b"
        return site.says("slice-dots", "a slice with dots", token, hint)
    return None


def _for(site: Site) -> Diagnostic | None:
    if site.first.kind != "for":
        return None
    token = site.token
    if token.kind in ("=", "(", "<-") and len(site.line) <= 2:
        return site.says("for-header", "a `for` line without `in`", token, "write `for i in 1..n do`")
    if token.text == "to" and ".." in site.expected:
        return site.says("for-header", "a range with `to`", token, "write `a..b`; both ends belong to it")
    return None


def _word(site: Site) -> Diagnostic | None:
    """A statement or declaration of another language, known by its first word."""
    first = site.first
    if first.kind not in ("NAME", "until") or first.text not in _WORDS or site.token.kind in ("<-", "="):
        return None
    if site.index - site.line_start > 1 or (site.token is first and first.kind == "NAME"):
        return None
    if first.kind == "until" and site.token is not first:
        return None
    title = (
        f"`{first.text}` is no statement here" if first.kind == "NAME" else "an `until` without its `repeat`"
    )
    code = "foreign-word" if first.kind == "NAME" else "until-alone"
    return site.says(code, title, first, _WORDS[first.text])


def _inline_if(site: Site) -> Diagnostic | None:
    before, token = site.before, site.token
    if (
        token.kind != "if"
        or before is None
        or before.kind not in ("<-", "return", "(")
        or not site.wants_operand
    ):
        return None
    if "\n" in site.source.text[before.end : token.start]:
        return None
    return site.says("if-expression", "an `if` in place of a value", token, "write `a if c else b`")


def _not_in(site: Site) -> Diagnostic | None:
    ahead = site.ahead()
    if site.token.kind == "not" and ahead is not None and ahead.kind == "in":
        return site.says(
            "not-in", "there is no `not in`", site.span(site.token, ahead), "write `not (a in b)`"
        )
    return None


def _ternary(site: Site) -> Diagnostic | None:
    if site.token.kind == "?" and any(token.kind == "<-" or token.kind == "return" for token in site.line):
        return site.says("ternary", "there is no `c ? a : b`", site.token, "write `a if c else b`")
    return None


def _juxtaposed(site: Site) -> Diagnostic | None:
    """`2k`: a number and a name that touch."""
    before, token = site.before, site.token
    if before is not None and before.kind in ("INT", "REAL") and token.soft and touching(before, token):
        hint = f"write `{before.text}*{token.text}`"
        return site.says("missing-operator", "a product without its sign", site.span(before, token), hint)
    return None
