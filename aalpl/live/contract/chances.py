"""How likely each of the few answers to a question was: P(label), from what a model says of its first token.

A token speaks for the one answer that it begins, whatever its case; one that could begin two of them speaks for none.
What is left is scaled to 1. Where the answers share a beginning, or no token speaks for any, nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp

from aalpl.live.contract.shape import OneOf, Shape, Truth, shape
from aalpl.run.backend import Question

TOP = 20
"""So many of the likeliest tokens are asked for."""


def labels(question: Question) -> tuple[str, ...]:
    """The answers where they are few words: of a choice, of a truth (`yes`, `no`); else none."""
    return _labels(shape(question.contract, question.sizes))


def chances(labels: Sequence[str], top: Iterable[tuple[str, float]]) -> dict[str, float] | None:
    """The chance of each label, from tokens and the logarithms of their probabilities."""
    found = dict.fromkeys(labels, 0.0)
    for token, logarithm in top:
        begun = [label for label in labels if _begins(token, label)]
        if len(begun) == 1:
            found[begun[0]] += exp(logarithm)
    whole = sum(found.values())
    return {label: chance / whole for label, chance in found.items()} if whole > 0 else None


def _labels(shape: Shape) -> tuple[str, ...]:
    match shape:
        case Truth():
            return ("yes", "no")
        case OneOf(options):
            return options
        case _:
            return ()


def _begins(token: str, label: str) -> bool:
    said = token.strip().strip("\"'").casefold()
    return bool(said) and (label.casefold().startswith(said) or said == label.casefold())
