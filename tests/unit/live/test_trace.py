"""`aalpl trace`: the calls of a journal as a tree, as JSON lines, as OpenTelemetry spans."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from support.commanded import aalpl
from support.server import Request, Server

from aalpl.fitting.calls import calls as fitted
from aalpl.live.journal.lock import locked
from aalpl.live.journal.tables import writing

PROGRAM = """\
size n
llm vote(x: text) -> bool size 1
llm title(x: text) -> text[<= 9] size 1

def judged(x: text) -> text:
    zs <- parallel for i in 1..3 yield vote(x)
    y <- title(x)
    return y

def f(docs: list[n] of text) -> list[n] of text:
    ys <- parallel for i in 0..n-1 yield judged(docs[i])
    return ys
"""

SECRET = "what nobody else may read"


def reply(request: Request) -> str:
    told = str(request.body["messages"])
    if "Vote" not in told:
        return "a title"
    return "perhaps" if "document 1" in told and len(request.body["messages"]) == 2 else "true"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of a run with 8 documents: 24 votes, of which 3 are asked again, and 8 titles."""
    folder = tmp_path_factory.mktemp("traced")
    (folder / "p.aalp").write_text(PROGRAM)
    (folder / "docs.json").write_text(json.dumps([f"document {i}, {SECRET}" for i in range(8)]))
    with Server(reply) as server:
        said = f'model = "openai/test"\naddress = "{server.address}"\nin = 1\nout = 2\n'
        (folder / "models.toml").write_text(f"[models.vote]\n{said}[models.title]\n{said}")
        done = aalpl(*argv(folder, "j"))
        assert done.code == 0, done.err
        (folder / "log.json").write_text(json.dumps([len(r.body["messages"]) for r in server.log]))
    return folder


def argv(folder: Path, journal: str) -> list[str]:
    docs = f"docs=@{folder / 'docs.json'}"
    models = str(folder / "models.toml")
    return ["run", str(folder / "p.aalp"), "f", "--input", docs, "--models", models, "--yes", "--journal", str(folder / journal)]  # fmt: skip


def lines(folder: Path, *more: str) -> list[dict[str, Any]]:
    done = aalpl("trace", str(folder / "j"), "--format", "jsonl", *more)
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_lines_have_every_call_and_no_text(folder: Path) -> None:
    head, *calls = lines(folder)
    assert (head["version"], head["kind"], head["function"], head["outcome"]) == (
        1,
        "journal",
        "f",
        "finished",
    )
    assert len(calls) == len(json.loads((folder / "log.json").read_text())) == 35
    assert Counter((call["primitive"], call["attempt"]) for call in calls) == {("vote", 0): 24, ("vote", 1): 3, ("title", 0): 8}  # fmt: skip
    assert len({(call["place"], call["attempt"]) for call in calls}) == 35
    assert all(call["billed_in"] > 0 and call["answered"] >= call["sent"] for call in calls)
    assert SECRET not in json.dumps(calls)
    assert "a title" not in json.dumps(calls)


def test_lines_with_content_have_what_was_asked_and_said(folder: Path) -> None:
    _, *calls = lines(folder, "--content")
    titles = [call for call in calls if call["primitive"] == "title"]
    assert {call["said"] for call in titles} == {"a title"}
    assert {call["asked"]["args"]["x"] for call in titles} == {f"document {i}, {SECRET}" for i in range(8)}
    assert len([call for call in calls if "refused" in call["asked"]]) == 3


def test_lines_can_be_fitted(folder: Path) -> None:
    done = aalpl("trace", str(folder / "j"), "--format", "jsonl", "--content")
    found, others = fitted(done.out, ["vote", "title"])
    assert len(found) == 35
    assert others == 0


def test_the_tree_adds_up(folder: Path) -> None:
    done = aalpl("trace", str(folder / "j"), "--models", str(folder / "models.toml"), "--all")
    assert done.code == 0
    _, *calls = lines(folder, "--models", str(folder / "models.toml"))
    rows = [line.split() for line in done.out.splitlines()]
    whole = next(row for row in rows if row[:1] == ["f"] and row[1].isdigit())
    tokens = sum(call["billed_in"] for call in calls)
    assert whole[1:3] == ["35", f"{tokens:,}"]
    cost = sum(Fraction(call["billed_in"] + 2 * call["billed_out"], 10**6) for call in calls)
    assert math.isclose(float(cost), sum(call["cost"] for call in calls))
    branches = [row for row in rows if row and row[0].endswith("]/judged.1")]
    assert sorted(int(row[1]) for row in branches) == [4] * 7 + [7]
    assert sum(int(row[2].replace(",", "")) for row in branches) == tokens
    assert "3 asked again" in done.out
    assert SECRET not in done.out


