"""The place where the automaton is stuck, with what a diagnosis needs: the line, what is expected, and trials of repairs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs

from aalpl.report import Diagnostic, Label, Source, Span
from aalpl.tree.engine import advance, states_before
from aalpl.tree.scan import DEDENT, END, INDENT, LAYOUT, NEWLINE, Token
from aalpl.tree.tables import tables

_NAMED = {
    NEWLINE: "the end of the line",
    INDENT: "an indentation",
    DEDENT: "the end of the block",
    END: "the end of the file",
    "STRING": "the string",
}
_FAR = 400  # tokens after which a trial is taken to have gone well


@attrs.define(slots=False)
class Site:
    """The token at `index` is not allowed. A line is a logical one: line ends within brackets do not count."""

    source: Source
    tokens: Sequence[Token]
    index: int
    start: str

    @property
    def token(self) -> Token:
        """The token that is not allowed."""
        return self.tokens[self.index]

    @property
    def before(self) -> Token | None:
        """The word or sign before it, on whatever line."""
        return self.back(1)

    def back(self, steps: int) -> Token | None:
        """The word or sign `steps` before it, layout left out."""
        seen = [
            token for token in self.tokens[max(0, self.index - 40) : self.index] if token.kind not in LAYOUT
        ]
        return seen[-steps] if len(seen) >= steps else None

    def ahead(self, steps: int = 1) -> Token | None:
        """The token `steps` behind it."""
        at = self.index + steps
        return self.tokens[at] if at < len(self.tokens) else None

    @cached_property
    def line_start(self) -> int:
        """The index of the first token of the line that the stuck token is on (the line it ends, for a line end)."""
        at = self.index
        while at > 0 and self.tokens[at - 1].kind not in LAYOUT:
            at -= 1
        return at

    @property
    def line(self) -> list[Token]:
        """The tokens of the line before the stuck one."""
        return list(self.tokens[self.line_start : self.index])

    @property
    def first(self) -> Token:
        """The first token of the line."""
        return self.tokens[self.line_start]

    @cached_property
    def line_before(self) -> list[Token]:
        """The tokens of the line before, without layout."""
        end = self.line_start
        while end > 0 and self.tokens[end - 1].kind in LAYOUT:
            end -= 1
        begin = end
        while begin > 0 and self.tokens[begin - 1].kind not in LAYOUT:
            begin -= 1
        return list(self.tokens[begin:end])

    @cached_property
    def _base(self) -> list[int]:
        return states_before(self.tokens, self.start, self.line_start)

    def states(self, at: int) -> list[int]:
        """The automaton's states before the token at `at`, on this line or an earlier one."""
        if at < self.line_start:
            return states_before(self.tokens, self.start, at)
        states = list(self._base)
        for token in self.tokens[self.line_start : at]:
            advance(states, token)
        return states

    @cached_property
    def expected(self) -> frozenset[str]:
        """The kinds of tokens that are allowed here."""
        states = self.states(self.index)
        row = tables().rows[states[-1]]
        return frozenset(k for k in row if k[0] != "@" and advance(list(states), Token(k, "", 0, 0)))

    @property
    def wants_operand(self) -> bool:
        """Whether an expression could begin here."""
        return {"NAME", "INT", "("} <= self.expected

    def goes_on(self, at: int, drop: int, *insert: str | Token) -> bool:
        """Whether the line parses to its end, and the first token after it, with some tokens at `at` replaced.

        Where a bracket is open the line has no end; then it is enough to come to the end of the row.
        """
        states = self.states(at)
        put = (Token(kind, "", 0, 0) if isinstance(kind, str) else kind for kind in insert)
        if not all(advance(states, token) for token in put):
            return False
        row_end = self.source.text.find("\n", self.token.end)
        ended = False
        for token in self.tokens[at + drop : at + drop + _FAR]:
            beyond = token.kind == END or (token.kind not in LAYOUT and token.start > row_end >= 0)
            if token.bad or (beyond and not ended):
                return True
            if not advance(states, token):
                return False
            if ended or token.kind == END:
                return True
            ended = token.kind == NEWLINE
        return True

    def span(self, first: Token, last: Token | None = None) -> Span:
        """The place of a token, or of all from one to another."""
        return Span(self.source, first.start, (last or first).end)

    def says(
        self,
        code: str,
        title: str,
        where: Token | Span,
        hint: str,
        label: str = "",
        other: Label | None = None,
    ) -> Diagnostic:
        """A diagnostic at a token or span."""
        span = where if isinstance(where, Span) else self.span(where)
        return Diagnostic(code, title, Label(span, label), others=(other,) if other else (), hint=hint)


def named(token: Token) -> str:
    """A token as a sentence speaks of it."""
    if token.kind in _NAMED:
        return _NAMED[token.kind]
    return f"`{token.text}`"


def touching(first: Token | None, second: Token | None) -> bool:
    """Whether one token follows the other without a blank between."""
    return first is not None and second is not None and first.end == second.start


def quoted(word: str) -> str:
    """A quoted word with its article: an `if`, a `for`."""
    return f"an `{word}`" if word[0] in "aeio" or word in ("llm", "until") else f"a `{word}`"
