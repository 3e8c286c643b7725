"""Models of providers bound from Python: by name, by binding, beside functions; keys from the environment."""

from __future__ import annotations

import asyncio
import gc
import json
import warnings
from collections.abc import Iterator
from fractions import Fraction

import pytest
from support.server import Request, Server

from aalpl import Binding, Budget, Failed, Program, load

TEXT = """
size n
model small size s
model large size m
llm good(x: text) -> bool on small
llm write(x: text) -> text[<= 50] on large

def all(xs: list[n] of text) -> list of text:
    found <- parallel for i in 0..n-1 yield write(xs[i])
    return found

def some(x: text) -> text:
    if good(x) then return write(x)
    return ""
"""


def reply(request: Request) -> str:
    return json.dumps({"value": True}) if request.body["model"] == "tiny" else "written"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(reply=reply) as running:
        yield running


@pytest.fixture
def program(server: Server, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("OPENAI_BASE_URL", server.address)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-a-key-of-tests")
    return load(TEXT)


def test_models_by_name_with_the_key_of_the_environment(program: Program, server: Server) -> None:
    before = len(server.log)
    bound = program.bind(large="openai/gpt-x", good=lambda x: True)
    assert bound.run("some", "hello").value == "written"
    (request,) = server.log[before:]
    assert request.body["model"] == "gpt-x"
    assert request.headers["Authorization"] == "Bearer sk-a-key-of-tests"
    assert "sk-a-key" not in repr(bound)


def test_bindings_have_limits_and_prices(program: Program, server: Server) -> None:
    binding = Binding(
        backend="openai", model="gpt-x", address=server.address, key="OPENAI_API_KEY", concurrency=2,
        price_in=Fraction(1), price_out=Fraction(2), most=50,
    )  # fmt: skip
    server.most = 0
    result = program.bind(large=binding).run("all", ["a"] * 10)
    assert result.value == ["written"] * 10
    assert server.most <= 2
    assert result.bill is not None
    assert result.bill.total().money
    with pytest.raises(Failed) as caught:
        program.bind(large=binding).run("all", ["a"] * 10, budget=Budget(cost="0.0000001"))
    assert caught.value.stopped


def test_inside_a_loop_connections_are_closed(program: Program) -> None:
    async def main() -> set[str]:
        bound = program.bind(large="openai/gpt-x")
        await asyncio.gather(*(bound.arun("all", ["a", "b"]) for _ in range(3)))
        return {task.get_name() for task in asyncio.all_tasks() - {asyncio.current_task()}}

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert asyncio.run(main()) == set()
        gc.collect()


def test_what_is_missing_is_told(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Failed) as caught:
        program.bind(large="sheep/dolly").run("all", ["a"])
    assert [d.code for d in caught.value.diagnostics] == ["no-backend"]
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL")
    with pytest.raises(Failed) as caught:
        program.bind(large="openai/gpt-x").run("all", ["a"])
    assert [d.code for d in caught.value.diagnostics] == ["no-key"]
