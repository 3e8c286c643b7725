"""The messages of a question: what was said so far, the primitive's prompt, and what may be answered.

A question that stands alone is a `system` message, the same for every call of the primitive with the same contract, and
one of the `user`. In a conversation the transcript comes first, so that what a provider has cached stays the beginning
of the next request; what is asked of the model comes last. Answers that were refused follow with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypedDict

from aalpl.live.contract.shape import shape
from aalpl.live.contract.wording import sentence
from aalpl.program.tokens import parts
from aalpl.run.backend import Question, Refused


class Message(TypedDict):
    """One message of a chat; `role` is `system`, `user`, or `assistant`."""

    role: str
    content: str


def messages(question: Question) -> list[Message]:
    """What is sent."""
    answer = sentence(shape(question.contract, question.sizes))
    found: list[Message] = []
    if question.transcript is None:
        _add(found, "system", "\n".join(filter(None, (_task(question), answer))))
        _add(found, "user", _asked(question, ("", ""))[1] or question.primitive.name)
    else:
        before, asked = _asked(question, (question.transcript, ""))
        _add(found, "system", before)
        for role, text in question.turns or (("user", question.transcript),):
            _add(found, role, text)
        _add(found, "user", "\n".join(filter(None, (asked, _task(question), answer))) or "Go on.")
    for refused in question.earlier:
        _add(found, "assistant", refused.said or "…")
        _add(found, "user", again(refused))
    return found


def again(refused: Refused) -> str:
    """Why an answer is asked for once more."""
    return f"That was {refused.found}, which is not allowed: it must be {refused.wanted}. Answer again, correctly."


def _add(found: list[Message], role: str, content: str) -> None:
    """Adds a message; two of one role are put together, because some templates demand that roles alternate."""
    if not content:
        return
    if found and found[-1]["role"] == role:
        found[-1]["content"] += "\n" + content
    else:
        found.append({"role": role, "content": content})


def _task(question: Question) -> str:
    """The name in words, where no prompt says more."""
    if question.primitive.prompt is not None:
        return ""
    words = re.sub(r"[_']+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", question.primitive.name)).strip()
    member = "" if question.index is None else f" {question.index}"
    return f"{words[:1].upper()}{words[1:]}{member}."


def _asked(question: Question, transcript: tuple[str, str]) -> tuple[str, str]:
    """The prompt with its parameters filled in: what stands before the transcript, and the rest."""
    if question.primitive.prompt is None:
        if len(question.args) == 1:
            return "", next(iter(question.args.values()))
        return "", "\n".join(f"{name}: {text}" for name, text in question.args.items())
    before, found = "", []
    for part, name in _pieces(question.primitive.prompt):
        found.append(part)
        if name is None:
            continue
        if name in question.args:
            found.append(question.args[name])
        else:  # the parameter that is the conversation
            before, found = "".join(found), []
    return before, "".join(found)


def _pieces(prompt: str) -> Iterator[tuple[str, str | None]]:
    texts, names = parts(prompt)
    yield from zip(texts, [*names, None], strict=True)
