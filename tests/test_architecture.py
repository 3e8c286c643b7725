"""The walls of the house: who may import whom, what stays in the shell, what start-up may load, what no code may know."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "aalpl"

# A room may import itself and the rooms named here.
ROOMS = {
    "report": set[str](),
    "program": {"report"},
    "tree": {"report"},
    "check": {"tree", "program", "report"},
    "run": {"check", "tree", "program", "report"},
    "cost": {"check", "tree", "program", "report"},
    "live": {"run", "check", "tree", "program", "report"},
    "backends": {"live", "run", "program", "report"},
    "cases": {"run", "cost", "check", "tree", "program", "report"},
    "exercise": {"cases", "run", "cost", "check", "tree", "program", "report"},
    "fitting": {"live", "run", "program", "report"},
    "python": {"cases", "live", "backends", "run", "cost", "check", "tree", "program", "report"},
    "testing": {"python", "cases", "run", "cost", "program", "report"},
    "shell": {
        "exercise",
        "fitting",
        "cases",
        "live",
        "backends",
        "run",
        "cost",
        "check",
        "tree",
        "program",
        "report",
    },
}
# Files beside the rooms: any room may use them; they themselves use none, but the front page, which names them all.
BESIDE = {"__init__", "assets"}


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "__pycache__" not in p.parts)


def room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "aalpl":
            yield from (f"aalpl.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    here = room(path)
    if here in ("__main__", "__init__"):
        return
    allowed = {here} | BESIDE | ROOMS.get(here, set())
    for name in imported(parsed(path)):
        if name.partition(".")[0] == "aalpl" and "." in name:
            target = name.split(".")[1]
            known = target in ROOMS or target in BESIDE
            assert not known or target in allowed, f"{path.name} imports {name}"


def test_imports_are_absolute() -> None:
    """So that the test above sees them all."""
    for path in modules():
        for node in ast.walk(parsed(path)):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path


def test_every_room_is_in_the_plan() -> None:
    rooms = {p.name for p in PACKAGE.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert rooms <= set(ROOMS)


@pytest.mark.parametrize(
    "path", [p for p in modules() if room(p) != "shell"], ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_outside_the_shell_nothing_prints_guesses_or_reads_the_environment(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        where = f"{path}:{getattr(node, 'lineno', 0)}"
        match node:
            case ast.Call(func=ast.Name(id="print" | "input")):
                raise AssertionError(f"{where}: {node.func.id}")  # type: ignore[attr-defined]
            case ast.Global():
                raise AssertionError(f"{where}: global")
            case ast.ExceptHandler(type=None | ast.Name(id="Exception" | "BaseException")):
                raise AssertionError(f"{where}: catches everything")
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "getenv") if room(path) != "python":
                raise AssertionError(f"{where}: reads the environment")
            case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" | "stdin" | "argv"):
                raise AssertionError(f"{where}: touches the terminal")


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_file_opens_with_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(parsed(path)), path


# -- what no code may know ---------------------------------------------------------------------------------------
#
# A name that a program of ours gives to a function, primitive, oracle or measure may stand in `aalpl/` neither as a
# string, nor as an identifier, nor as a word of a string: then nothing can recognise an example instead of deriving.
# Names of fewer than six letters are looked for only as whole strings, since inside others they mean nothing. English
# words that our own code needs may be identifiers; as whole strings only those that are listed with a reason.

ORDINARY = {
    "before", "decide", "digest", "functions", "groups", "joined", "passes", "rewrite", "silent", "solved", "summary",
    "windows", "workers",
}  # fmt: skip

STRINGS = {
    "lines": "a built-in oracle, which the library declares",
    "paragraphs": "a built-in oracle, which the library declares",
    "sentences": "a built-in oracle, which the library declares",
    "words": "a built-in oracle, which the library declares",
    "functions": "a built-in oracle, which the library declares",
    "workers": "a word of the grammar",
    "most": "a word of the grammar, in `at most`",
    "more": "a field of models.toml",
    "digest": "a field of traces and of run reports",
    "call": "a kind of place",
    "solve": "a command",
    "loop": "a kind of place",
    "local": "the backend that runs a model in this process",
    "rank": "the name of a ranking function",
}


def program_names() -> set[str]:
    """Names that `examples/` and `stdlib/` define."""
    found: set[str] = set()
    for folder in ("examples", "stdlib"):
        for path in (ROOT / folder).rglob("*.aalp"):
            text = path.read_text(encoding="utf-8")
            found.update(re.findall(r"^\s*(?:def|llm|oracle|measure)\s+([^\W\d]\w*)", text, re.MULTILINE))
            found.add(path.stem)
    return found


def identifiers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.alias(name=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.keyword(arg=str(name)):
                yield name


def strings(tree: ast.AST) -> Iterator[str]:
    documented = {id(node) for node in docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.value


def docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            match node.body[0]:
                case ast.Expr(value=ast.Constant(value=str()) as text):
                    yield text


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_code_knows_a_program(path: Path) -> None:
    names = program_names()
    telling = {name for name in names if len(name) >= 6} - ORDINARY - STRINGS.keys()
    tree = parsed(path)
    whole = set(strings(tree))
    found = whole & {name for name in names if len(name) >= 4} - STRINGS.keys()
    found |= {word for text in whole for word in re.findall(r"\w+", text)} & telling
    found |= set(identifiers(tree)) & telling
    assert not found, f"{path} knows of {sorted(found)}"


# -- start-up ----------------------------------------------------------------------------------------------------

HEAVY = {
    "sympy",
    "flint",
    "highspy",
    "numpy",
    "aiohttp",
    "tenacity",
    "prompt_toolkit",
    "rich",
    "asyncio",
    "ssl",
}


def loaded(code: str, *argv: str) -> set[str]:
    """The top-level modules, and ours, that a fresh interpreter has loaded after `code`."""
    report = "import sys; print('\\n'.join(sys.modules), file=sys.__stderr__)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}", *argv],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(done.stderr.split())


def shell(*argv: str) -> set[str]:
    return loaded("import sys; from aalpl.shell.main import call; assert call(sys.argv[1:]) == 0", *argv)


def test_help_imports_no_stage_and_nothing_heavy() -> None:
    names = shell("--help")
    assert not names & (HEAVY | {"lark"})
    assert not {n for n in names if re.match(r"aalpl\.(tree|check|run|cost|cases)\b", n)}


def test_check_imports_nothing_heavy(tmp_path: Path) -> None:
    file = tmp_path / "p.aalp"
    file.write_text(
        "size n\nllm a(x: text[n]) -> text[1]  size m\n\ndef f(x: text[n]):\n    a(x)\n", encoding="utf-8"
    )
    names = shell("check", str(file))
    assert not names & HEAVY
    assert not {n for n in names if re.match(r"aalpl\.(run|cost|cases\.(?!examine))\b", n)}


@pytest.mark.parametrize("room", ["run", "cost"])
def test_run_and_cost_do_not_know_each_other(room: str) -> None:
    other = {"run": "cost", "cost": "run"}[room]
    assert not {n for n in loaded(f"import aalpl.{room}") if n.startswith(f"aalpl.{other}")}
