"""Collects the literate cases of tests/cases and the docs; `--accept` rewrites their blocks to what is so now.

Random tests draw their programs from seeds that begin at `--first-seed` (AALPL_FIRST_SEED), so that another run sees others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent
ACCEPTED = pytest.StashKey[dict[Path, dict[int, str]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=40, help="How often runs are killed and resumed in all.")
    parser.addoption(
        "--accept", action="store_true", help="rewrite the blocks of literate cases to what is so now"
    )
    parser.addoption(
        "--first-seed",
        type=int,
        default=int(os.environ.get("AALPL_FIRST_SEED", "0")),
        help="where the seeds of random programs begin (AALPL_FIRST_SEED)",
    )


@pytest.fixture(scope="session")
def first_seed(pytestconfig: pytest.Config) -> int:
    """Where the seeds of random programs begin."""
    first: int = pytestconfig.getoption("--first-seed")
    return first


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ACCEPTED] = {}


def pytest_sessionfinish(session: pytest.Session) -> None:
    from aalpl.cases.document import rewritten

    for path, blocks in session.config.stash[ACCEPTED].items():
        path.write_text(rewritten(path.read_text(encoding="utf-8"), blocks), encoding="utf-8")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix == ".md" and _is_literate(file_path):
        collected: Document = Document.from_parent(parent, path=file_path)
        return collected
    return None


def _is_literate(path: Path) -> bool:
    inside = path.resolve().relative_to(ROOT).parts
    return inside[:2] == ("tests", "cases") or inside[0] in (
        "docs",
        "README.md",
        "CHANGELOG.md",
        "grammar",
        "stdlib",
        "examples",
    )


class Document(pytest.File):
    """A Markdown document: every program in it and what it says about them, then every console session."""

    def collect(self) -> Iterator[pytest.Item]:
        from aalpl.cases.document import blocks, cases
        from aalpl.cases.judge import KINDS

        text = self.path.read_text(encoding="utf-8")
        for case in cases(text, KINDS):
            yield Literate.from_parent(self, name=case.title, case=case)
        if any(block.kind == "console" for block in blocks(text)):
            yield Console.from_parent(self, name="console")
        if any(block.kind == "pycon" for block in blocks(text)):
            yield Session.from_parent(self, name="python")


class Literate(pytest.Item):
    """One program block with its expectations."""

    def __init__(self, *, case: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case

    def runtest(self) -> None:
        from aalpl.cases.judge import corrected

        found = corrected(self.case, self.path.name)
        if found is None:
            return
        if self.config.getoption("--accept") and found.blocks:
            self.config.stash[ACCEPTED].setdefault(self.path, {}).update(found.blocks)
        else:
            raise AssertionError(found.report)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, AssertionError):
            return f"{self.path}:{self.case.program.first}\n{excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.program.first - 1, self.name


class Console(pytest.Item):
    """The console sessions of a document, run one after another in one empty folder."""

    def runtest(self) -> None:
        from console import differences

        found = list(differences(self.path.read_text(encoding="utf-8")))
        if found:
            raise AssertionError("\n".join(found))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, AssertionError):
            return f"{self.path}\n{excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.name


class Session(Console):
    """The Python sessions of a document, as one, in one folder with its files."""

    def runtest(self) -> None:
        from pycon import failures

        found = list(failures(self.path.read_text(encoding="utf-8"), self.path.name))
        if found:
            raise AssertionError("\n".join(found))
