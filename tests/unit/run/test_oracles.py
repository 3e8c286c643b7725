"""Built-in oracles take texts apart without losing a character."""

from __future__ import annotations

import calendar
from pathlib import Path

import pytest
from support.running import ran

PROSE = "First line. “Quoted!” And then\n\n  a second paragraph?  Yes.\n\n\nThird,\twith tabs — and dashes…\n"
MODULE = '''"""Head."""
import os

def one():
    """A docstring with def inside."""
    return 1


@decorated
@twice(2)
def two(x):
    def inner():
        pass
    return inner


class A:
    x = 1

    async def three(self):
        return "def four(): pass"

print(one())
'''


def split(oracle: str, text: str) -> list[str]:
    program = f"use texts\ndef f(x: text) -> list of text:\n    return {oracle}(x)\n"
    run = ran(program, "f", inputs={"x": text})
    assert run.diagnostics == ()
    store, low, high = run.value
    from aalpl.run.texts import spelled

    return [spelled(x) for x in store[low:high]]


@pytest.mark.parametrize("oracle", ["lines", "paragraphs", "sentences", "words"])
@pytest.mark.parametrize("text", [PROSE, MODULE, "one", "\n", "a\r\nb", " ", ""])
def test_pieces_are_the_text(oracle: str, text: str) -> None:
    assert "".join(split(oracle, text)) == text


def test_what_pieces_are() -> None:
    assert split("lines", "a\n\n b\nc") == ["a\n", "\n", " b\n", "c"]
    assert split("words", "a few  words") == ["a ", "few  ", "words"]
    assert split("paragraphs", "a\nb\n\nc\n \nd") == ["a\nb\n\n", "c\n \n", "d"]
    assert split("sentences", "One. Two!  Three? 3.5 is no end") == [
        "One. ",
        "Two!  ",
        "Three? ",
        "3.5 is no end",
    ]


def test_functions_of_a_module() -> None:
    first, second, third = split("functions", MODULE)
    assert first.startswith('"""Head."""')
    assert "def one" in first
    assert second.startswith("@decorated\n@twice(2)\ndef two")
    assert "class A" in second
    assert third.startswith("    async def three")
    assert third.endswith("print(one())\n")


def test_functions_of_a_real_module() -> None:
    text = Path(calendar.__file__).read_text(encoding="utf-8")
    found = split("functions", text)
    assert "".join(found) == text
    assert len(found) == sum(line.lstrip().startswith(("def ", "async def ")) for line in text.splitlines())


def test_what_is_no_module_is_a_diagnostic() -> None:
    run = ran(
        "use texts\ndef f(x: text) -> list of text:\n    return functions(x)\n", "f", inputs={"x": "def ("}
    )
    assert run.diagnostics[0].code == "oracle-input"


def test_unseen_texts_come_apart_too() -> None:
    text = 'use texts\nsize n\ndef f(x: text[n]) -> bool:\n    y <- ""\n    for part in lines(x) do\n        y <- y ++ part\n    return x = y\n'
    assert all(ran(text, "f", at={"n": 50}, seed=seed).value for seed in range(10))
