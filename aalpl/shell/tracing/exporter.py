"""Where spans go: to the tracer that is set up in the process, else to the exporter that the environment names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import Any

from aalpl import __version__
from aalpl.shell.failure import Failure


@contextmanager
def tracer() -> Iterator[Any]:
    """A tracer; what it was told is on its way at the end. None where `OTEL_SDK_DISABLED` says so."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        yield None
        return
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        hint = "`pip install opentelemetry-sdk opentelemetry-exporter-otlp`, or write `--format jsonl`"
        raise Failure("OpenTelemetry is not installed", hint, code="no-opentelemetry") from None
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "aalpl")})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(_exporter()))
    try:
        yield provider.get_tracer("aalpl", __version__)
    finally:
        provider.shutdown()


def _exporter() -> Any:
    """As the environment says: `otlp`, `console`, or what another package offers."""
    name = os.environ.get("OTEL_TRACES_EXPORTER", "").strip() or "otlp"
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "").strip()
    wanted = [name] if name != "otlp" else ["otlp_proto_http"] if protocol.startswith("http") else []
    for each in wanted or ["otlp_proto_grpc", "otlp_proto_http"]:
        for found in entry_points(group="opentelemetry_traces_exporter", name=each):
            try:
                return found.load()()
            except ImportError:
                continue
    hint = "`pip install opentelemetry-exporter-otlp`, or set OTEL_TRACES_EXPORTER=console"
    raise Failure(f"there is no exporter `{name}` of OpenTelemetry", hint, code="no-opentelemetry")
