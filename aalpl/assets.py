"""Finds the files shipped beside the code: grammar, standard library, examples, error pages."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def directory(name: str) -> Path:
    """The shipped folder `name` (`grammar`, `stdlib`, `examples`, `docs/errors`), in a wheel or in a checkout."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def grammar() -> str:
    """The text of the language's grammar."""
    return (directory("grammar") / "aalp.lark").read_text(encoding="utf-8")


def library() -> dict[str, Path]:
    """The standard library's modules: name -> file."""
    return {path.stem: path for path in sorted(directory("stdlib").glob("*.aalp"))}


def examples() -> dict[str, Path]:
    """The shipped examples: `paper/debugging` -> file."""
    root = directory("examples")
    return {path.relative_to(root).with_suffix("").as_posix(): path for path in sorted(root.rglob("*.aalp"))}


def error_page(code: str) -> Path:
    """Where the page of diagnostic `code` stands, whether or not there is one."""
    return directory("docs/errors") / f"{code}.md"


def error_codes() -> list[str]:
    """The diagnostic codes that have a page."""
    return sorted(path.stem for path in directory("docs/errors").glob("*.md"))
