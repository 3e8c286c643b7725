"""The package's public names: the three stages from Python."""

import pytest

import aalpl
from aalpl import Quantity, Source, analyse, execute, load

TEXT = "size n\nllm a(x: text[n]) -> text[2]  size m\n\ndef f(x: text[n]) -> text[2]:\n    return a(x)\n"


def test_a_program_is_loaded_asked_and_run() -> None:
    program = load(TEXT)
    assert program.diagnostics == ()
    assert str(program.cost("f", "tokens in").upper) == "n"
    assert program.cost("f", "tokens in").at(n=40) == 40
    assert program.bind(a=lambda x: "yes.").run("f", "one two").value == "yes."


def test_the_stages_take_a_checked_program() -> None:
    program = load(Source("p.aalp", TEXT)).checked
    assert str(analyse(program, "f").answer(Quantity("tokens in")).upper) == "n"
    assert execute(program, "f", at={"n": 40}).meter.tokens_in == 40


def test_every_public_name_is_there_and_no_other() -> None:
    for name in aalpl.__all__:
        assert getattr(aalpl, name) is not None
    with pytest.raises(AttributeError):
        _ = aalpl.nothing_of_the_kind
