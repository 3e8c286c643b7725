"""Contracts of primitives against real models: what is sent, what may come back, how it is read.

messages(question)       the chat messages, with what may be answered in words
schema(question)         a JSON schema of what may be answered, for constrained decoding; None for plain text
grammar(question)        the same in GBNF, without any wrapping; None for plain text
labels(question)         the words of a choice or a truth, where the answer is one of few words
cap(question, binding)   the most tokens an answer may take, for the request; None where nothing says so
read(said, shape)        a reply as a plain value
"""

from __future__ import annotations

from aalpl.live.contract.caps import cap
from aalpl.live.contract.messages import Message, messages
from aalpl.live.contract.schema import schema
from aalpl.live.contract.shape import Shape, shape

__all__ = ["Message", "Shape", "cap", "messages", "schema", "shape"]
