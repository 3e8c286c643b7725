"""What a verdict on a claim depends on, as text: so that an edit elsewhere leaves it as it is.

That is the claim, the functions it speaks of and those that these mention, with the lines they begin on (places are lines), all
that stands outside of functions and claims, and the library. Which function mentions which is read off the names in its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from aalpl.program.nodes import Claim, Program

_WORD = re.compile(r"[^\W\d]\w*")


def pieces(program: Program, claim: Claim) -> str:
    """A text that differs wherever the verdict may."""
    lines = claim.span.source.text.splitlines()
    blocks = dict(_blocks(program, claim, lines))
    used = _used(claim.span.text, {name: text for name, (_, text) in blocks.items()})
    told = [f"{name}@{blocks[name][0]}\n{blocks[name][1]}" for name in sorted(used)]
    return "\0".join([claim.span.text, *told, _rest(program, lines, blocks), *_libraries(program)])


def _blocks(program: Program, claim: Claim, lines: list[str]) -> Iterator[tuple[str, tuple[int, str]]]:
    """The functions of the claim's own file: where each begins, and its text."""
    for name, function in program.functions.items():
        if function.library or function.span.source is not claim.span.source or name == program.main:
            continue
        first = function.span.line - 1
        last = next((i for i in range(first + 1, len(lines)) if lines[i][:1].strip()), len(lines))
        yield name, (first, "\n".join(lines[first:last]))


def _used(text: str, blocks: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    waiting = set(_WORD.findall(text)) & blocks.keys()
    while waiting:
        found |= waiting
        waiting = {word for name in waiting for word in _WORD.findall(blocks[name])} & blocks.keys() - found
    return found


def _rest(program: Program, lines: list[str], blocks: Mapping[str, tuple[int, str]]) -> str:
    """Lines that belong to no function and no claim."""
    taken = {first + i for first, text in blocks.values() for i in range(text.count("\n") + 1)}
    for claim in program.claims:
        first = claim.span.line - 1
        taken |= {first + i for i in range(claim.span.text.count("\n") + 1)}
    return "\n".join(line for i, line in enumerate(lines) if i not in taken and line.strip())


def _libraries(program: Program) -> list[str]:
    return sorted({f.span.source.text for f in program.functions.values() if f.library})
