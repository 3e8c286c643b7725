"""Diagnostics for machines: versioned JSON (docs/schema/diagnostics.v1.json) and SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from aalpl.report.diagnostic import Diagnostic, Label, Severity

VERSION = 1

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """The diagnostics as one JSON document."""
    return dumps({"version": VERSION, "diagnostics": [record(d) for d in diagnostics]})


def record(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic as plain data."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "title": diagnostic.title,
        "place": _place(diagnostic.label),
        "others": [_place(label) for label in diagnostic.others],
        "hint": diagnostic.hint,
    }


def as_sarif(diagnostics: Iterable[Diagnostic], *, version: str) -> str:
    """The diagnostics as a SARIF log, the form that code hosts read; `version` is the tool's own."""
    found = list(diagnostics)
    driver = {
        "name": "aalpl",
        "version": version,
        "rules": [{"id": code} for code in sorted({d.code for d in found})],
    }
    return dumps(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": driver},
                    "columnKind": "unicodeCodePoints",
                    "results": [_result(d) for d in found],
                }
            ],
        }
    )


def dumps(document: dict[str, Any]) -> str:
    """JSON as we print it everywhere: indented, Unicode kept, a newline at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _place(label: Label) -> dict[str, Any]:
    span = label.span
    end_line, end_column = span.source.place(max(span.start, span.end))
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": end_line,
        "end_column": end_column,
        "label": label.text,
    }


def _result(diagnostic: Diagnostic) -> dict[str, Any]:
    text = diagnostic.title if diagnostic.hint is None else f"{diagnostic.title}\n{diagnostic.hint}"
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
        "locations": [_location(diagnostic.label)],
    }
    if diagnostic.others:
        result["relatedLocations"] = [_location(label) for label in diagnostic.others]
    return result


def _location(label: Label) -> dict[str, Any]:
    place = _place(label)
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": place["file"].replace("\\", "/")},
            "region": {
                "startLine": place["line"],
                "startColumn": place["column"],
                "endLine": place["end_line"],
                "endColumn": place["end_column"],
            },
        }
    }
    if label.text:
        location["message"] = {"text": label.text}
    return location
