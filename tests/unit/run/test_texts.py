"""Ropes against plain lists of tokens: whatever is done to both, they show the same."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from aalpl.program.tokens import tokens
from aalpl.run import texts
from aalpl.run.faults import OutOfRange


def plain(x: texts.Text) -> list[Any]:
    """The tokens of a rope, those nobody has looked at as (origin, place)."""
    found: list[Any] = []
    for length, start, origin, _ in texts.pieces(x):
        if isinstance(origin, int):
            found += [(origin, start + i) for i in range(length)]
        else:
            found += origin.tokens[start : start + length]
    return found


def depth(x: texts.Text) -> int:
    return 1 if x[3] == 1 else 1 + max(depth(x[1]), depth(x[2]))


@pytest.mark.parametrize("seed", range(20))
def test_cut_join_splice_are_those_of_lists(seed: int) -> None:
    random = Random(seed)
    ropes = [(50, 0, 1, 1), texts.written("Some words, and a few more.\n  The end"), texts.EMPTY]
    for step in range(200):
        x, y = random.choice(ropes), random.choice(ropes)
        a = random.randint(0, x[0])
        b = random.randint(a, x[0])
        match step % 3:
            case 0:
                made, model = texts.cut(x, a, b), plain(x)[a:b]
            case 1 if x[0] + y[0] < 2000:
                made, model = texts.join(x, y), plain(x) + plain(y)
            case _:
                new = (b - a, 0, 100 + step, 1)
                made, model = texts.splice(x, a, b, new), [*plain(x)[:a], *plain(new), *plain(x)[b:]]
        assert plain(made) == model
        assert made[0] == len(model)
        ropes.append(made)
        other = random.choice(ropes)
        assert texts.same(made, other) == (plain(made) == plain(other))
        assert (texts.key(made) == texts.key(other)) == (plain(made) == plain(other))
        common = next(
            (i for i, (p, q) in enumerate(zip(plain(made), plain(other), strict=False)) if p != q), None
        )
        assert texts.shared_prefix(made, other) == (min(made[0], other[0]) if common is None else common)


def test_many_splices_stay_shallow() -> None:
    """One rope over 20,000 blocks, every block replaced from left to right, then cut anywhere."""
    blocks, length = 20_000, 7
    x: texts.Text = (blocks * length, 0, 0, 1)
    for i in range(blocks):
        x = texts.splice(x, i * length, i * length + length, (length, 0, i + 1, 1))
    assert x[3] == blocks
    assert depth(x) <= 40  # 2.5 * log2(20000) = 36
    assert texts.cut(x, 700, 707) == (7, 0, 101, 1)


def test_growing_transcripts_stay_shallow() -> None:
    x = texts.EMPTY
    for i in range(20_000):
        x = texts.join(x, (3, 0, i, 1))
    assert x[0] == 60_000
    assert depth(x) <= 40


def test_brackets_do_not_matter() -> None:
    x: texts.Text = (10, 0, 5, 1)
    again = texts.join(texts.cut(x, 0, 4), texts.join(texts.cut(x, 4, 9), texts.cut(x, 9, 10)))
    assert texts.same(x, again)
    assert texts.key(x) == texts.key(again)


@pytest.mark.parametrize(("low", "high"), [(-1, 2), (3, 2), (0, 11)])
def test_slices_do_not_clamp(low: int, high: int) -> None:
    with pytest.raises(OutOfRange):
        texts.cut((10, 0, 1, 1), low, high)


@pytest.mark.parametrize(
    "text", ["", "a", " a  b\n\tc", "naïve — “quoted”…", "\n\n", "x[i*l:i*l+l]", "日本語 テキスト"]
)
def test_tokens_are_lossless(text: str) -> None:
    assert "".join(tokens(text)) == text
    assert texts.spelled(texts.written(text)) == text


def test_unseen_tokens_are_counted() -> None:
    assert texts.spelled(texts.join(texts.written("a b"), (120, 0, 1, 1))) == "a b‹120 tokens›"
