"""The tests for backends: ours pass them, the one in the documentation does, and backends that break a rule do not."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import invalidate_caches
from pathlib import Path
from typing import Any

import pytest
from support.server import Request, Server

from aalpl.backends import anthropic, openai
from aalpl.backends.conformance import BackendTests
from aalpl.backends.questions import each_kind
from aalpl.backends.registry import factory, names
from aalpl.live.binding import Binding
from aalpl.live.reply import Reply, Usage
from aalpl.live.stops import Unanswered
from aalpl.run.backend import Question

ROOT = Path(__file__).resolve().parents[3]


def least(schema: Any) -> Any:
    """The shortest value that a schema allows."""
    match schema:
        case {"enum": [first, *_]}:
            return first
        case {"type": "object", "properties": fields}:
            return {name: least(inner) for name, inner in fields.items()}
        case {"type": "boolean"}:
            return True
        case {"type": "integer"}:
            return schema.get("minimum", 0)
        case {"type": "array"}:
            return [least(schema["items"])] * schema.get("minItems", 0)
        case {"anyOf": [first, *_]}:
            return least(first)
    return "box"


def fitting(request: Request) -> str:
    """An answer to any request of either protocol."""
    match request.body:
        case {"response_format": {"json_schema": {"schema": schema}}}:
            return json.dumps(least(schema))
        case {"system": str(words)}:
            return in_words(words)
        case {"schema": {} as schema}:
            return json.dumps(least(schema))
    return "the box"


def in_words(words: str) -> str:
    """An answer to what is asked for in words."""
    for begins, said in {
        "Answer with yes": "yes", "Answer with a whole": "7", "Answer with exactly one": "complaint",
        "Answer with a JSON list": "[]", "Answer with JSON": '{"thing": "box", "days": 2}',
    }.items():  # fmt: skip
        if words.startswith(begins):
            return said
    return "the box"


class Served(BackendTests):
    """Ours, against a server of tests."""

    protocol = "openai"
    server: Server

    @pytest.fixture(autouse=True)
    def _served(self) -> Iterator[None]:
        with Server(reply=fitting, latency=0.005) as server:
            self.server = server
            yield

    def backend(self) -> Any:
        return self.made(self.server.address)

    def unreachable(self) -> Any:
        return self.made("http://127.0.0.1:9/v1")

    def requests(self) -> int:
        return len(self.server.log)

    def made(self, address: str) -> Any:
        make = {"openai": openai.make, "anthropic": anthropic.make}[self.protocol]
        return make(Binding(model="tiny", address=address, retries=0), None)


class TestOpenAI(Served):
    protocol = "openai"


class TestAnthropic(Served):
    protocol = "anthropic"


class Good:
    """Answers at once, as it should; those below each break one rule."""

    async def answer(self, question: Question) -> Any:
        await asyncio.sleep(0)
        if question.primitive.name == "asked":
            for kind, other in each_kind().items():
                if (
                    other.contract == question.contract
                    and other.primitive.prompt == question.primitive.prompt
                ):
                    return SAID[kind]
        return None

    async def aclose(self) -> None:
        pass


SAID = {
    "text": "the box", "truth": True, "number": 2, "choice": "complaint", "perhaps": None, "list": ["box"],
    "record": {"thing": "parcel", "days": 2},
}  # fmt: skip


class Odd(Good):
    async def answer(self, question: Question) -> Any:
        return object()


class Deaf(Good):
    async def answer(self, question: Question) -> Any:
        return "I do not know what you mean, and say so at length in more words than anyone asked for"


class Twice(Good):
    async def answer(self, question: Question) -> Any:
        return Reply(await super().answer(question), Usage(10, 5, cached=11))


class Half(Good):
    async def answer(self, question: Question) -> Any:
        return Reply(await super().answer(question), Usage(0.5))  # type: ignore[arg-type]


class Alone(Good):
    def __init__(self) -> None:
        self.running = 0

    async def answer(self, question: Question) -> Any:
        self.running += 1
        assert self.running == 1, "one at a time"
        found = await super().answer(question)
        self.running -= 1
        return found


class Careless(Good):
    def __init__(self) -> None:
        self.kept: set[Any] = set()

    async def answer(self, question: Question) -> Any:
        self.kept.add(asyncio.ensure_future(asyncio.sleep(0.2)))
        await asyncio.sleep(0.02)
        return await super().answer(question)

    async def aclose(self) -> None:
        await asyncio.gather(*self.kept)


class Raw(Good):
    async def answer(self, question: Question) -> Any:
        raise ConnectionRefusedError


class Unworded(Good):
    async def answer(self, question: Question) -> Any:
        raise Unanswered("Oh no", "")


class Once(Good):
    closed = False

    async def aclose(self) -> None:
        assert not self.closed
        self.closed = True


BROKEN = {
    Odd: "test_answers_every_kind_of_contract_with_plain_values",
    Deaf: "test_answers_fit_their_contracts",
    Twice: "test_counts_are_whole_and_nothing_is_counted_twice",
    Half: "test_counts_are_whole_and_nothing_is_counted_twice",
    Alone: "test_questions_may_be_asked_at_the_same_time",
    Careless: "test_cancelling_leaves_nothing_and_the_next_question_is_answered",
    Raw: "test_a_service_that_is_not_there_is_told",
    Unworded: "test_a_service_that_is_not_there_is_told",
    Good: "test_a_service_that_is_not_there_is_told",
    Once: "test_it_may_be_closed_twice",
}


@pytest.mark.parametrize(("broken", "rule"), BROKEN.items(), ids=lambda each: getattr(each, "__name__", None))
def test_who_breaks_a_rule_is_found(broken: type[Good], rule: str) -> None:
    class Tried(BackendTests):
        def backend(self) -> Any:
            return broken()

        unreachable = backend

    with pytest.raises((AssertionError, ConnectionRefusedError)):
        getattr(Tried(), rule)()


def test_who_remembers_answers_is_found() -> None:
    class Tried(BackendTests):
        def backend(self) -> Any:
            return Good()

        def requests(self) -> int:
            return 1

    with pytest.raises(AssertionError, match="without asking"):
        Tried().test_equal_questions_are_asked_each_by_itself()


@pytest.mark.parametrize("rule", [name for name in dir(BackendTests) if name.startswith("test_answers")])
def test_who_breaks_none_is_not(rule: str) -> None:
    class Tried(BackendTests):
        def backend(self) -> Any:
            return Good()

    getattr(Tried(), rule)()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The backend of the documentation, as a package that is installed."""
    text = (ROOT / "docs/backends.md").read_text(encoding="utf-8")
    for name, block in re.findall(r"```python\n# (\w+\.py)\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(block, encoding="utf-8")
    entry = re.findall(r'```toml\n\[project\.entry-points\."(.*?)"\]\n(.*?)```', text, re.DOTALL)
    ((group, line),) = entry
    told = tmp_path / "house-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: house\nVersion: 1.0\n")
    name, made = (part.strip().strip('"') for part in line.split("="))
    (told / "entry_points.txt").write_text(f"[{group}]\n{name} = {made}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    invalidate_caches()
    return tmp_path


def test_an_installed_backend_is_found(installed: Path) -> None:
    assert "house" in names()
    make = factory("house")
    assert make is not None
    assert hasattr(make(Binding(), None), "answer")
    sys.modules.pop("house")


def test_the_backend_of_the_documentation_passes(installed: Path) -> None:
    """Its own tests, run as its author would."""

    def house(request: Request, reply: Any) -> Any:
        return {"text": fitting(request), "read": 3, "written": 1}

    with Server(alter=house) as server:
        found = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "test_house.py"],
            cwd=installed, capture_output=True, text=True, timeout=100,
            env={"PATH": "", "HOUSE": f"{server.address}/chat/completions", "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert found.returncode == 0, found.stdout
    assert "7 passed, 1 skipped" in found.stdout
