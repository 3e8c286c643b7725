"""What a question is, digested: two questions with the same content could have the same answer.

Places are names of answers in a run; contents tell whether an answer kept under a name still fits. Where a program stands
in its file is not part of it.
"""

from __future__ import annotations

from hashlib import blake2b

import attrs

from aalpl.program.excerpt.pieces import piece
from aalpl.program.nodes import Primitive
from aalpl.run.backend import Question

SIZE = 16  # bytes of a digest
LONGEST = 2000  # characters of a place that are kept at either end


def digest(text: str) -> bytes:
    """The digest of a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=SIZE).digest()


def contract(primitive: Primitive) -> str:
    """All that a program declares of a primitive, but for the line where."""
    return piece(primitive, primitive.span.source).digest


def content(question: Question, declared: str) -> bytes:
    """The digest of a question; `declared` is the `contract` of its primitive."""
    parts = [declared, str(question.index)]
    for argument in question.args.items():
        parts += argument
    if question.turns:
        for turn in question.turns:
            parts += turn
    else:
        parts.append(f"{question.transcript}")
    parts += ["·" if callable(size) else str(size) for size in question.sizes]
    for refused in question.earlier:
        parts += (refused.said, refused.found, refused.wanted)
    return digest(f"{[len(part) for part in parts]}{''.join(parts)}")


@attrs.define
class Contents:
    """Digests of questions; what a primitive declares is looked at once."""

    _contracts: dict[str, str] = attrs.field(factory=dict, init=False)

    def of(self, question: Question) -> bytes:
        """The digest of what is asked."""
        name = question.primitive.name
        declared = self._contracts.get(name)
        if declared is None:
            declared = self._contracts[name] = contract(question.primitive)
        return content(question, declared)


def shown(key: str) -> str:
    """A place as it is kept: that of a very deep recursion without its middle."""
    return key if len(key) <= 2 * LONGEST else f"{key[:LONGEST]}…{key[-LONGEST:]}"


def path(place: str) -> str:
    """The functions that a place is in, without branches and counts: `f/parallel#1.1[3]/pair.1/ask#1.1` is in `f/pair`."""
    first, *steps = place.split("/")
    inner = (step.rpartition(".")[0] for step in steps[:-1] if not step.endswith("]"))
    return "/".join((first, *inner))
