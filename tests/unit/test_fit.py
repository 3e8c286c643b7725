"""`aalpl fit`: traces are read in each of their forms, and give back the numbers that they were made from."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from support.schema import problems

from aalpl import load
from aalpl.fitting.billed import billed
from aalpl.fitting.calls import BadTrace, Called, calls
from aalpl.fitting.constants import constants
from aalpl.fitting.journalled import explained
from aalpl.fitting.statistics import line, mean, share
from aalpl.run.trace import lines
from aalpl.shell.main import call

TEXT = """
size n
const w
prob p, g
model small size m_s
model large size m_l

llm good(x: text) -> bool true with probability p on small
llm note(x: text) -> text[O(1)] on small
llm write(x: text) -> text[<= w] on large

def f(x: text[n]) -> text:
    for i in 1..n do
        bug <- note(x)
        if good(x) with probability g then
            x <- write(x)
    return x
"""


def jsonl(lines: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(each) + "\n" for each in lines)


OURS = {"place": "14", "primitive": "note", "model": "small", "tokens_in": 7, "tokens_out": 3}
SPAN = {
    "name": "note",
    "context": {"trace_id": "0x1"},
    "attributes": {
        "gen_ai.usage.input_tokens": 12,
        "gen_ai.usage.output_tokens": 3,
        "gen_ai.request.model": "gpt",
    },
}
OTLP = {
    "resourceSpans": [
        {"scopeSpans": [{"spans": [{"name": "chat gpt", "traceId": "5b", "attributes": [
            {"key": "gen_ai.agent.name", "value": {"stringValue": "note"}},
            {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "12"}},
            {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "3"}},
            {"key": "aalpl.said", "value": {"boolValue": False}},
        ]}]}]}
    ]
}  # fmt: skip


def test_each_form_is_read() -> None:
    found, others = calls(jsonl([{"version": 1, "program": "p"}, OURS, SPAN, OTLP]), ["note"])
    assert others == 0
    assert found == [
        Called("note", "small", 7, 3, place="14"),
        Called("note", "gpt", billed_in=12, billed_out=3, run="0x1"),
        Called("note", None, billed_in=12, billed_out=3, said=False, run="5b"),
    ]


def test_spans_are_mapped_or_counted_as_others() -> None:
    text = jsonl([{**SPAN, "name": "chat planner"}])
    assert calls(text, ["note"]) == ([], 1)
    assert [c.primitive for c in calls(text, ["note"], {"chat planner": "note"})[0]] == ["note"]


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": 1}\nx'])
def test_what_is_no_trace(text: str) -> None:
    with pytest.raises(BadTrace):
        calls(text, ["note"])


def test_lines_are_found_again() -> None:
    chance = random.Random(3)
    points = [(float(x), 17 + 1.25 * x + chance.gauss(0, 1)) for x in range(10, 210)]
    found = line(points)
    assert found.overhead.low is not None
    assert found.overhead.high is not None
    assert found.overhead.low <= 17 <= found.overhead.high
    assert found.ratio.low is not None
    assert found.ratio.high is not None
    assert found.ratio.low <= 1.25 <= found.ratio.high
    assert found.ratio.high - found.ratio.low < 0.02
    exact = line([(1.0, 5.0), (2.0, 7.0), (9.0, 21.0)])
    assert (exact.overhead.value, exact.ratio.value) == pytest.approx((3, 2))
    assert exact.off == pytest.approx(0)
    same = line([(5.0, 8.0), (5.0, 10.0)])
    assert (same.overhead.value, same.ratio.value) == (4.0, 1.0)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    chance = random.Random(5)
    held = means = 0
    for _ in range(1000):
        successes = sum(chance.random() < 0.3 for _ in range(50))
        found = share(successes, 50)
        held += found.low <= 0.3 <= found.high  # type: ignore[operator]
        average = mean([chance.gauss(4, 2) for _ in range(8)])
        means += average.low <= 4 <= average.high  # type: ignore[operator]
    assert 930 <= held <= 975
    assert 930 <= means <= 975
    assert mean([3.0]).low is None


def test_constants_are_those_of_the_calls() -> None:
    program = load(TEXT).checked
    made = [
        *(Called("note", tokens_out=length) for length in (2, 9, 4, 4, 6)),
        *(Called("write", tokens_out=length) for length in (30, 50)),
        *(Called("good", tokens_out=1, said=said) for said in (True, False, False, True, False)),
    ]
    found = {each.symbol: each for each in constants(program, made)}
    assert {name: float(each.value) for name, each in found.items()} == {
        "o_note": 9,
        "w": 50,
        "p": 0.4,
        "g": 0.4,
    }
    means = {each.symbol: float(each.value) for each in constants(program, made, means=True)}
    assert (means["o_note"], means["w"]) == (5, 40)


def test_what_nobody_saw_is_not_fitted() -> None:
    program = load(TEXT + "\ndef g(x: text[n]) -> text:\n    return write(x)\n").checked
    goods = [Called("good", tokens_out=1) for _ in range(4)]
    assert "g" not in {each.symbol for each in constants(program, [*goods, Called("write", tokens_out=3)])}
    assert "g" not in {
        each.symbol for each in constants(program, [Called("write", tokens_out=3, place="99")])
    }


def test_what_never_or_always_happened_stays_a_probability() -> None:
    program = load(TEXT).checked
    for said, value in ((False, 1 / 6), (True, 5 / 6)):
        made = [Called("good", tokens_out=1, said=said) for _ in range(4)]
        found = {each.symbol: each for each in constants(program, made)}
        assert float(found["p"].value) == pytest.approx(value)


def test_simulated_traces_give_back_what_was_simulated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, trace = tmp_path / "p.aalp", tmp_path / "calls.jsonl"
    file.write_text(TEXT, encoding="utf-8")
    result = load(file).run("f", n=400, w=12, p=0.3, g=0.3, o_note=5, trace=True)
    trace.write_text("\n".join(lines(result.trace, "p.aalp", 0, result.run.digest)), encoding="utf-8")
    assert call(["fit", str(file), "--trace", str(trace), "--at", "n=400", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert problems(told, "fit.v1.json") == []
    found = {each["name"]: each for each in told["constants"]}
    assert found["w"]["value"] == 12
    assert found["g"]["between"]["low"] <= 0.3 <= found["g"]["between"]["high"]
    assert found["g"]["observations"] == 400
    assert told["bounds"]["f"]["calls"] == {"low": "800", "high": "1200"}
    assert int(told["bounds"]["f"]["tokens out"]["high"]) <= 400 * (5 + 1 + 12)


def test_journals_tell_lines_payload_and_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, journal, trace = tmp_path / "p.aalp", tmp_path / "run.journal", tmp_path / "calls.jsonl"
    text = TEXT.replace(
        "return x", "if good(x) then return x\n    return x"
    )  # a second place, so that lines matter
    file.write_text(text, encoding="utf-8")
    asked: list[str] = []

    def good(x: str) -> bool | str:
        asked.append(x)
        return "what ?" if len(asked) == 2 else len(asked) % 4 == 0  # the second answer is refused

    program = load(file).bind(good=good, note=lambda x: "a b", write=lambda x: x + ".")
    result = program.run("f", "w " * 3, n=6, w=20, p=0.5, g=0.5, o_note=9, journal=journal)
    call(["trace", str(journal), "--format", "jsonl", "--content"])
    trace.write_text(capsys.readouterr().out, encoding="utf-8")
    found = explained(program.checked, calls(trace.read_text(), program.primitives)[0])
    assert sum(each.tokens_in or 0 for each in found) == result.meter.tokens_in
    assert sum(each.tokens_out or 0 for each in found) == result.meter.tokens_out
    rows = {(row.primitive, row.place): row.calls for row in result.meter.rows}
    assert {key: sum((c.primitive, c.place) == key for c in found) for key in rows} == rows
    fitted = {each.symbol: each for each in constants(program.checked, found)}
    written = sum(row.calls for row in result.meter.rows if row.primitive == "write")
    assert fitted["g"].value == Fraction(written, 6)
    assert fitted["o_note"].value == 3
    assert fitted["p"].count == 7


def test_what_models_add_goes_into_what_will_be_billed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "size n\nmodel m size s\nllm a(x: text) -> text[1] on m\n\ndef f(x: text[n]):\n    a(x)\n    a(x)\n"
    )
    file, trace = tmp_path / "p.aalp", tmp_path / "spans.jsonl"
    file.write_text(text, encoding="utf-8")
    spans = [
        {"primitive": "a", "tokens_in": x, "tokens_out": 1, "billed_in": 2 * x + 10, "billed_out": 3}
        for x in range(5, 20)
    ]
    trace.write_text(jsonl(spans), encoding="utf-8")
    assert call(["fit", str(file), "--trace", str(trace), "--at", "n=100"]) == 0
    out = capsys.readouterr().out
    assert "billed tokens in  ~ 420     ~ 420" in out  # 2 * (2 * 100 + 10)
    assert "not bounds" in out
    assert "bounds where the fitted constants hold" in out
    assert call(["fit", str(file), "--trace", str(trace), "--lengths", "mean"]) == 0
    assert "at average lengths: no bounds" in capsys.readouterr().out
    assert call(["fit", str(file), "--trace", str(trace), "--format", "json"]) == 0
    assert problems(json.loads(capsys.readouterr().out), "fit.v1.json") == []
    program = load(text).checked
    (found,) = billed(program, calls(trace.read_text(), ["a"])[0])
    assert found.written is not None
    assert (found.read.ratio.value, found.read.overhead.value) == pytest.approx((2, 10))


def test_the_command_line_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, trace = tmp_path / "p.aalp", tmp_path / "spans.jsonl"
    file.write_text(TEXT, encoding="utf-8")
    assert call(["fit", str(file), "--trace", str(trace)]) == 2
    trace.write_text("no json", encoding="utf-8")
    assert call(["fit", str(file), "--trace", str(trace)]) == 2
    trace.write_text(jsonl([OURS]), encoding="utf-8")
    assert call(["fit", str(file), "--trace", str(trace), "--map", "x=sheep"]) == 2
    assert call(["fit", str(file), "--trace", str(trace), "--map", "sheep"]) == 2
    assert call(["fit", str(file), "--trace", str(trace), "--at", "sheep=1"]) == 2
    assert call(["fit", str(file), "--trace", str(trace)]) == 0
    capsys.readouterr()
