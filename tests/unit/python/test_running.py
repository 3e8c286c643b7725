"""Programs run from Python: values in and out, functions that answer, loops that run already, cancellation, failures."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import json
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from aalpl import Budget, Failed, Kept, Program, Question, Reply, Usage, load, threaded
from aalpl.live.line import Line
from aalpl.shell.main import call

TEXT = """
size n
model m size w
type Verdict = {good: bool, why: text, stars: int in 1..5}
llm judge(x: text, strict: bool) -> Verdict on m
llm pick(xs: list of text) -> one of "a" | "b" on m
llm maybe(x: text) -> text? on m
llm number(x: text) -> int in 0..9 on m

def one(x: text) -> Verdict:
    return judge(x, true)

def all(xs: list[n] of text) -> list of int:
    found <- parallel for i in 0..n-1 yield number(xs[i])
    return found

def chosen(xs: list[n] of text) -> one of "a" | "b":
    return pick(xs)

def silent(x: text) -> text?:
    return maybe(x)
"""

VERDICT = {"good": True, "why": "it is short", "stars": 4}


@pytest.fixture(scope="module")
def program() -> Program:
    return load(TEXT)


def test_arguments_come_by_name_and_records_go_back(program: Program) -> None:
    seen: list[dict[str, Any]] = []

    def judge(strict: bool, x: str) -> dict[str, Any]:
        seen.append({"x": x, "strict": strict})
        return VERDICT

    result = program.bind(judge=judge).run("one", "a text")
    assert result.value == VERDICT
    assert seen == [{"x": "a text", "strict": True}]


def test_lists_go_in_as_lists_or_tuples_and_come_out_as_lists(program: Program) -> None:
    bound = program.bind(number=lambda x: len(x), pick=lambda xs: "b" if xs == ["u", "v"] else "a")
    assert bound.run("all", ("a", "bb", "ccc")).value == [1, 2, 3]
    assert bound.run("all", xs=["a", "bb"]).value == [1, 2]
    assert bound.run("chosen", ("u", "v")).value == "b"


def test_nothing_is_none(program: Program) -> None:
    assert program.bind(maybe=lambda x: None).run("silent", "x").value is None
    assert program.bind(maybe=lambda x: x).run("silent", "x").value == "x"


def test_a_handle_is_not_changed_by_binding(program: Program) -> None:
    bound = program.bind(maybe=lambda x: "one")
    again = bound.bind(maybe=lambda x: "two")
    assert program.bound == {}
    assert bound.run("silent", "x").value == "one"
    assert again.run("silent", "x").value == "two"
    assert again.bind(maybe="sim").bound == {}


def test_a_model_or_everything_can_be_bound(program: Program) -> None:
    def answer(question: Question) -> str:
        return f"{question.primitive.name} read {question.values['x']}"

    assert program.bind(m=answer).run("silent", "it").value == "maybe read it"
    assert program.bind({"*": answer}, maybe=lambda x: "more").run("silent", "it").value == "more"


def test_objects_with_an_answer_and_whole_lines_can_be_bound(program: Program) -> None:
    class Own:
        async def answer(self, question: Question) -> Reply:
            return Reply(question.args["x"] + "!", Usage(7, 2))

    assert program.bind(maybe=Own()).run("silent", "it").value == "it!"
    assert program.bind(maybe=Line(Own(), again=0)).run("silent", "it").value == "it!"


def test_the_command_line_counts_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "p.aalp"
    file.write_text(TEXT, encoding="utf-8")
    for seed in (0, 7):
        call(["run", str(file), "all", "--at", "n=5", "--seed", str(seed), "--format", "json"])
        told = json.loads(capsys.readouterr().out)
        result = load(file).run("all", n=5, seed=seed)
        assert result.run.digest == told["digest"]
        assert result.run.shown() == told["result"]
        assert {k: v for k, v in result.measured.items() if v is not None} == {
            k: v for k, v in told["measured"].items() if v is not None
        }
        assert result.predicted["calls"] == told["predicted"]["calls"] == 5


def test_what_is_predicted_is_what_is_measured(program: Program) -> None:
    result = program.bind(number=lambda x: 3).run("all", ["one", "two words"], w=2)
    assert result.measured["cost"] is not None
    assert dict(result.predicted) == dict(result.measured)
    assert result.held
    assert result.sizes["n"] == 2


# -- loops and time ------------------------------------------------------------------------------------------------


def test_branches_wait_side_by_side_and_results_are_in_order(program: Program) -> None:
    running = most = 0

    async def number(x: str) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05 / int(x))
        running -= 1
        return int(x)

    texts = [str(i) for i in range(1, 10)]
    assert program.bind(number=number).run("all", texts).value == list(range(1, 10))
    assert most == 9


def test_ahead_bounds_how_many_branches_are_under_way(program: Program) -> None:
    running = most = 0

    async def number(x: str) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1
        return 1

    program.bind(number=number).run("all", ["x"] * 20, ahead=3)
    assert most == 3


def test_threads_run_side_by_side_where_asked_for(program: Program) -> None:
    def slow(x: str) -> int:
        time.sleep(0.1)
        return 1

    texts = ["x"] * 8
    start = time.perf_counter()
    assert program.bind(number=threaded(slow, 8)).run("all", texts).value == [1] * 8
    together = time.perf_counter() - start
    start = time.perf_counter()
    program.bind(number=slow).run("all", texts)
    assert together < (time.perf_counter() - start) / 2


def test_inside_a_running_loop(program: Program) -> None:
    async def main() -> Any:
        with pytest.raises(RuntimeError, match="event loop is running"):
            program.run("silent", "x")
        bound = program.bind(maybe=lambda x: "yes")
        first, second = await asyncio.gather(bound.arun("silent", "x"), bound.arun("silent", "y"))
        return first.value, second.value

    assert asyncio.run(main()) == ("yes", "yes")


USER: contextvars.ContextVar[str] = contextvars.ContextVar("USER", default="nobody")


@pytest.mark.parametrize("thread", [False, True])
def test_context_variables_of_the_caller_hold(program: Program, thread: bool) -> None:
    def who(x: str) -> int:
        return 7 if USER.get() == "me" else 0

    token = USER.set("me")
    try:
        bound = program.bind(number=threaded(who) if thread else who)
        assert bound.run("all", ["x", "y"]).value == [7, 7]
    finally:
        USER.reset(token)


def test_a_cancelled_run_leaves_nothing(program: Program) -> None:
    ended: list[str] = []

    async def number(x: str) -> int:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(x)
        return 1

    async def main() -> set[Any]:
        running = asyncio.create_task(program.bind(number=number).arun("all", ["a", "b", "c"]))
        await asyncio.sleep(0.02)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return asyncio.all_tasks() - {asyncio.current_task()}

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert asyncio.run(main(), debug=True) == set()
    assert sorted(ended) == ["a", "b", "c"]


def test_a_timeout_around_a_run_waits_for_threads_that_have_begun(program: Program) -> None:
    ended: list[str] = []
    ticks = 0

    def slow(x: str) -> int:
        time.sleep(0.3)
        ended.append(x)
        if x == "a":
            raise Broken
        return 1

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    async def main() -> None:
        ticking = asyncio.create_task(tick())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.03):
                await program.bind(number=threaded(slow, 2)).arun("all", list("abcdef"))
        assert ended in (["a", "b"], ["b", "a"])  # those that had begun, and no other
        ticking.cancel()
        assert asyncio.all_tasks() == {asyncio.current_task(), ticking}

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(main())
        gc.collect()
    assert ticks > 5  # the loop went on


# -- what goes wrong -----------------------------------------------------------------------------------------------


class Broken(Exception):
    pass


@pytest.mark.parametrize("kind", ["plain", "async", "thread"])
@pytest.mark.parametrize(
    "error", [Broken("no luck"), ZeroDivisionError("0"), TypeError("odd"), StopIteration()]
)
def test_what_a_function_raises_is_told_with_primitive_and_line(
    program: Program, kind: str, error: Exception
) -> None:
    def plain(x: str) -> str:
        raise error

    async def later(x: str) -> str:
        await asyncio.sleep(0)
        raise error

    if kind != "plain" and isinstance(error, StopIteration):
        pytest.skip("no coroutine can raise it")
    function = {"plain": plain, "async": later, "thread": threaded(plain)}[kind]
    with pytest.raises(Failed) as caught:
        program.bind(maybe=function).run("silent", "x")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "function-raised"
    assert "`maybe`" in diagnostic.title
    assert diagnostic.label.span.line == TEXT.splitlines().index("    return maybe(x)") + 1
    assert caught.value.__cause__ is error
    assert not caught.value.stopped


def test_one_branch_that_fails_ends_the_others(program: Program) -> None:
    ended: list[str] = []

    async def number(x: str) -> int:
        try:
            await asyncio.sleep(0.01 if x == "b" else 60)
            raise Broken
        finally:
            ended.append(x)

    with pytest.raises(Failed) as caught:
        program.bind(number=number).run("all", ["a", "b", "c"])
    assert isinstance(caught.value.__cause__, Broken)
    assert sorted(ended) == ["a", "b", "c"]


def test_wrong_answers_are_asked_for_again_and_then_told(program: Program) -> None:
    asked: list[tuple[str, ...]] = []

    def number(x: str, question: Question) -> object:
        asked.append(tuple(refused.said for refused in question.earlier))
        return ["ten", 12, 5][len(asked) - 1]

    assert program.bind(number=number).run("all", ["x"]).value == [5]
    assert asked == [(), ("ten",), ("ten", "12")]
    with pytest.raises(Failed) as caught:
        program.bind(number=lambda x: 10).run("all", ["x"])
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "answer-contract"
    assert "`number`" in str(caught.value)
    assert caught.value.result is not None
    assert caught.value.result.value is None


def test_a_function_that_cannot_take_the_arguments_is_refused_at_once(program: Program) -> None:
    with pytest.raises(TypeError, match="`<lambda>` cannot answer `number`, which gives x"):
        program.bind(number=lambda y: 1)
    with pytest.raises(TypeError, match="no primitive or model `numbers`"):
        program.bind(numbers=lambda x: 1)
    with pytest.raises(TypeError, match="no method `answer`"):
        program.bind(number=3)  # type: ignore[arg-type]


def test_positional_functions_and_builtins_take_arguments_in_order(program: Program) -> None:
    assert program.bind(number=len).run("all", ["abc"]).value == [3]
    assert program.bind(number=lambda *args: len(args)).run("all", ["abc"]).value == [1]


def test_wrong_programs_and_runs_raise_one_exception(program: Program) -> None:
    with pytest.raises(Failed) as caught:
        load("def f(x: text) -> text:\n    return y\n")
    assert [d.code for d in caught.value.diagnostics] == ["unknown-name"]
    assert str(caught.value).startswith("<text>:2:12: unknown-name: ")
    with pytest.raises(Failed) as caught:
        program.run("all")
    assert [d.code for d in caught.value.diagnostics] == ["missing-size"]
    with pytest.raises(Failed) as caught:
        program.run("one", 3)
    assert [d.code for d in caught.value.diagnostics] == ["input-type"]
    with pytest.raises(OSError, match="nowhere"):
        load("nowhere.aalp")
    with pytest.raises(TypeError, match="no input `z`"):
        program.run("one", z=3)
    with pytest.raises(TypeError, match="several functions"):
        program.run()


def test_nothing_is_printed(program: Program, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Failed):
        program.bind(number=lambda x: 10).run("all", ["x"])
    with pytest.raises(Failed):
        load("size\n")
    assert capfd.readouterr() == ("", "")


def test_budgets_end_a_run(program: Program) -> None:
    count = 0

    async def number(x: str) -> Reply:
        nonlocal count
        count += 1
        await asyncio.sleep(0)
        return Reply(1, Usage(5, 1))

    bound = program.bind(number=number)
    assert bound.run("all", ["x"] * 5, budget=Budget(calls=5)).value == [1] * 5
    count = 0
    with pytest.raises(Failed) as caught:
        bound.run("all", ["x"] * 9, budget=Budget(calls=4))
    assert caught.value.stopped
    assert count == 4


def test_a_deadline_ends_a_run(program: Program) -> None:
    async def number(x: str) -> int:
        await asyncio.sleep(60)
        return 1

    with pytest.raises(Failed) as caught:
        program.bind(number=number).run("all", ["x"], budget=Budget(seconds=0.05))
    assert caught.value.stopped
    assert caught.value.diagnostics[0].code == "deadline-reached"


def test_a_journal_goes_on_where_a_run_ended(program: Program, tmp_path: Path) -> None:
    asked: list[str] = []
    luck = False

    async def number(x: str) -> int:
        asked.append(x)
        if x == "c" and not luck:
            raise Broken
        return len(asked)

    bound, file = program.bind(number=number), tmp_path / "run.journal"
    with pytest.raises(Failed):
        bound.run("all", ["a", "b", "c", "d"], journal=file, ahead=1)
    assert asked == ["a", "b", "c"]
    luck = True
    result = bound.run("all", ["a", "b", "c", "d"], journal=file, ahead=1)
    assert asked == ["a", "b", "c", "c", "d"]
    assert result.value == [1, 2, 4, 5]
    with pytest.raises(Failed) as caught:
        bound.run("all", ["another"], journal=file)
    assert caught.value.diagnostics


def test_a_journal_is_replayed_and_edited_programs_keep_what_is_unchanged(
    program: Program, tmp_path: Path
) -> None:
    asked: list[str] = []

    def maybe(x: str) -> str:
        asked.append(x)
        return x + "!"

    bound, file = program.bind(maybe=maybe), tmp_path / "run.journal"
    assert bound.run("silent", "hm", journal=file).value == "hm!"
    assert bound.run("silent", "hm", journal=Kept(file, record="none")).value == "hm!"
    edited = load(TEXT.replace("return maybe(x)", "y <- maybe(x)\n    return maybe(x)")).bind(maybe=maybe)
    with pytest.raises(Failed):
        edited.run("silent", "hm", journal=file)
    assert edited.run("silent", "hm", journal=Kept(file, reuse=True)).value == "hm!"
    assert asked == ["hm", "hm"]
    with pytest.raises(Failed):
        bound.run("silent", "other", journal=Kept(file, record="none"))


def test_what_answerers_counted_is_billed_by_primitive(program: Program) -> None:
    result = program.bind(number=lambda x: Reply(1, Usage(5, 1))).run("all", ["x", "y"])
    assert result.bill is not None
    assert result.bill.accounts["number"].paid.tokens_in == 10
    assert result.bill.accounts["number"].paid.calls == 2


def test_a_deadline_on_a_run_that_cannot_begin_is_quiet(program: Program) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(Failed):
            program.bind(number=lambda x: 1).run("all", 3, budget=Budget(seconds=5))


USER_FILE = """
import asyncio
import aalpl
from aalpl import Budget, Failed, Formula, Question, Reply, threaded
from aalpl.testing import assert_within_bound

