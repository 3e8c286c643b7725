"""Words and signs: misspelt, missing, said twice, or just not what can stand here."""

from __future__ import annotations

from aalpl.report import Diagnostic
from aalpl.tree.mistakes.site import Site, named, quoted
from aalpl.tree.scan import END, INDENT, LAYOUT, NEWLINE, Token
from aalpl.tree.tables import tables

# what may be missing, the likeliest first, and how to say what it is there for
_MISSING = {
    "then": "`then` after the condition",
    "do": "`do` at the end of the head",
    ":": "a colon",
    "for": "`for` after `parallel`",
    "in": "`in`",
    "<-": "`<-`",
    "->": "`->`",
    "yield": "`yield`",
    "of": "`of`",
    "=": "`=`",
    "times": "`times` after `at most` and a number",
    "most": "`most` after `at`",
    "probability": "`probability` after `with`",
    "with": "`with`",
    "until": "`until`",
    ",": "a comma",
    "(": "`(`",
    "[": "`[`",
    "{": "`{`",
    "..": "`..` between the ends of the range",
    "with probability": "`with probability`",
    "else": "`else`",
}
_MARKS = frozenset("()[]{},:.")
_KINDS = {"NAME": "a name", "INT": "a number", "REAL": "a number", "STRING": "a string"}
_MISSING_CODES = {":": "missing-colon", "then": "missing-then", "do": "missing-do", ",": "missing-comma"}


def words(site: Site) -> Diagnostic:
    """Some diagnosis always: the first that fits, from the surest to the vaguest."""
    for diagnose in (_misspelt, _twice, _swapped, _missing, _head, _nested, _operand, _operator, _surplus):
        if found := diagnose(site):
            return found
    return _plain(site)


def _misspelt(site: Site) -> Diagnostic | None:
    """A name on this line, or alone on the one before, that with the right spelling makes the line go on."""
    begin = site.line_start
    if site.token.kind == INDENT:
        begin = site.index - 1 - len(site.line_before) - (site.index - site.line_start)
        begin = max(0, begin)
    for at in range(begin, site.index + 1):
        token = site.tokens[at]
        if not (token.kind == "NAME" or token.soft) or token.kind in LAYOUT:
            continue
        for word in _similar(token.text, site, at):
            if site.goes_on(at, 1, tables().words[word][0]):
                return site.says(
                    "misspelt-word", f"`{token.text}` is no word of the language", token, f"write `{word}`"
                )
    return None


def _similar(text: str, site: Site, at: int) -> list[str]:
    """The keywords allowed at a token that are spelt almost like it."""
    row = tables().rows[site.states(at)[-1]]
    allowed = (word for word, (kind, _) in tables().words.items() if kind in row and word != text)
    return sorted((w for w in allowed if near(text, w)), key=lambda w: (w[0] != text[0], w))


def near(first: str, second: str) -> bool:
    """Whether two words differ by a typing slip: one letter added, left out, changed or swapped, or the case."""
    first, second = first.lower(), second.lower()
    if first == second:
        return True
    if abs(len(first) - len(second)) > 1 or min(len(first), len(second)) < 2:
        return False
    head = next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )
    one, other = first[head:], second[head:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:] and len(one) > 1
    changed = one[1:] == other[1:] and len(first) > 2
    return one[1:] == other or one == other[1:] or changed or swapped


def _twice(site: Site) -> Diagnostic | None:
    """The stuck token, or the one before it, is the same as its neighbour, and without it the line goes on."""
    for at in (site.index, site.index - 1):
        if at <= site.line_start or site.tokens[at].kind in LAYOUT:
            continue
        token = site.tokens[at]
        if site.tokens[at - 1].text == token.text and site.goes_on(at, 1):
            return site.says("said-twice", f"`{token.text}` stands twice", token, "delete one of the two")
    return None


def _swapped(site: Site) -> Diagnostic | None:
    """The stuck token and its neighbour in the wrong order."""
    for at in (site.index, site.index - 1):
        if at < site.line_start or at + 1 >= len(site.tokens):
            continue
        first, second = site.tokens[at : at + 2]
        marks = first.kind in _MARKS and second.kind in _MARKS
        if marks or first.kind in LAYOUT or second.kind in LAYOUT or first.text == second.text:
            continue
        if site.goes_on(at, 2, second, first):
            title = f"`{first.text}` and `{second.text}` in the wrong order"
            return site.says("swapped-words", title, site.span(first, second), "swap them")
    return None


