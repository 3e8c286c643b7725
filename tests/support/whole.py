"""Judges all rewrites of all programs: `python tests/support/whole.py 0 4` the first quarter, `… 0 1 maker` one file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.alike import ints, losses, same_order
from support.rewriter import REWRITES
from support.rewritten import Case, cases_of, pages, texts

ROOT = Path(__file__).resolve().parents[2]


def acceptance() -> list[Case]:
    """Every function of the examples and of the acceptance pages."""
    found = [*texts(ROOT / "examples"), *pages(ROOT / "tests/cases/cost/acceptance.md")]
    return [case for title, text in found for case in cases_of(title, text)]


def told(part: int, of: int, titles: set[str]) -> Iterator[str]:
    """A line for each pair that loses something, and one for each function."""
    for number, case in enumerate(acceptance()):
        if number % of != part or titles - {case.title, case.function} == titles != set():
            continue
        judged = 0
        for rewrite in REWRITES:
            try:
                found = losses(case, rewrite)
            except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
                yield f"BROKEN {case.key} | {rewrite} | {error!r:.300}"
                continue
            judged += found is not None
            if found:
                grade = "theta" if all(same_order(each, ints(case)) for each in found) else "other"
                yield f"{grade} {case.key} | {rewrite} | " + "; ".join(f"{each!s:.160}" for each in found)
        yield f"{judged} judged of {case.key}"


if __name__ == "__main__":
    first, all_, *names = sys.argv[1:]
    for line in told(int(first), int(all_), set(names)):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
