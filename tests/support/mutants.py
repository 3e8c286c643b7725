"""Single edits of correct programs: the mistakes that people make, made by a seeded hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

import attrs

_TOKEN = re.compile(
    r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|[A-Za-z_]\w*\'*|\d+(?:\.\d+)?|<-|->|\+\+|\.\.|[<>!]=|\S'
)
_NAME = re.compile(r"[A-Za-z_]\w*'*")
_TYPES = ("int", "real", "bool", "text")
KINDS = (
    "delete token",
    "duplicate token",
    "swap tokens",
    "delete line",
    "duplicate line",
    "swap lines",
    "indent line",
    "misspell name",
    "change type",
)


@attrs.frozen
class Mutant:
    """A program with one edit: what was done, on which lines (from 1) of the new text, and the words it touched."""

    program: str
    kind: str
    text: str
    lines: frozenset[int]
    words: frozenset[str]
    before: str
    after: str


@attrs.frozen
class _Token:
    text: str
    start: int
    end: int


def mutants(name: str, text: str, random: Random) -> Iterator[Mutant]:
    """Mutants of one program without end, all kinds alike."""
    tokens = _tokens(text)
    lines = text.split("\n")
    code = sorted({text.count("\n", 0, token.start) for token in tokens})
    while True:
        kind = random.choice(KINDS)
        made = _made(kind, name, text, tokens, lines, code, random)
        if made is not None and made.text != text:
            yield made


def _tokens(text: str) -> list[_Token]:
    found = (_Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text))
    return [token for token in found if not token.text.startswith(("#", '"'))]


def _made(
    kind: str, name: str, text: str, tokens: list[_Token], lines: list[str], code: list[int], random: Random
) -> Mutant | None:
    match kind:
        case "delete line" | "duplicate line" | "swap lines" | "indent line":
            return _of_lines(kind, name, lines, code, random)
        case _:
            return _of_tokens(kind, name, text, tokens, random)


def _of_lines(kind: str, name: str, lines: list[str], code: list[int], random: Random) -> Mutant | None:
    at = random.choice(code)
    new = list(lines)
    touched = {at}
    match kind:
        case "delete line":
            del new[at]
            touched = {at - 1, at}
        case "duplicate line":
            new.insert(at, lines[at])
            touched = {at, at + 1}
        case "swap lines":
            other = next((each for each in code if each > at), None)
            if other is None:
                return None
            new[at], new[other] = new[other], new[at]
            touched = {at, other}
        case _:
            blanks = len(lines[at]) - len(lines[at].lstrip())
            wanted = random.choice([n for n in (0, 1, 2, 4, 8) if n != blanks])
            new[at] = " " * wanted + lines[at].lstrip()
            touched = {at - 1, at, at + 1}
    words = frozenset(_NAME.findall(lines[at]))
    span = slice(max(0, min(touched)), max(touched) + 1)
    before, after = "\n".join(lines[span]), "\n".join(new[span])
    return Mutant(name, kind, "\n".join(new), frozenset(n + 1 for n in touched), words, before, after)


def _of_tokens(kind: str, name: str, text: str, tokens: list[_Token], random: Random) -> Mutant | None:
    at = random.randrange(len(tokens))
    token, following = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    start, end, put = token.start, token.end, ""
    match kind:
        case "delete token":
            pass
        case "duplicate token":
            put = f"{token.text} {token.text}"
        case "swap tokens":
            if following is None or "\n" in text[token.end : following.start]:
                return None
            end = following.end
            put = following.text + text[token.end : following.start] + token.text
        case "misspell name":
            if not _NAME.fullmatch(token.text) or len(token.text) < 2:
                return None
            put = _misspelt(token.text, random)
        case _:
            if token.text not in _TYPES:
                return None
            put = random.choice([each for each in _TYPES if each != token.text])
    new = text[:start] + put + text[end:]
    line = text.count("\n", 0, start)
    words = frozenset(_NAME.findall(text[start:end]) + _NAME.findall(put))
    before = text.split("\n")[line]
    return Mutant(name, kind, new, frozenset({line + 1}), words, before, new.split("\n")[line])


def _misspelt(word: str, random: Random) -> str:
    at = random.randrange(len(word) - 1)
    match random.randrange(3):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[: at + 1] + word[at] + word[at + 1 :]
        case _:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def page(programs: dict[str, str], seed: int, count: int, refused: Callable[[Mutant], bool]) -> str:
    """A literate document of `count` refused mutants, whatever the seed chooses; their diagnostics are accepted later."""
    random = Random(seed)
    hands = {name: mutants(name, text, random) for name, text in programs.items()}
    parts = [_HEAD.format(seed=seed)]
    while len(parts) <= count:
        mutant = next(hands[random.choice(sorted(hands))])
        if refused(mutant):
            edit = "".join(f"- {line}\n" for line in mutant.before.split("\n"))
            edit += "".join(f"+ {line}\n" for line in mutant.after.split("\n"))
            title = f"## {len(parts)}. {mutant.program}: {mutant.kind}"
            body = mutant.text.rstrip("\n")
            parts.append(f"\n{title}\n\n```diff\n{edit}```\n\n```aalp\n{body}\n```\n\n```error\n```\n")
    return "".join(parts)


_HEAD = """\
# Twenty mistakes

Single edits of the examples, chosen by seed {seed} (`tests/support/mutants.py`), with what is said about them.
"""
