"""Reads `--input name=@file` and `--input name=text` into values for the parameters of a function."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from aalpl.program.nodes import Function
from aalpl.program.types import Bool, Int, ListOf, Maybe, Real, Record, Type
from aalpl.shell import given
from aalpl.shell.failure import Failure, unknown


def read(options: Iterable[str], function: Function) -> dict[str, Any]:
    """The values that options give, by parameter; `@FILE` is the file's text, lists and records are JSON."""
    types = {param.name: param.type for param in function.params}
    found: dict[str, Any] = {}
    for option in options:
        name, equals, text = option.partition("=")
        name = name.strip()
        if not equals:
            raise Failure(
                f"`{option}` gives no input a value", "write `--input name=text` or `--input name=@file`"
            )
        if name not in types:
            raise unknown("input", name, list(types), code="unknown-input")
        found[name] = _value(_file(text[1:]) if text.startswith("@") else text, types[name], name)
    return found


def _value(text: str, type_: Type, name: str) -> Any:
    match type_:
        case Maybe(inner):
            return None if text.strip() == "nothing" else _value(text, inner, name)
        case Int() | Real():
            return given.number(text)
        case Bool():
            return _json(text, name)
        case ListOf() | Record():
            return _json(text, name)
        case _:
            return text


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        hint = 'write it as JSON: `["one", "two"]`, `{"title": "…"}`, `true`'
        raise Failure(f"the input `{name}` is no JSON", hint, code="bad-input") from None


def _file(path: str) -> str:
    file = Path(path)
    if not file.is_file():
        raise Failure(f"there is no file `{path}`", code="no-such-file")
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Failure(f"`{path}` is no UTF-8 text", "give a text file", code="bad-input") from None


def script(path: str) -> Mapping[str, list[Any]] | list[Any]:
    """The answers of a scripted run: a JSON list, or an object with a list for each primitive."""
    found = _json(_file(path), path)
    lists = found.values() if isinstance(found, dict) else [found]
    if not all(isinstance(answers, list) for answers in lists):
        hint = 'write `["first answer", …]` or `{"primitive": ["first answer", …]}`'
        raise Failure(f"`{path}` is no script", hint, code="bad-input")
    answers: Mapping[str, list[Any]] | list[Any] = found
    return answers
