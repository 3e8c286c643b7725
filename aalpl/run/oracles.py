"""Built-in oracles that take real inputs apart: lines, paragraphs, sentences, words, Python functions.

Each is lossless: put together again, the pieces are the text. Pieces end where tokens end, so nothing is tokenised
twice (semantics 2). Of a text nobody has looked at, the pieces are slices at places that depend on the text only.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, pairwise
from typing import Any

from aalpl.run import lists, texts
from aalpl.run.faults import Unfit
from aalpl.run.sim.world import World

Split = Callable[[str], Iterable[int]]
"""Characters -> the offsets where pieces begin (0 may be left out)."""


def builtin(world: World) -> dict[str, Callable[..., Any]]:
    """The built-in oracles by name."""
    return {name: _oracle(name, split, world) for name, split in _SPLITS.items()}


def _oracle(name: str, split: Split, world: World) -> Callable[..., Any]:
    def answer(x: texts.Text) -> lists.Seq:
        if not x[0]:
            return lists.of([])
        if any(type(origin) is int for origin in texts.origins(x)):
            return lists.of(_unseen(name, x, world))
        return lists.of(pieces(x, split))

    return answer


def pieces(x: texts.Text, split: Split) -> list[texts.Text]:
    """A text with tokens cut where `split` says, each cut moved to the end of the token it falls in."""
    tokens = [t for n, start, origin, _ in texts.pieces(x) for t in origin.tokens[start : start + n]]
    ends = list(accumulate(map(len, tokens)))
    whole = "".join(tokens)
    cuts = {bisect_left(ends, offset) + 1 for offset in split(whole) if offset > 0}
    bounds = [0, *sorted(c for c in cuts if c < len(tokens)), len(tokens)]
    return [texts.cut(x, a, b) for a, b in pairwise(bounds)]


def _unseen(name: str, x: texts.Text, world: World) -> list[texts.Text]:
    """Slices of a text without tokens: at most eight, cut where a hash says."""
    bits = world.chance(name, texts.key(x))
    count = min(x[0], 1 + bits % 8)
    cuts = sorted({(bits >> (7 * i + 3)) % x[0] for i in range(1, count)} - {0})
    bounds = [0, *cuts, x[0]]
    return [texts.cut(x, a, b) for a, b in pairwise(bounds)]


def _after(pattern: str) -> Split:
    """Pieces begin after every match."""
    found = re.compile(pattern)
    return lambda text: (match.end() for match in found.finditer(text))


def _functions(text: str) -> Iterator[int]:
    """Pieces begin with the functions of a Python module, methods too, at their decorators; the head of the module
    belongs to the first, what follows a function to that function."""
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unfit("oracle-input", f"this is no Python module: {error}") from None
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    lines = sorted(_function_lines(module))
    for line in lines[1:]:
        yield starts[line - 1]


def _function_lines(module: ast.Module) -> Iterator[int]:
    stack: list[ast.stmt] = list(module.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield min([node.lineno, *(d.lineno for d in node.decorator_list)])
        elif isinstance(node, ast.ClassDef):
            stack.extend(node.body)


_SPLITS: dict[str, Split] = {
    "lines": _after(r"\n"),
    "paragraphs": _after(r"\n[^\S\n]*\n\s*"),
    "sentences": _after(r"[.!?]+[)\"'’”]*\s+"),
    "words": _after(r"\s+"),
    "functions": _functions,
}