def answer(x: str) -> str:
    return x

async def later(question: Question) -> Reply:
    return Reply(question.values["x"])

program = aalpl.load("p.aalp").bind({"*": later}, a=answer, b="openai/some", c=threaded(answer, 4), d=aalpl.Binding())
result = program.run("f", "x", k=3, at={"n": 4}, budget=Budget(calls=3, cost="0.5"), journal="run.db")
calls: int = result.meter.calls
for row in result.meter.rows:
    print(row.primitive, row.tokens_in, result.value, result.held, result.predicted["calls"])
cost = program.cost("f", "tokens in")
upper: Formula | None = cost.upper
if upper is not None:
    price: float = upper.compile()(1.0, 2.0)
print(cost.at(k=3), cost.sympy(), cost.classes.theta)

async def main() -> None:
    try:
        await program.arun("f")
    except Failed as failed:
        print(failed.diagnostics[0].title, failed.stopped)

asyncio.run(main())
results: list[aalpl.Result] = assert_within_bound(program, "f", "x", runs=2)
"""


def test_a_users_file_is_typed(tmp_path: Path) -> None:
    file = tmp_path / "user.py"
    file.write_text(USER_FILE, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        os.devnull,
        "--follow-imports=silent",
        str(file),
    ]
    found = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    file.write_text(USER_FILE + "wrong: str = result.meter.calls\nprogram.bnd()\n", encoding="utf-8")
    found = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert "[assignment]" in found.stdout
    assert "[attr-defined]" in found.stdout
