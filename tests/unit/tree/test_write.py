"""The canonical form: it parses to the same tree, and is its own canonical form."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from support.trees import files

from aalpl.report import Source
from aalpl.tree import nodes as t
from aalpl.tree import parse, write

ROOT = Path(__file__).resolve().parents[3]
SHARED = sorted((ROOT / "tests/cases/shared").glob("*.aalp"))


def tree(text: str) -> t.File:
    file, problems = parse(Source("test", text))
    assert file is not None, (problems, text)
    return file


def canonical(text: str) -> str:
    return write(tree(text))


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(files)
def test_parse_after_write_is_the_tree(file: t.File) -> None:
    text = write(file)
    again = tree(text)
    assert again == file
    assert write(again) == text


@pytest.mark.parametrize("path", SHARED, ids=lambda p: p.stem)
def test_a_program_keeps_its_meaning_and_comments(path: Path) -> None:
    before = tree(path.read_text(encoding="utf-8"))
    text = write(before)
    after = tree(text)
    assert after == before
    assert [c.text for c in after.comments] == [c.text for c in before.comments]
    assert write(after) == text


@pytest.mark.parametrize(
    ("loose", "wanted"),
    [
        ("y ← x·2\n", "y <- x*2\n"),
        ("for i ∈ {0, …, k−1} do skip\n", "for i in 0..k-1 do skip\n"),
        ("x[ i*l:i*l + l ] <- ( (a) )\n", "x[i*l : i*l+l] <- a\n"),
        ("x[0 : c] <- a  +  b*( c-d )\n", "x[0:c] <- a + b*(c-d)\n"),
        ("if  a   then x <- 1 else x <- 2\n", "if a then x <- 1 else x <- 2\n"),
        ("claim cost(f)=Θ(n ^ 2)\n", "claim cost(f) = Theta(n^2)\n"),
        ("llm M( x:text )->text[<=  n ]?   size  m\n", "llm M(x: text) -> text[<= n]?  size m\n"),
    ],
)
def test_one_form(loose: str, wanted: str) -> None:
    assert canonical(loose) == wanted


def test_blank_lines_and_comments_stay_where_they_were() -> None:
    text = """\
# about the sizes


size n      # tokens
size long   # more
def f(x: text[n]):
  # first
  if x then   # why
      skip
      # in the block
  # after it
  else        # otherwise
      skip
# the end
"""
    wanted = """\
# about the sizes

size n     # tokens
size long  # more

def f(x: text[n]):
    # first
    if x then  # why
        skip
        # in the block
    # after it
    else  # otherwise
        skip

# the end
"""
    assert canonical(text) == wanted


def test_clauses_of_neighbours_stand_in_a_column() -> None:
    text = "llm first(x: text) -> bool size m\nllm b(x: text) -> text[1] on big right with probability p\n"
    assert canonical(text) == (
        "llm first(x: text) -> bool  size m\nllm b(x: text) -> text[1]   on big right with probability p\n"
    )


def test_long_lines_break_in_their_brackets() -> None:
    names = [f"a_rather_long_parameter_{i}" for i in range(8)]
    text = canonical(
        f"def f({', '.join(f'{name}: int' for name in names)}):\n    return g({', '.join(names)})\n"
    )
    assert max(map(len, text.splitlines())) <= 100
    assert tree(text) == tree(
        f"def f({', '.join(f'{name}: int' for name in names)}):\n    return g({', '.join(names)})\n"
    )
    assert canonical(text) == text
