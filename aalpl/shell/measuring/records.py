"""The table of runs that `--output` keeps: a line for each run, written whole, so that measuring can go on from it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs

from aalpl.report.machine import dumps
from aalpl.run.result import QUANTITIES
from aalpl.shell import given
from aalpl.shell.failure import Failure
from aalpl.shell.files import write
from aalpl.shell.measuring.pool import Row
from aalpl.shell.numbers import plain

VERSION = 1
COLUMNS = (*QUANTITIES, *(f"span {name}" for name in QUANTITIES), "right")

Key = tuple[tuple[str, Fraction], ...]
"""A cell of the grid."""


def key(cell: Mapping[str, Fraction]) -> Key:
    """The cell as a key."""
    return tuple(sorted(cell.items()))


@attrs.define
class Records:
    """Runs by cell and seed. `about` says of which program: a table of another one is not gone on with."""

    about: Mapping[str, str]
    rows: dict[Key, dict[int, Row]] = attrs.field(factory=dict)

    def add(self, cell: Mapping[str, Fraction], seed: int, row: Row) -> None:
        """One run more."""
        self.rows.setdefault(key(cell), {})[seed] = row

    def of(self, cell: Mapping[str, Fraction]) -> dict[int, Row]:
        """The runs of a cell, by seed."""
        return self.rows.get(key(cell), {})

    def save(self, path: Path) -> None:
        """Writes the table, as CSV or (`.json`) as JSON."""
        lines = [
            {**{name: plain(value) for name, value in cell}, "seed": seed}
            | {name: plain(row[name]) for name in COLUMNS}
            for cell, runs in self.rows.items()
            for seed, row in sorted(runs.items())
        ]
        text = _json(self.about, lines) if path.suffix == ".json" else _csv(self.about, lines)
        write(path, text)


def resumed(path: Path, about: Mapping[str, str], sizes: set[str]) -> Records:
    """What the table at `path` holds already; nothing where there is none."""
    records = Records(about)
    if not path.exists():
        return records
    try:
        text = path.read_text(encoding="utf-8")
        found, lines = _from_json(text) if path.suffix == ".json" else _from_csv(text)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Failure(f"`{path}` is no table of measurements", _HINT, code="bad-table") from None
    for word, value in about.items():
        if found.get(word) != value:
            raise Failure(f"`{path}` was measured with another {word}", _HINT, code="bad-table")
    for line in lines:
        names = [name for name in line if name not in COLUMNS and name != "seed"]
        if set(names) != sizes:
            raise Failure(f"`{path}` was measured over other sizes", _HINT, code="bad-table")
        cell = {name: given.number(str(line[name])) for name in names}
        records.add(cell, int(line["seed"]), {name: _number(line[name]) for name in COLUMNS})
    return records


_HINT = "name another file with `--output`, or delete this one"


def _number(value: Any) -> Any:
    if value is None or value == "":
        return None
    found = given.number(str(value))
    return int(found) if found.denominator == 1 else found


def _json(about: Mapping[str, str], lines: list[dict[str, Any]]) -> str:
    return dumps({"version": VERSION, **about, "runs": lines})


def _csv(about: Mapping[str, str], lines: list[dict[str, Any]]) -> str:
    paper = io.StringIO()
    paper.write(f"# aalpl measure {VERSION} {json.dumps(dict(about))}\n")
    if lines:
        writer = csv.DictWriter(paper, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return paper.getvalue()


def _from_json(text: str) -> tuple[Mapping[str, str], list[dict[str, Any]]]:
    document = json.loads(text)
    runs: list[dict[str, Any]] = document["runs"]
    return document, runs


def _from_csv(text: str) -> tuple[Mapping[str, str], list[dict[str, Any]]]:
    first, _, rest = text.partition("\n")
    mark = f"# aalpl measure {VERSION} "
    if not first.startswith(mark):
        raise ValueError(first)
    return json.loads(first.removeprefix(mark)), list(csv.DictReader(io.StringIO(rest)))
