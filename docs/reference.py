"""Writes docs/stdlib.md from the modules of the standard library: `python docs/reference.py`.

A test holds the page against what this writes, so that it cannot say what is no longer true.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.claims.verdict import verdicts
from aalpl.cost.claims.wording import Verdict
from aalpl.cost.result import Kind, Quantity
from aalpl.program import nodes as p
from aalpl.tree import read_source

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "stdlib.md"

HEAD = """\
# The standard library

Every module is written in the language and can be read (`stdlib/`). A definition is used by writing its name: no `use` is
needed. Functions are generic over the primitives they are handed; a bound below counts calls of what is handed over, and
what a call costs comes from the caller's own primitives ([how](cost.md#calls-of-functions)).

Every bound of the table is proved by `aalpl check`. The last column names the rules that occur in the derivation of all
calls (or tokens) of that function, of which the claim may need a part ([what they are](cost.md); `aalpl cost --explain`).
"""

BY_STRUCTURE = "exact sums by structure"


MODULES = sorted((ROOT / "stdlib").glob("*.aalp"))


def page() -> str:
    """The whole page."""
    parts = [HEAD, "| module | proved | rule |\n| --- | --- | --- |"]
    parts += [row for path in MODULES for row in rows(path.stem, read(path))]
    parts += [section(path, read(path)) for path in MODULES]
    return "\n".join(parts).rstrip() + "\n"


def read(path: Path) -> p.Program:
    """The module as a program."""
    program, diagnostics = load(read_source(path))
    assert program is not None, diagnostics
    return program


def section(path: Path, program: p.Program) -> str:
    """What a module says of itself and of each function."""
    parts = ["", f"## {path.stem}", "", program.docstring or "", ""]
    found = _functions(path.read_text(encoding="utf-8"))
    return "\n".join([*parts, *(f"```text\n{signature}\n```\n\n{said}\n" for said, signature in found)])


def rows(module: str, program: p.Program) -> Iterator[str]:
    """A row for every claim, all of which are proved."""
    for verdict in verdicts(program):
        assert verdict.outcome == "true", verdict
        said = " ".join(verdict.claim.span.text.split()).removeprefix("claim ").replace("|", "\\|")
        yield f"| [{module}](#{module}) | `{said}` | {_rule(program, verdict)} |"


def _rule(program: p.Program, verdict: Verdict) -> str:
    """The rules in the derivation of the quantity of a claim's left side, in its worst case and for all primitives."""
    left = verdict.claim.left
    if not isinstance(left, p.Quantity):
        return BY_STRUCTURE
    kind: Kind = left.kind if left.kind != "cost" else "calls"  # type: ignore[assignment]
    quantity = Quantity(kind, critical=left.critical)
    steps = analyse(program, left.function).answer(quantity).derivation
    texts = " ".join(step.text for step in steps)
    found = [rule for sign, rule in _SIGNS if sign in texts]
    return ", ".join(dict.fromkeys(found)) or BY_STRUCTURE


_SIGNS = (
    ("halves", "recurrence: two halves"),
    ("calls itself", "recurrence"),
    ("potential", "potential, certified exactly"),
    ("ranking", "ranking function"),
)


def _functions(text: str) -> Iterator[tuple[str, str]]:
    """Of each function what the comment above it says, and its header."""
    said, header, inside = "", "", False
    for line in text.splitlines():
        if line.startswith("# "):
            said = f"{said} {line[2:]}".strip()
        elif line.startswith("def ") or inside:
            header = f"{header}\n{line}".strip("\n")
            inside = not line.rstrip().endswith(":")
            if not inside:
                yield said, header.rstrip(":")
                said = header = ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
