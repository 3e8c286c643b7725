"""Calls as OpenTelemetry spans, with the names of its conventions for generative models.

The run is a span, each function and branch one below it, each answered call one of kind client. What was asked and said
stands in them only where the user wants that.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from aalpl.live.journal.calls import Call, Kept
from aalpl.live.journal.tree import Part

Words = Callable[[Call], dict[str, Any] | None]
"""What was asked, or None where that is not to be told."""


def export(root: Part, run: Kept, tracer: Any, currency: str | None, words: Words) -> int:
    """Tells `tracer` (an `opentelemetry.trace.Tracer`) of all calls that went out; how many spans there are."""
    from opentelemetry.trace import SpanKind, set_span_in_context

    told = 0
    waiting: list[tuple[Part, Any]] = [(root, None)]
    while waiting:
        part, around = waiting.pop()
        if part.first is None or part.last is None:
            continue
        inner = part is root or bool(part.parts)
        context = around
        if inner:
            attributes = _workflow(run, part, currency) if part is root else {"aalpl.place": part.name}
            span = tracer.start_span(
                part.name, context=around, start_time=_time(part.first), attributes=attributes
            )
            span.end(end_time=_time(part.last))
            context = set_span_in_context(span)
            told += 1
        for call, money in part.calls:
            if not call.sends:
                continue
            name = f"chat {_model(call)}"
            span = tracer.start_span(
                name, context=context, kind=SpanKind.CLIENT, start_time=_time(call.sent),
                attributes=_chat(call, run, money, currency, words),
            )  # fmt: skip
            span.end(end_time=_time(call.sent if call.answered is None else call.answered))
            told += 1
        waiting.extend((each, context) for each in reversed(part.parts.values()))
    return told


def _workflow(run: Kept, root: Part, currency: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.workflow.name": run.header.function,
        "aalpl.outcome": run.outcome or "killed",
        "aalpl.calls": root.paid,
    }
    return found | _cost(root.money, currency)


def _chat(
    call: Call, run: Kept, money: Fraction | None, currency: str | None, words: Words
) -> dict[str, Any]:
    usage, reply = call.usage, call.reply or {}
    numbers = {
        "gen_ai.usage.input_tokens": usage.tokens_in,
        "gen_ai.usage.output_tokens": usage.tokens_out,
        "gen_ai.usage.cache_read.input_tokens": usage.cached,
        "gen_ai.usage.cache_creation.input_tokens": usage.written,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning,
        "gen_ai.response.model": reply.get("model"),
    }
    found: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": (call.answerer or "unknown").partition("/")[0],
        "gen_ai.request.model": _model(call),
        "gen_ai.workflow.name": run.header.function,
        "aalpl.primitive": call.primitive,
        "aalpl.place": call.place,
        "aalpl.attempt": call.attempt,
        "aalpl.sends": call.sends,
    }
    found |= {name: value for name, value in numbers.items() if value is not None}
    if call.reply is not None:
        found["gen_ai.response.finish_reasons"] = [reply.get("finish", "stop")]
    else:
        found["error.type"] = "unanswered"
    asked = words(call)
    if asked is not None:
        found["gen_ai.input.messages"] = json.dumps(_messages(asked), ensure_ascii=False)
        found["aalpl.said"] = json.dumps(reply.get("said"), ensure_ascii=False)
    return found | _cost(money, currency)


def _messages(asked: dict[str, Any]) -> list[dict[str, Any]]:
    turns = [*asked.get("turns", ())]
    if "transcript" in asked:
        turns.append(["user", asked["transcript"]])
    turns += [["user", text] for text in asked["args"].values()]
    return [{"role": role, "parts": [{"type": "text", "content": text}]} for role, text in turns]


def _cost(money: Fraction | None, currency: str | None) -> dict[str, Any]:
    if money is None or currency is None:
        return {}
    return {"aalpl.cost.money": float(money), "aalpl.cost.currency": currency}


def _model(call: Call) -> str:
    _, _, model = (call.answerer or "").partition("/")
    return model.partition(" with ")[0] or call.model


def _time(seconds: float) -> int:
    return round(seconds * 1e9)
