"""Contracts of primitives against real models: what is sent, what may come back, how it is read.

    messages(question)       the chat messages, with what may be answered in words
    schema(question)         a JSON schema of what may be answered, for constrained decoding; None for plain text
    cap(question, binding)   the most tokens an answer may take, for the request; None where nothing says so
    shape(contract, sizes)   the contract with the numbers of one call put in; all of the above is derived from it

Beside them: `grammar` (the same as a schema, in GBNF), `chances` (P of each of few answers), `reading` and `judging` (a reply
as a value, or what is wrong with it), `turns` (who said what in a transcript).
"""

from __future__ import annotations

from aalpl.live.contract.caps import cap
from aalpl.live.contract.messages import Message, messages
from aalpl.live.contract.schema import schema
from aalpl.live.contract.shape import Shape, shape

__all__ = ["Message", "Shape", "cap", "messages", "schema", "shape"]
