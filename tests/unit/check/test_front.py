"""The front door: any text gives a program or diagnostics, whatever its depth and length."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from aalpl.check import Library, load
from aalpl.report import Severity, Source

WORDS = (
    "size n k , const prob p = 1/2 assume <= llm M ( x : text [ ] ) -> int bool on where len result "
    "with probability at most times def f return if then else for i in 0..k-1 do while repeat until "
    '<- ++ + - * / mod ^ ? { } "a" nothing true any pop count of sum conversation hear parallel '
    "yield claim cost Theta requires oracle measure model use input output . .. "
)


def found(text: str) -> tuple[bool, list[str]]:
    program, wrong = load(Source("test", text))
    return program is not None, [each.code for each in wrong if each.severity is Severity.ERROR]


@pytest.mark.parametrize("seed", range(40))
def test_any_text_is_a_program_or_problems(seed: int) -> None:
    random = Random(seed)
    lines = (
        " " * random.choice((0, 0, 4, 8)) + " ".join(random.choices(WORDS.split(), k=random.randint(1, 9)))
        for _ in range(6)
    )
    accepted, errors = found("\n".join(lines))
    assert accepted != bool(errors)


HEAD = "size n\nllm M(x: text) -> text[1] size m\n"
DEF = HEAD + "def f(a: int, x: text) -> int:\n    return "


@pytest.mark.parametrize(
    "text",
    [
        DEF + " + ".join(["a"] * 20_000),
        DEF + " - ".join(["a"] * 20_000),
        DEF + " * ".join(["a"] * 3_000),
        DEF + " / ".join(["a"] * 3_000),
        DEF + "len(" + " ++ ".join(["x"] * 20_000) + ")",
        DEF + "1 if " + " and ".join(["a > 1"] * 5_000) + " else 2",
        HEAD + "assume n >= " + " + ".join(["n"] * 20_000),
        HEAD + "claim " + " + ".join(["cost(M)"] * 3_000) + " = n",
        DEF + "(" * 5_000 + "a" + ")" * 5_000,
    ],
    ids=[
        "sum",
        "differences",
        "product",
        "quotients",
        "concatenation",
        "conjunction",
        "size",
        "claim",
        "brackets",
    ],
)
def test_long_programs_are_answered(text: str) -> None:
    accepted, errors = found(text + "\n")
    assert accepted
    assert not errors


@pytest.mark.parametrize(
    "text",
    [
        DEF + "- " * 5_000 + "a",
        DEF + "1 if " + "not " * 5_000 + "a > 1 else 2",
        DEF + "a ^ " * 5_000 + "a",
        DEF + "x" + "[0]" * 5_000,
        HEAD + "assume n <= 2^(10^9)",
        HEAD + "assume n^100000 <= 2",
        HEAD + "assume (n + 1)^1000 <= 2",
        HEAD + "assume n/0 <= 2",
        HEAD + "type a = {x: a}\ndef f(y: a) -> int:\n    return 1",
    ],
)
def test_what_is_too_much_gets_one_diagnostic(text: str) -> None:
    accepted, errors = found(text + "\n")
    assert not accepted
    assert len(errors) == 1


def test_definitions_of_the_file_shadow_the_library() -> None:
    text = (
        "def chunks(x: text, c: int) -> list of text:\n    return [x]\n"
        + "def f(x: text) -> list of text:\n    return chunks(x, 1)\n"
    )
    program, wrong = load(Source("test", text))
    assert program is not None, wrong
    assert not program.functions["chunks"].library


def test_the_library_is_read_only_as_far_as_it_is_needed() -> None:
    library = Library()
    load(Source("test", "def f(a: int) -> int:\n    return a\n"), library)
    assert not library.texts
    load(Source("test", "def f(x: text) -> list of text:\n    return chunks(x, 2)\n"), library)
    assert list(library.parsed) == ["chunks"]


def test_every_library_module_is_right(tmp_path: Path) -> None:
    for path in Library().paths.values():
        program, wrong = load(Source(path.name, path.read_text(encoding="utf-8")))
        assert program is not None
        assert not wrong


def test_used_files_are_found_beside(tmp_path: Path) -> None:
    (tmp_path / "steps.aalp").write_text("size n\nllm M(x: text[n]) -> text[1] size m\n", encoding="utf-8")
    main = tmp_path / "main.aalp"
    text = 'use "steps.aalp"\ndef f(x: text[n]) -> text:\n    return M(x)\nclaim cost(f) = m*n\n'
    program, wrong = load(Source(str(main), text))
    assert program is not None, wrong
    assert list(program.primitives) == ["M"]
    assert "n" in program.sizes


def test_used_files_define_nothing_twice(tmp_path: Path) -> None:
    """Files may use each other; a name that both define is told where it is defined again."""
    (tmp_path / "steps.aalp").write_text(
        'use "main.aalp"\ndef f(x: text) -> text:\n    return x\n', encoding="utf-8"
    )
    text = 'use "steps.aalp"\ndef g(x: text) -> text:\n    return f(x)\n'
    main = tmp_path / "main.aalp"
    main.write_text(text, encoding="utf-8")
    assert load(Source(str(main), text))[1] == []
    wrong = load(Source(str(main), text + "def f(x: text) -> text:\n    return x\n"))[1]
    assert [(each.code, each.label.span.line) for each in wrong] == [("declared-twice", 4)]
