"""A model from a file in this process, with an engine that is played: what it is asked, and what goes wrong."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aalpl.backends.local import Local, make
from aalpl.check import load
from aalpl.live.binding import Binding
from aalpl.live.line import Line
from aalpl.live.perform import Performed, perform
from aalpl.live.stops import Unanswered
from aalpl.report import Source

PROGRAM = """\
size k
llm kind(x: text) -> one of "red" | "blue"  size m
llm remark(x: text) -> text[<= 6]  size m
def f(xs: list[k] of text):
    ys <- parallel for x in xs yield kind(x)
    y <- remark(xs[0])
"""


class Engine:
    """Looks like the engine: answers from a function, keeps the bodies and how many were under way."""

    def __init__(self, reply: Any) -> None:
        self.reply = reply
        self.bodies: list[dict[str, Any]] = []
        self.params: Any = None
        self.running = self.most = 0
        self.lock = threading.Lock()

    def CommonParams(self) -> Any:
        return SimpleNamespace(model=SimpleNamespace(), cpuparams=SimpleNamespace())

    def Server(self, params: Any) -> Any:
        self.params = params
        return self

    def handle_chat_completions(self, body: dict[str, Any]) -> Any:
        with self.lock:
            self.bodies.append(body)
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(0.02)
        with self.lock:
            self.running -= 1
        return self.reply(body)


def said(text: str, **choice: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}
    return {"choices": [{"message": {"content": text}, "finish_reason": "stop", **choice}], "usage": usage}


def performed(engine: Engine, **more: Any) -> Performed:
    program, diagnostics = load(Source("program.aalp", PROGRAM))
    assert program is not None, diagnostics
    backend = Local(Binding(model="m.gguf", **more), Path("m.gguf"), engine)

    async def whole() -> Performed:
        try:
            return await perform(program, "f", {"xs": ["a", "b", "c"]}, lines={"*": Line(backend)})
        finally:
            await backend.aclose()

    return asyncio.run(whole())


def test_answers_are_held_to_their_contract_and_capped() -> None:
    top = [{"token": "red", "logprob": -0.1}, {"token": "b", "logprob": -3.0}]
    engine = Engine(lambda body: said("red", logprobs={"content": [{"top_logprobs": top}]}))
    found = performed(engine, window=100, concurrency=2, more={"temperature": 0, "threads": 3})
    assert not found.run.diagnostics
    assert engine.most == 2
    assert (engine.params.n_ctx, engine.params.n_parallel, engine.params.cpuparams.n_threads) == (200, 2, 3)
    first, last = engine.bodies[0], engine.bodies[-1]
    assert first["grammar"] == 'root ::= "red" | "blue"'
    assert first["logprobs"] is True
    assert first["temperature"] == 0
    assert "threads" not in first
    assert "logprobs" not in last
    assert last["max_tokens"] == 20


def test_what_the_engine_refuses_ends_the_run() -> None:
    engine = Engine(lambda body: {"error": {"message": "the context is too small", "code": 400}})
    ended = performed(engine).ended
    assert isinstance(ended, Unanswered)
    assert ended.hint == "the engine said: the context is too small"


@pytest.mark.parametrize(("content", "title"), [(None, "cannot be read"), (b"PK\3\4", "is no GGUF file")])
def test_a_file_that_is_no_model_is_told(tmp_path: Path, content: bytes | None, title: str) -> None:
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Unanswered, match=title):
        make(Binding(model=str(path)), None)


def test_a_missing_engine_is_told_with_what_installs_it(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF")
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(Unanswered) as caught:
        make(Binding(model=str(path)), None)
    assert caught.value.hint == "install it with `pip install 'aalpl[local]'`"