def test_a_long_tree_is_shortened(folder: Path) -> None:
    short = aalpl("trace", str(folder / "j")).out
    assert "… 2 more, with 8 calls" in short
    assert len(short) < len(aalpl("trace", str(folder / "j"), "--all").out)


def test_what_is_no_journal(folder: Path) -> None:
    for name in ("none", "p.aalp"):
        done = aalpl("trace", str(folder / name))
        assert done.code == 2
        assert "no-journal" in done.err
    done = aalpl("trace", str(folder / "j"), "--run", "7")
    assert done.code == 2
    assert "has no run 7" in done.err


@pytest.mark.parametrize("content", [False, True])
def test_spans(folder: Path, content: bool) -> None:
    pytest.importorskip("opentelemetry.sdk")
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from aalpl.live.journal.calls import runs
    from aalpl.live.journal.spans import export
    from aalpl.live.journal.tables import reading
    from aalpl.live.journal.tree import tree
    from aalpl.shell.trace import Told

    base = reading(folder / "j")
    told = Told(base, "j", runs(base, "j")[0], None, content)
    provider, memory = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    count = export(tree(told.calls(), "f"), told.run, provider.get_tracer("t"), None, told.words)
    base.close()
    spans = memory.get_finished_spans()
    assert len(spans) == count
    by_id = {span.context.span_id: span for span in spans}
    assert len({span.context.trace_id for span in spans}) == 1
    (root,) = [span for span in spans if span.parent is None]
    assert root.attributes["gen_ai.workflow.name"] == "f"
    chats = [span for span in spans if span.attributes.get("gen_ai.operation.name") == "chat"]
    assert len(chats) == 35
    _, *calls = lines(folder)
    assert sum(s.attributes["gen_ai.usage.input_tokens"] for s in chats) == sum(c["billed_in"] for c in calls)
    for span in chats:
        assert span.attributes["gen_ai.provider.name"] == "openai"
        assert span.attributes["gen_ai.request.model"] == "test"
        above = by_id[span.parent.span_id]
        assert above.start_time <= span.start_time <= span.end_time <= above.end_time
    assert (SECRET in str([dict(span.attributes) for span in spans])) == content


def test_spans_may_be_switched_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    done = aalpl("trace", str(folder / "j"), "--format", "otel")
    assert done.code == 0
    assert "nothing exported" in done.err


def test_without_opentelemetry_it_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.delenv("OTEL_SDK_DISABLED", raising=False)
    for name in ("opentelemetry", "opentelemetry.sdk", "opentelemetry.sdk.resources"):
        monkeypatch.setitem(sys.modules, name, None)
    done = aalpl("trace", str(folder / "j"), "--format", "otel")
    assert done.code == 2
    assert "no-opentelemetry" in done.err


def test_a_journal_in_use_can_be_looked_at_but_not_run_on(folder: Path) -> None:
    before = lines(folder)
    lock = locked(folder / "j")
    try:
        with closing(writing(folder / "j")) as base:
            base.execute("UPDATE runs SET outcome = NULL")
            assert "killed, or under way" in aalpl("trace", str(folder / "j")).out
            done = aalpl(*argv(folder, "j"))
            base.execute("UPDATE runs SET outcome = 'finished'")
    finally:
        lock.close()
    assert done.code == 2
    assert "journal-in-use" in done.err
    assert lines(folder) == before


def test_a_full_disk_is_one_message(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aalpl.live.journal import opening

    def small(path: Path) -> Any:
        base = writing(path)
        base.execute("PRAGMA max_page_count = 7")
        return base

    monkeypatch.setattr(opening, "writing", small)
    with Server(reply) as server:
        models = folder / "models.toml"
        kept = models.read_text()
        models.write_text(re.sub(r'address = "[^"]*"', f'address = "{server.address}"', kept))
        done = aalpl(*argv(folder, "small"))
        sent = len(server.log)
        monkeypatch.setattr(opening, "writing", writing)
        more = aalpl(*argv(folder, "small"))
        assert len(server.log) - sent < 35
    assert (done.code, done.err.count("journal-failed")) == (2, 1)
    assert "make room" in done.err
    assert more.code == 0, more.err
