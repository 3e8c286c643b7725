"""Every program of `grammar/mistakes.md` earns the message written below it; no single edit earns two."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from aalpl.report import Diagnostic, Label, Source
from aalpl.tree import parse
from aalpl.tree.scan import LAYOUT, scan

ROOT = Path(__file__).resolve().parents[3]
MISTAKES = (ROOT / "grammar/mistakes.md").read_text(encoding="utf-8")
SHARED = sorted((ROOT / "tests/cases/shared").glob("*.aalp"))
CASE = re.compile(r"### (.*?)\n\n```aalp\n(.*?)```\n\n```error\n(.*?)```\n", re.DOTALL)


def told(problem: Diagnostic) -> str:
    lines = [f"{at(problem.label)}: {problem.code}: {problem.title}"]
    lines += [f"  {at(other)}: {other.text}" for other in problem.others]
    lines += [f"  hint: {problem.hint}"] if problem.hint else []
    return "".join(f"{line}\n" for line in lines)


def at(label: Label) -> str:
    return f"{label.span.line}:{label.span.column}"


@pytest.mark.parametrize(
    ("program", "message"),
    [case[1:] for case in CASE.findall(MISTAKES)],
    ids=[case[0] for case in CASE.findall(MISTAKES)],
)
def test_a_mistake_earns_its_message(program: str, message: str) -> None:
    tree, problems = parse(Source("mistake", program))
    assert tree is None
    assert "".join(map(told, problems)) == message


def test_every_program_of_the_list_has_a_message() -> None:
    assert len(CASE.findall(MISTAKES)) == MISTAKES.count("```aalp") > 80


def mutant(text: str, rnd: random.Random) -> tuple[str, set[int]]:
    """The text with one edit, and the rows it touched (for a deleted line, the rows that now meet there)."""
    tokens = [token for token in scan(Source("x", text)).tokens if token.kind not in LAYOUT]
    rows = text.splitlines(keepends=True)
    at = rnd.randrange(len(tokens) - 1)
    one, two = tokens[at], tokens[at + 1]
    row = rnd.choice([i for i in range(len(rows) - 1) if rows[i].strip()])
    token_rows = {text.count("\n", 0, one.start) + 1, text.count("\n", 0, two.start) + 1}
    match rnd.randrange(7):
        case 0:
            return text[: one.start] + text[one.end :], token_rows
        case 1:
            return f"{text[: one.end]} {one.text}{text[one.end :]}", token_rows
        case 2:
            between = text[one.end : two.start]
            return text[: one.start] + two.text + between + one.text + text[two.end :], token_rows
        case 3:
            return "".join(rows[:row] + rows[row + 1 :]), {row, row + 1}
        case 4:
            return "".join(rows[: row + 1] + rows[row:]), {row + 1, row + 2}
        case 5:
            return "".join([*rows[:row], rows[row + 1], rows[row], *rows[row + 2 :]]), {row + 1, row + 2}
        case _:
            depth = max(0, len(rows[row]) - len(rows[row].lstrip()) + rnd.choice([-4, -2, -1, 1, 2, 4]))
            return "".join([*rows[:row], " " * depth + rows[row].lstrip(" "), *rows[row + 1 :]]), {row + 1}


def test_one_edit_is_at_most_one_mistake_and_told_where_it_was_made() -> None:
    rnd = random.Random(2026)
    texts = [path.read_text(encoding="utf-8") for path in SHARED]
    wrong = placed = 0
    for _ in range(700):
        text, rows = mutant(rnd.choice(texts), rnd)
        _, problems = parse(Source("mutant", text))
        assert len(problems) <= 1, text
        for problem in problems:
            wrong += 1
            last = text.count("\n", 0, problem.label.span.end) + 1
            words = f"{problem.title} {problem.hint}"
            placed += not rows.isdisjoint({problem.label.span.line, last}) or any(
                f"line {row}" in words for row in rows
            )
    assert wrong > 300
    assert placed >= 0.97 * wrong
