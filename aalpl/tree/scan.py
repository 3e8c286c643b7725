"""Cuts a text into tokens; line ends and indentation become tokens too. Which words are keywords the parser decides."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from aalpl.report import Source
from aalpl.tree.items import Comment
from aalpl.tree.tables import Tables, tables

NEWLINE, INDENT, DEDENT, END = "_NEWLINE", "_INDENT", "_DEDENT", "$END"
LAYOUT = frozenset({NEWLINE, INDENT, DEDENT, END})
SPELLINGS = {"←": "<-", "∈": "in", "≤": "<=", "≥": ">=", "≠": "!=", "·": "*", "×": "*", "−": "-",
             "…": "..", "...": "..", "→": "->"}  # fmt: skip
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffd]")  # control characters, and what was not UTF-8
_CLOSES = {")": "(", "]": "[", "}": "{"}


class Token(NamedTuple):
    """`kind` is a terminal of the grammar, or names what is wrong (`bad`); a `soft` word may be a name as well."""

    kind: str
    text: str
    start: int
    end: int
    soft: bool = False
    bad: bool = False


class Scan(NamedTuple):
    """The tokens up to the end of the text, or up to and with the first bad one; and the comments."""

    tokens: list[Token]
    comments: list[Comment]


def scan(source: Source, start: int = 0) -> Scan:
    """The tokens of `source` from the beginning of a line at `start`."""
    return _Scanner(source, tables()).scan(start)


@cache
def _pattern() -> re.Pattern[str]:
    rules = tables()
    operators = sorted({*rules.operators, *SPELLINGS}, key=len, reverse=True)
    groups = {
        "NEWLINE": r"\n",
        "COMMENT": r"#[^\n]*",
        "WORD": r"[^\W\d]\w*'*",
        "REAL": rules.patterns["REAL"],
        "INT": rules.patterns["INT"],
        "STRING": f"(?s:{rules.patterns['STRING']})",
        "OPERATOR": "|".join(map(re.escape, operators)),
        "OTHER": r"\S",
    }
    return re.compile(r"[^\S\n]*(?:" + "|".join(f"(?P<{name}>{text})" for name, text in groups.items()) + ")")


class _Scanner:
    def __init__(self, source: Source, rules: Tables) -> None:
        self.source = source
        self.text = source.text
        self.tables = rules
        self.is_name = re.compile(rules.patterns["NAME"])
        self.tokens: list[Token] = []
        self.comments: list[Comment] = []
        self.indents = [0]
        self.open: list[str] = []
        self.end = 0  # where the last token that is not layout ends

    def scan(self, start: int) -> Scan:
        if garbage := _NO_TEXT.search(self.text):
            self.wrong("no_text", garbage.start(), garbage.end())
            return Scan(self.tokens, self.comments)
        fresh, claim, line = True, False, start
        self.end = start
        match = _pattern().match
        position = start
        while found := match(self.text, position):
            group = found.lastgroup or ""
            begin, position = found.start(group), found.end()
            if group == "NEWLINE":
                line = position
                if not self.open and not fresh:
                    self.tokens.append(Token(NEWLINE, "", self.end, self.end))
                    fresh, claim = True, False
                continue
            if group == "COMMENT":
                self.comment(begin, found[group], own_line=not self.text[line:begin].strip())
                continue
            if fresh:
                if not self.indentation(line, begin):
                    return Scan(self.tokens, self.comments)
                fresh, claim = False, found[group] == "claim"
            if not self.token(group, found[group], begin, claim):
                return Scan(self.tokens, self.comments)
            self.end = position
        self.finish(fresh)
        return Scan(self.tokens, self.comments)

    def comment(self, begin: int, text: str, own_line: bool) -> None:
        line, column = self.source.place(begin)
        self.comments.append(Comment(line, column, text.rstrip(), own_line))

    def indentation(self, line: int, begin: int) -> bool:
        """Tokens for the indentation of the line that begins at `line`; False where it is wrong."""
        if "\t" in self.text[line:begin]:
            return self.wrong("tab", line + self.text[line:begin].index("\t"), begin)
        width = begin - line
        if width > self.indents[-1]:
            self.indents.append(width)
            self.tokens.append(Token(INDENT, "", begin, begin))
        while width < self.indents[-1]:
            self.indents.pop()
            if width > self.indents[-1]:
                return self.wrong("dedent", line, begin)
            self.tokens.append(Token(DEDENT, "", self.end, self.end))
        return True

    def token(self, group: str, text: str, begin: int, claim: bool) -> bool:
        if group == "WORD":
            self.tokens.append(self.word(text, begin, claim))
            return True
        if group == "OTHER":
            return self.other(text, begin)
        kind = SPELLINGS.get(text, text) if group == "OPERATOR" else group
        if kind in ("(", "[", "{"):
            self.open.append(kind)
        elif kind in _CLOSES and self.open:
            self.open.pop()
        self.tokens.append(Token(kind, text, begin, begin + len(text)))
        return True

    def word(self, text: str, begin: int, claim: bool) -> Token:
        end = begin + len(text)
        soft = self.is_name.fullmatch(text) is not None
        kind, ahead = self.tables.words.get(text, ("NAME", None))
        if (ahead and not ahead.match(self.text, end)) or (text in self.tables.claim_words and not claim):
            kind = "NAME"
        return Token(kind, text, begin, end, soft)

    def other(self, text: str, begin: int) -> bool:
        if self.text.startswith('"""', begin):
            return self.wrong("open_string", begin, begin + 3)
        stop = self.text.find("\n", begin)
        if text == '"':
            return self.wrong("open_string", begin, len(self.text) if stop < 0 else stop)
        return self.wrong("character", begin, begin + 1)

    def wrong(self, kind: str, begin: int, end: int) -> bool:
        self.tokens.append(Token(kind, self.text[begin:end], begin, end, bad=True))
        return False

    def finish(self, fresh: bool) -> None:
        if not self.open:
            if not fresh:
                self.tokens.append(Token(NEWLINE, "", self.end, self.end))
            self.tokens += [Token(DEDENT, "", self.end, self.end)] * (len(self.indents) - 1)
        self.tokens.append(Token(END, "", self.end, self.end))
