"""Calls out of traces: our JSON lines, and OpenTelemetry's GenAI spans as JSON, one object or one span a line.

Who is asked is told by `aalpl.primitive`; else a span is taken for a primitive's where its name, or that of its agent or
tool, is the primitive's, or what the user maps to it. `gen_ai.usage.*` are tokens as they were billed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import attrs

NAMES = (
    "aalpl.primitive",
    "gen_ai.agent.name",
    "gen_ai.tool.name",
    "gen_ai.workflow.name",
    "gen_ai.prompt.name",
)
MODELS = ("gen_ai.response.model", "gen_ai.request.model")
BILLED_IN = ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")
BILLED_OUT = ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")


class BadTrace(ValueError):
    """A line that is no trace, with its number."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")


@attrs.frozen
class Called:
    """One call: tokens of ours, tokens as billed, the answer itself, the place and the run; None is not told."""

    primitive: str
    model: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    billed_in: int | None = None
    billed_out: int | None = None
    said: Any = None
    place: str | None = None
    run: str = ""
    attempt: int | None = None
    asked: Mapping[str, Any] | None = None

    @property
    def length(self) -> int | None:
        """Tokens of the answer: ours where they are told, else those billed."""
        return self.billed_out if self.tokens_out is None else self.tokens_out


def calls(
    text: str, primitives: Collection[str], names: Mapping[str, str] | None = None
) -> tuple[list[Called], int]:
    """The calls of these primitives, and how many spans with tokens are of something else.

    `names` says of which primitive spans of a name are. Raises `BadTrace`."""
    found: list[Called] = []
    others = 0
    renamed = names or {}
    for span in _spans(text):
        called = _called(span, primitives, renamed)
        if called is not None:
            found.append(called)
        elif any(name in span for name in (*BILLED_IN, *BILLED_OUT, "tokens_out")):
            others += 1
    return found, others


def _spans(text: str) -> Iterator[dict[str, Any]]:
    """Every span as one flat mapping: its attributes, and `name` and `run`."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError:
            raise BadTrace(number, "no JSON") from None
        if not isinstance(found, dict):
            raise BadTrace(number, "no object")
        yield from _flat(found)


def _flat(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if isinstance(found.get("resourceSpans"), list):  # OTLP: one export a line
        for resource in found["resourceSpans"]:
            for scope in resource.get("scopeSpans", ()):
                for span in scope.get("spans", ()):
                    yield from _flat(span)
        return
    attributes = found.get("attributes")
    if isinstance(attributes, list):
        attributes = {
            each.get("key"): _value(each.get("value")) for each in attributes if isinstance(each, dict)
        }
    if isinstance(attributes, dict):
        context = found.get("context")
        run = found.get("traceId") or found.get("trace_id") or (context or {}).get("trace_id", "")
        yield {**attributes, "span": found.get("name"), "run": str(run)}
    else:
        yield found


def _value(found: Any) -> Any:
    """A value of OTLP: `{"intValue": "12"}`."""
    match found:
        case {"intValue": number}:
            return int(number)
        case {"doubleValue": number}:
            return float(number)
        case {"boolValue": value} | {"stringValue": value}:
            return value
        case _:
            return None


def _called(span: Mapping[str, Any], primitives: Collection[str], names: Mapping[str, str]) -> Called | None:
    said = [span.get("primitive"), *(span.get(name) for name in NAMES), span.get("span")]
    who = next(
        (n for each in said if isinstance(each, str) and (n := names.get(each, each)) in primitives), None
    )
    if who is None:
        return None

    def number(*keys: str) -> int | None:
        value = next((span[key] for key in keys if span.get(key) is not None), None)
        return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    model = next((span[key] for key in ("model", *MODELS) if isinstance(span.get(key), str)), None)
    place = span.get("place", span.get("aalpl.place"))
    return Called(
        who,
        model,
        number("tokens_in", "aalpl.tokens_in"),
        number("tokens_out", "aalpl.tokens_out"),
        number("billed_in", *BILLED_IN),
        number("billed_out", *BILLED_OUT),
        span["said"] if "said" in span else _parsed(span.get("aalpl.said")),
        None if place is None else str(place),
        str(span.get("run", "")),
        number("attempt", "aalpl.attempt"),
        span.get("asked"),
    )


def _parsed(said: Any) -> Any:
    """What was said; our spans have it as JSON."""
    if not isinstance(said, str):
        return said
    try:
        return json.loads(said)
    except ValueError:
        return said
