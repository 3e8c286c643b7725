"""What kept answers depend on, how often they are found, and that no command says anything else with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from aalpl.check import load
from aalpl.cost.kept import Memo, codec
from aalpl.cost.kept.desk import Desk
from aalpl.cost.prices.own import named
from aalpl.program.excerpt import Pieces
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.shell import cache
from aalpl.shell.cache import Cache
from aalpl.shell.main import call

PROGRAM = """\
size n, k, other
prob p
const c
assume n >= 2
llm M(x: text) -> text[1] size m
llm N(x: text) -> text[O(1)] size m2
costmodel billed = 2*P + c*O

def helper(x: text[n]):
    y <- M(x)

def f(x: text[n]):
    for i in 1..k do
        helper(x)

def g(x: text[n]):
    y <- N(x)

def hands(x: text[n], ask: (text) -> text[1]):
    y <- ask(x)

def h(x: text[n]):
    hands(x, M)

claim calls(f) = k
claim calls(g) = 1
"""

CHAT = """\
size n, b
llm M(x: text) -> text[1] size m

def chat(x: text[n]):
    h <- x
    for i in 1..b do
        h <- h ++ M(h)

claim calls(chat) = b
claim tokens in(chat) = Theta(b*n)
"""

CHANGES = [
    ("def g(x: text[n]):\n    y <- N(x)", "def g(x: text[n]):\n    y <- N(x ++ x)", {"g"}),
    ("    for i in 1..k do", "    for i in 2..k do", {"f"}),
    (
        "def helper(x: text[n]):\n    y <- M(x)",
        "def helper(x: text[n]):\n    y <- M(x ++ x)",
        {"helper", "f"},
    ),
    ("llm N(x: text) -> text[O(1)]", "llm N(x: text) -> text[2]", {"g"}),
    ("llm M(x: text) -> text[1]", "llm M(x: text) -> text[2]", {"helper", "f", "h"}),
    ("assume n >= 2", "assume n >= 3", {"helper", "f", "g", "hands", "h"}),
    ("size n, k, other", "size n, k, another", set[str]()),
    ("size n, k, other", "size n, k, other  # of something", set[str]()),
    ("size n, k, other", "\n\n# sizes\nsize n, k, other", set[str]()),
    ("def f(x: text[n]):", "# a remark\n\ndef f(x: text[n]):", set[str]()),
    ("    y <- N(x)", "\n    # a remark\n    y <- N(x)   # and another", set[str]()),
    ("    y <- N(x)", "    yes <- N(x)", {"g"}),
    ("costmodel billed = 2*P + c*O", "costmodel billed = 3*P + c*O", set[str]()),
    ("claim calls(g) = 1", "claim calls(g) = 2", set[str]()),
    ("def hands(x: text[n], ask", "def hands(x: text[k], ask", {"hands", "h"}),
]


def program(text: str) -> tuple[Program, Source]:
    source = Source("kept.aalp", text)
    found, problems = load(source)
    assert found is not None, problems
    return found, source


def keys(text: str) -> dict[str, str]:
    found, source = program(text)
    pieces = Pieces(found, source)
    return {name: pieces.excerpt([name]).key for name in found.functions}


@pytest.mark.parametrize(("old", "new", "changed"), CHANGES)
def test_what_a_function_depends_on(old: str, new: str, changed: set[str]) -> None:
    assert PROGRAM.count(old) == 1
    before, after = keys(PROGRAM), keys(PROGRAM.replace(old, new))
    assert {name for name in before if before[name] != after[name]} == changed


@pytest.mark.parametrize(("old", "new", "changed"), CHANGES)
def test_only_what_changed_is_made(old: str, new: str, changed: set[str]) -> None:
    desk = Desk()
    before, again = desk.read(Source("kept.aalp", PROGRAM)), desk.read(Source("kept.aalp", PROGRAM))
    assert before is again
    for name in before.functions:
        before.summary(name)
    assert (desk.memo.shelf.found, desk.memo.shelf.made) == (0, 5)
    after = desk.read(Source("kept.aalp", PROGRAM.replace(old, new)))
    for name in after.functions:
        after.summary(name)
    assert desk.memo.shelf.made == 5 + len(changed)
    assert desk.memo.shelf.found == 5 - len(changed)


def test_a_function_that_moves_has_other_lines_and_the_same_answers() -> None:
    text = "llm M(x: text) -> text[1] size m\n\ndef f(x: text):\n    repeat\n        y <- M(x)\n    until *\n"
    desk = Desk()
    first = desk.read(Source("kept.aalp", text)).summary("f")
    moved = desk.read(Source("kept.aalp", "# a remark\n\n" + text)).summary("f")
    assert desk.memo.shelf.found == 1
    assert str(first.cost.upper or first.cost.exact).count("T@4") == 1
    assert str(moved.cost.upper or moved.cost.exact).count("T@6") == 1
    assert [c.name for c in moved.conditions] == ["T@6"]
    assert [c.words.replace("line 6", "line 4") for c in moved.conditions] == [
        c.words for c in first.conditions
    ]
    assert [part.line for part in moved.analysis.parts] == [7]
    assert all("618033988" not in codec.encode(answer) for _, _, answer in moved.answers)


def test_a_change_of_the_cost_model_is_another_question() -> None:
    found, source = program(PROGRAM)
    memo, pieces = Memo(), Pieces(found, source)
    for model in ("primitive", "calls", "billed", "primitive"):
        memo.summary(pieces, "g", named(model, found))
    assert (memo.shelf.found, memo.shelf.made) == (1, 3)


def test_a_text_in_error_and_one_without_functions_have_readings() -> None:
    desk = Desk()
    broken = desk.read(Source("kept.aalp", "def f(:\n"))
    assert broken.program is None
    assert broken.diagnostics
    assert broken.functions == ()
    with pytest.raises(KeyError):
        broken.summary("f")
    assert desk.read(Source("kept.aalp", "")).diagnostics == ()


COMMANDS = [
    ["cost", "x.aalp"],
    ["cost", "x.aalp", "f"],
    ["cost", "x.aalp", "g", "--explain"],
    ["cost", "x.aalp", "f", "--span"],
    ["cost", "x.aalp", "f", "--worst"],
    ["cost", "x.aalp", "--format", "json"],
    ["cost", "x.aalp", "--format", "json", "--at", "n=3,k=4"],
    ["cost", "x.aalp", "--format", "latex"],
    ["cost", "x.aalp", "--format", "markdown", "--under", "billed"],
    ["cost", "x.aalp", "f", "--minimise", "k", "--at", "n=3"],
    ["compare", "x.aalp", "f", "g"],
    ["check", "x.aalp"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_say_the_same(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cache, "opened", lambda name: Cache(tmp_path / name, "1"))
    Path("x.aalp").write_text(PROGRAM + "claim calls(h) = n\n", encoding="utf-8")
    code = call([*command, "--no-cache"])
    plain = capsys.readouterr()
    assert not list(tmp_path.rglob("*.kept"))
    for _ in range(2):
        assert call(command) == code
        assert capsys.readouterr() == plain
    assert list(tmp_path.rglob("*.kept"))
    for file in tmp_path.rglob("*.kept"):  # another's file, or one of half a size
        file.write_bytes(file.read_bytes()[:-1])
    assert call(command) == code
    assert capsys.readouterr() == plain


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "[[],0]", '[[],["Facts"]]', '[[],["Answer",1,2]]', '[[["Sym"]],0]', '[[],["#",7]]',
     '[[],["(",["Facts","f",["("],["("],["{"],["("],["("],["("],null],null,3]]', '[[],["os.system","x"]]'],
)  # fmt: skip
def test_what_nobody_wrote_is_nothing_kept(text: str) -> None:
    class Foreign:
        def get(self, key: str) -> str | None:
            return text

        def put(self, key: str, text: str) -> None:
            pass

    found, source = program(PROGRAM)
    memo, pieces = Memo(Foreign()), Pieces(found, source)
    made = memo.summary(pieces, "f", named("primitive", found))
    assert made.cost == Memo().summary(pieces, "f", named("primitive", found)).cost
    assert [each.outcome for each in memo.verdicts(pieces)] == ["true", "true"]


def test_undecided_claims_are_kept_too() -> None:
    class Disk(dict[str, str]):
        def put(self, key: str, text: str) -> None:
            self[key] = text

    found, source = program(CHAT)
    disk = Disk()
    first = [each.outcome for each in Memo(disk).verdicts(Pieces(found, source))]
    again = Memo(disk)
    assert [each.outcome for each in again.verdicts(Pieces(found, source))] == first
    assert first == ["true", "undecided"]
    assert again.shelf.made == 0
