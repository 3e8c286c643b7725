"""`aalpl run` and `aalpl models` against a server on this machine: the bill, budgets, exit codes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from support.real import KEY, PROGRAM, models, reply
from support.schema import problems
from support.server import Request, Server

from aalpl.shell.main import call


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MY_KEY", KEY)
    (tmp_path / "p.aalp").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(reply=reply) as running:
        yield running


def run(*words: str, code: int = 0) -> None:
    found = call(["run", "p.aalp", *words, "--models", "models.toml"])
    assert found == code


def live(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, Any]:
    run(*words, "--format", "json", code=code)
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert problems(document, "run.v1.json") == []
    return document


def test_predicted_is_payload_and_the_bill_is_the_servers(
    here: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    models(server, concurrency=4)
    found = live(capsys, "f", "--at", "n=4,k=20")
    rows = {(row["primitive"], row["quantity"]): row for row in found["live"]["compared"]}
    for row in rows.values():
        assert row["predicted"] == row["payload"], row
    assert rows["ask", "calls"]["billed"] == rows["sum", "calls"]["billed"] == 20
    assert len(server.log) == 40
    assert server.most <= 4
    read = {"ask": 0, "sum": 0}
    for asked in server.log:
        name = "ask" if "response_format" in asked.body else "sum"
        read[name] += sum(3 + -(-len(json.dumps(m["content"])) // 4) for m in asked.body["messages"])
    assert {name: rows[name, "tokens in"]["billed"] for name in read} == read
    cost = sum(
        3 * rows[name, "tokens in"]["billed"] + 15 * rows[name, "tokens out"]["billed"] for name in read
    )
    assert found["live"]["billed"]["cost"] == pytest.approx(cost / 10**6)


def test_the_report_says_what_was_predicted_billed_simulated_and_made_up(
    here: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    models(server)
    run("h", "--at", "n=4")
    out, err = capsys.readouterr()
    assert "predicted  1 call · 4 tokens in · 1 out" in err
    assert "billed / payload" in out
    assert "simulated, because their models have no backend: `idle`" in out
    assert "made up, because no input was given: `x`" in out
    assert len(server.log) == 1


def test_reasoning_cached_retries_and_re_asks_are_told_apart(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(['{"answer": "perhaps"}', '{"answer": "yes"}'])

    def alter(asked: Request, whole: dict[str, Any]) -> Any:
        whole["usage"] |= {
            "prompt_tokens_details": {"cached_tokens": 5},
            "completion_tokens_details": {"reasoning_tokens": 2},
        }
        return whole

    faults = {0: "429", 2: "drop"}
    with Server(
        reply=lambda asked: next(answers), alter=alter, faults=faults.get, retry_after=0.01
    ) as server:
        models(server, cached=1)
        found = live(capsys, "once", "--at", "n=4")
    account = found["live"]["accounts"]["ask"]
    assert account["first"]["calls"] == account["again"]["calls"] == account["refused"] == 1
    assert account["retries"] == account["lost"] == 1
    assert account["first"]["cached"] == 5
    assert account["first"]["reasoning"] == 2
    assert account["again"]["tokens_in"] > account["first"]["tokens_in"]
    first = account["first"]
    assert first["cost"] == pytest.approx(
        (3 * (first["tokens_in"] - 5) + 1 * 5 + 15 * first["tokens_out"]) / 10**6
    )
    assert len(server.log) == 4


def test_a_budget_for_forty_calls_of_two_hundred(
    here: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    models(server)
    found = live(capsys, "f", "--at", "n=4,k=100", "--max-calls", "40", code=4)
    assert len(server.log) == 40
    assert found["live"]["ended"] == "calls-spent"
    assert found["live"]["budget"]["calls"] == 40
    assert found["measured"]["calls"] == 40


def test_money_is_never_overspent(here: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    models(server, overhead=20)
    found = live(capsys, "f", "--at", "n=4,k=100", "--max-cost", "0.01", code=4)
    assert found["live"]["ended"] == "money-spent"
    assert 0 < found["live"]["billed"]["cost"] <= 0.01
    assert found["live"]["billed"]["cost"] > 0.008
    assert [h["held"] for h in found["hypotheses"] if "ratio" in h["text"]] == [True]


@pytest.mark.parametrize("budget", [("--max-calls", "40"), ("--max-tokens", "6000"), ("--max-cost", "0.02")])
def test_what_is_lost_on_its_way_counts_as_paid(
    here: Path, capsys: pytest.CaptureFixture[str], budget: tuple[str, str]
) -> None:
    """The server's own books, with everything in them that it may have billed although no whole answer came."""
    random = Random(7)
    kinds = ["429", "500", "drop", "truncated", "no json", "cut", *[None] * 6]
    faults = [random.choice(kinds) for _ in range(2000)]
    with Server(reply=reply, faults=lambda n: faults[n], retry_after=0.01, latency=0.002) as server:
        models(server, retries=10, overhead=20)
        found = live(capsys, "f", "--at", "n=4,k=100", *budget, code=4)
        billed = [asked for asked in server.log if faults[asked.number] not in ("429", "500")]
    read = sum(3 + -(-len(json.dumps(m["content"])) // 4) for asked in billed for m in asked.body["messages"])
    written = sum(-(-len(reply(asked)) // 4) for asked in billed)
    books = {
        "--max-calls": len(billed),
        "--max-tokens": read + written,
        "--max-cost": (3 * read + 15 * written) / 10**6,
    }
    assert books[budget[0]] <= float(budget[1])
    assert budget[0] != "--max-calls" or len(billed) == 40
    assert found["live"]["accounts"]["ask"]["lost"] > 0
    assert len(server.log) > len(billed)


def test_a_provider_that_bills_more_than_was_set_aside_is_seen(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def alter(asked: Request, whole: dict[str, Any]) -> Any:
        whole["usage"]["prompt_tokens"] = 5000
        return whole

    with Server(reply=reply, alter=alter) as server:
        models(server)
        found = live(capsys, "once", "--at", "n=4", "--max-cost", "1", code=1)
    assert [h["held"] for h in found["hypotheses"] if "ratio" in h["text"]] == [False]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"in": None}, "unpriced-call"),
        ({}, "unbounded-call"),
        ({"most": 50}, None),
        ({"most": 50, "more": {"n": 3}}, "unbounded-call"),
    ],
)
def test_what_no_budget_can_hold_is_refused_before_the_run(
    here: Path, server: Server, capsys: pytest.CaptureFixture[str], more: dict[str, Any], code: str | None
) -> None:
    models(server, **more)
    run("open", "--at", "n=4", "--max-cost", "1", code=0 if code is None else 2)
    _, err = capsys.readouterr()
    assert len(server.log) == (code is None)
    assert code is None or f"p.aalp:{PROGRAM[: PROGRAM.index('tell(x)')].count(chr(10)) + 1}:" in err
    assert code is None or code in err


def test_what_may_cost_much_is_asked_for_and_refused_without_a_terminal(
    here: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    models(server)
    run("f", "--at", "n=4,k=3", "--ask-above", "0.0001", code=2)
    assert "needs-yes" in capsys.readouterr().err
    assert not server.log
    run("f", "--at", "n=4,k=3", "--ask-above", "0.0001", "--yes")
    run("f", "--at", "n=4,k=3", "--ask-above", "0.0001", "--max-cost", "1")
    run("f", "--at", "n=4,k=3")
    assert len(server.log) == 18


def test_a_deadline_ends_a_run(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Server(reply=reply, latency=0.2) as server:
        models(server, concurrency=1)
        start = time.monotonic()
        found = live(capsys, "f", "--at", "n=4,k=100", "--deadline", "700ms", code=4)
        assert time.monotonic() - start < 10
    assert found["live"]["ended"] == "deadline-reached"
    assert 1 <= found["measured"]["calls"] <= 4
    assert len(server.log) <= 5


@pytest.mark.parametrize("backend", ["echo", "scripted"])
def test_backends_that_cost_nothing_have_budgets_too(
    here: Path, capsys: pytest.CaptureFixture[str], backend: str
) -> None:
    (here / "answers.json").write_text(json.dumps(["yes", "fine"] * 50), encoding="utf-8")
    words = ["run", "p.aalp", "g", "--input", "x=yes", "--backend", backend, "--script", "answers.json"]
    assert call([*words, "--max-calls", "1", "--format", "json"]) == 4
    found = json.loads(capsys.readouterr().out)
    assert found["live"]["billed"]["calls"] == 1
    assert found["live"]["billed"]["cost"] == 0


def test_the_project_says_who_answers(here: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    text = models(server)
    (here / "models.toml").rename(here / "real.toml")
    (here / "real.toml").write_text(text + '[models.elsewhere]\nmodel = "openai/big"\n', encoding="utf-8")
    (here / "pyproject.toml").write_text('[tool.aalpl]\nmodels = "real.toml"\n', encoding="utf-8")
    assert call(["run", "p.aalp", "once", "--at", "n=4"]) == 0
    assert len(server.log) == 1
    assert call(["run", "p.aalp", "once", "--at", "n=4", "--backend", "sim"]) == 0
    assert len(server.log) == 1
    (here / "pyproject.toml").write_text('[tool.aalpl]\nmodel = "real.toml"\n', encoding="utf-8")
    assert call(["run", "p.aalp", "once", "--at", "n=4"]) == 2
    assert "did you mean `models`?" in capsys.readouterr().err


def test_a_backend_for_all_models(here: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.address)
    assert call(["run", "p.aalp", "once", "--at", "n=4", "--backend", "openai/tiny"]) == 0
    assert [asked.body["model"] for asked in server.log] == ["tiny"]
    assert call(["run", "p.aalp", "once", "--at", "n=4", "--backend", "opneai/tiny"]) == 2


def test_without_a_key_nothing_is_sent(
    here: Path, server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    models(server)
    monkeypatch.delenv("MY_KEY")
    run("once", "--at", "n=4", code=2)
    assert "`MY_KEY` is not set" in capsys.readouterr().err
    (here / ".env").write_text(f"MY_KEY={KEY}\n", encoding="utf-8")
    run("once", "--at", "n=4", "--env-file", ".env")
    assert server.log[0].headers["Authorization"] == f"Bearer {KEY}"


def test_models_are_listed_and_checked(
    here: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    models(server)
    assert call(["models", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert problems(found, "models.v1.json") == []
    assert found["models"][0]["key"] == "set"
    assert found["models"][0]["window"] is None
    assert not server.log
    assert call(["models", "--format", "json", "--check"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert problems(found, "models.v1.json") == []
    assert len(server.log) == 1


@pytest.mark.parametrize("backend", [(), ("--backend", "sim")])
def test_a_budget_where_nothing_is_paid_is_told(
    here: Path, capsys: pytest.CaptureFixture[str], backend: tuple[str, ...]
) -> None:
    assert call(["run", "p.aalp", "once", "--at", "n=4", "--max-calls", "3", *backend]) == 2
    assert "nothing to pay for" in capsys.readouterr().err
