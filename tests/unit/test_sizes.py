"""Numbers on the command line."""

from fractions import Fraction

import pytest

from aalpl.cases.sizes import BadSize, number, parse
from aalpl.shell.failure import Failure
from aalpl.shell.given import require


def test_sizes_are_exact() -> None:
    assert parse("n=1e6, k = 2^20-1,p=.7,q=1/3,m[1]=2") == {
        "n": 1_000_000, "k": 1_048_575, "p": Fraction(7, 10), "q": Fraction(1, 3), "m[1]": 2,
    }  # fmt: skip


def test_a_later_size_may_use_earlier_ones() -> None:
    assert parse("k=40,l=120,n=k*l,x'=-n")["x'"] == -4800


@pytest.mark.parametrize(
    "text",
    [
        "n",
        "n=",
        "=3",
        "n=three",
        "n=1,n=2",
        "n=2^(2^40)",
        "n=1/0",
        "n=__import__('os')",
        "3=n",
        "n=(1",
        "n=True",
    ],
)
def test_what_is_no_number_fails_kindly(text: str) -> None:
    with pytest.raises(BadSize):
        parse(text)


def test_nesting_has_no_surprise() -> None:
    with pytest.raises(BadSize):
        number("(" * 5000 + "1" + ")" * 5000)


def test_a_misspelt_size_is_guessed() -> None:
    with pytest.raises(Failure) as caught:
        require(["m_qq"], ["m_q", "k", "l"])
    assert caught.value.hint == "did you mean `m_q`?"
