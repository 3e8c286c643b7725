"""A JSON schema of what may be answered: the part of JSON Schema that constrained decoders agree on.

The root is always an object, because some endpoints want it so: what is no record is its field `answer`. Every field is
required and no other is allowed; what may be missing is `null`. How long a text is cannot be said in tokens, so it is
left to the contract.
"""

from __future__ import annotations

from typing import Any

from aalpl.live.contract.shape import (
    Fields,
    Number,
    OneOf,
    Perhaps,
    Several,
    Shape,
    Truth,
    Void,
    Whole,
    Words,
    shape,
)
from aalpl.run.backend import Question

ANSWER = "answer"
"""The field of the root that holds what is no record."""


def schema(question: Question) -> dict[str, Any] | None:
    """The schema of an answer; None where any text will do."""
    found = shape(question.contract, question.sizes)
    return None if plain(found) else rooted(found)


def plain(shape: Shape) -> bool:
    """Whether an answer is text as it comes, which no schema should wrap."""
    return isinstance(shape, Words | Void) or (isinstance(shape, Perhaps) and plain(shape.value))


def rooted(shape: Shape) -> dict[str, Any]:
    """The schema with an object at its root."""
    return of(shape if isinstance(shape, Fields) else Fields(((ANSWER, shape),)))


def of(shape: Shape) -> dict[str, Any]:
    """The schema of a value."""
    match shape:
        case Words():
            return {"type": "string"}
        case Truth():
            return {"type": "boolean"}
        case Whole(low, high):
            return {"type": "integer"} | _limits("minimum", low) | _limits("maximum", high)
        case Number():
            return {"type": "number"}
        case OneOf(options):
            return {"type": "string", "enum": list(options)}
        case Perhaps(value):
            return {"anyOf": [of(value), {"type": "null"}]}
        case Several(elements, low, high):
            kinds = [of(element) for element in dict.fromkeys(elements)]
            items = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
            return (
                {"type": "array", "items": items}
                | _limits("minItems", low or None)
                | _limits("maxItems", high)
            )
        case Fields(fields):
            return {
                "type": "object",
                "properties": {name: of(inner) for name, inner in fields},
                "required": [name for name, _ in fields],
                "additionalProperties": False,
            }
        case Void():
            return {"type": "null"}


def _limits(word: str, number: int | None) -> dict[str, Any]:
    return {} if number is None else {word: number}
