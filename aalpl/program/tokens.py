"""The default tokeniser: words, line ends, runs of blanks, runs of punctuation; lossless, without dependencies."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\w+|\n|[^\S\n]+|[^\w\s]+")
_PLACEHOLDER = re.compile(r"\{[^\W\d]\w*'*\}")


def tokens(text: str) -> list[str]:
    """The tokens of `text`, in order; put together again they are the text."""
    return _TOKEN.findall(text)


def placeholders(prompt: str) -> list[str]:
    """The names between braces in a prompt template, in their order."""
    return [found[1:-1] for found in _PLACEHOLDER.findall(prompt)]


def parts(prompt: str) -> tuple[list[str], list[str]]:
    """A prompt template taken apart: the texts before, between and behind its `{placeholders}`, and their names."""
    return _PLACEHOLDER.split(prompt), placeholders(prompt)


def template_tokens(prompt: str | None) -> int:
    """How many tokens a prompt template has of its own, without its `{placeholders}`; 0 where there is none."""
    return sum(len(tokens(part)) for part in _PLACEHOLDER.split(prompt)) if prompt else 0