def _head(site: Site) -> Diagnostic | None:
    """A line that lacks its first word."""
    for word in ("if", "while", "for", "def", "llm", "parallel", "return", "until"):
        if site.index > site.line_start and site.goes_on(site.line_start, 0, word):
            title = f"a line that should begin with `{word}`"
            return site.says("missing-word", title, site.first, f"write `{word}` at its beginning")
    return None


def _missing(site: Site) -> Diagnostic | None:
    """One word or sign that put in here makes the line go on."""
    place = site.token if site.token.kind not in LAYOUT else (site.before or site.token)
    for kind, said in _MISSING.items():
        parts = tuple(kind.split())
        if parts[0] in site.expected and site.goes_on(site.index, 0, *parts):
            code = _MISSING_CODES.get(kind, "missing-word" if kind[0].isalpha() else "missing-sign")
            where = "at the end of the line" if site.token.kind in LAYOUT else f"before {named(site.token)}"
            head = site.first.text
            hint = f"write `{kind}` {where}"
            title = f"{said} is missing"
            if kind in ("then", "do", ":") and site.token.kind in LAYOUT and not site.first.soft:
                title = f"{quoted(head)} line without {_article(kind)}"
            return site.says(code, title, place, hint)
    return None


def _article(kind: str) -> str:
    return "its colon" if kind == ":" else f"`{kind}`"


def _operand(site: Site) -> Diagnostic | None:
    """An expression, or a name, should stand here."""
    if not site.expected & {"NAME", "INT"}:
        return None
    token, before = site.token, site.before
    what = "an expression" if site.wants_operand else "a name" if "NAME" in site.expected else "a number"
    if "int" in site.expected and "text" in site.expected:
        what = "a type"
    after = f" after `{before.text}`" if before is not None and site.line else ""
    place = before if token.kind in LAYOUT and before is not None else token
    title = f"{what} is missing{after}"
    if token.kind not in LAYOUT and not after:
        title = f"expected {what}, found {named(token)}"
    if token.soft is False and token.text.isalpha() and what == "a name":
        return site.says("reserved-word", f"`{token.text}` cannot be a name", token, "choose another name")
    return site.says("missing-operand", title, place, f"write {what} {_before(token)}")


def _before(token: Token) -> str:
    return "before the line ends" if token.kind in LAYOUT else f"before {named(token)}"


def _operator(site: Site) -> Diagnostic | None:
    """Two values side by side."""
    before, token = site.before, site.token
    if before is None or "+" not in site.expected:
        return None
    value = token.kind in ("NAME", "INT", "REAL", "STRING")
    if value or ((token.soft or token.kind == "(") and site.goes_on(site.index, 0, "+")):
        title = f"no operator between `{before.text}` and `{token.text}`"
        hint = "write an operator such as `+`, `*` or `++` between them, or delete one"
        return site.says("missing-operator", title, token, hint)
    return None


def _nested(site: Site) -> Diagnostic | None:
    """A declaration inside a block."""
    token = site.token
    if token.kind in ("def", "llm", "claim", "assume") and token is site.first:
        return site.says(
            "nested-declaration",
            f"{quoted(token.text)} inside a block",
            token,
            f"write the `{token.text}` at the margin",
        )
    return None


def _surplus(site: Site) -> Diagnostic | None:
    token = site.token
    if token.kind in LAYOUT or not site.goes_on(site.index, 1):
        return None
    return site.says("surplus-word", f"{named(token)} is one too many", token, "delete it")


def _plain(site: Site) -> Diagnostic:
    token, before = site.token, site.before
    after = f" after `{before.text}`" if before is not None and (site.line or token.kind in LAYOUT) else ""
    place = before if token.kind in LAYOUT and before is not None else token
    code = "unexpected-end" if token.kind in (NEWLINE, END) else "unexpected-word"
    options = _options(site)
    hint = (
        f"write {options} here" if options else f"delete it, or write what is missing before {named(token)}"
    )
    if not options and "+" in site.expected:
        hint = f"write an operator before {named(token)}, or end the expression as its place asks"
    return site.says(code, f"{named(token)} cannot stand here{after}", place, hint)


def _options(site: Site) -> str:
    """What could stand here, if that is a short list."""
    kinds = sorted(kind for kind in site.expected if kind not in LAYOUT)
    if site.wants_operand:
        return "an expression"
    shown = [_KINDS.get(kind, f"`{kind}`") for kind in kinds]
    if not shown or len(shown) > 5:
        return ""
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
