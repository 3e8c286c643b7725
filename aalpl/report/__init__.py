"""Sources, spans, diagnostics and their drawing: the bottom layer."""

from aalpl.report.diagnostic import Diagnosed, Diagnostic, Label, Severity
from aalpl.report.source import Source, Span

__all__ = ["Diagnosed", "Diagnostic", "Label", "Severity", "Source", "Span"]
