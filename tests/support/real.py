"""A program, a file of models and a server for runs on real models, shared by the tests of the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.server import Request, Server

KEY = "marker-b7f1c2d9e8"
PROGRAM = """\
size n, k
model small size m
model other size 1

llm ask(x: text[n]) -> one of "yes" | "no" on small
llm sum(x: text[n]) -> text[<= 20] on small
llm idle(x: text[n]) -> bool on other

def f(x: text[n]) -> list[k] of text[<= 20]:
    zs <- parallel for i in 0..k-1 yield g(x)
    return zs

def g(x: text[n]) -> text[<= 20]:
    if ask(x) = "yes" then
        return sum(x)
    return ""

def h(x: text[n]) -> bool:
    a <- ask(x)
    return idle(x)

def open(x: text[n]) -> text:
    return tell(x)

llm tell(x: text[n]) -> text[O(1)] on small

def once(x: text[n]) -> bool:
    return ask(x) = "yes"
"""


def reply(asked: Request) -> str:
    return '{"answer": "yes"}' if "response_format" in asked.body else "a short summary"


def models(server: Server, **more: Any) -> str:
    """models.toml for the server; writes it, too."""
    said = {"model": "openai/test", "address": server.address, "key": "MY_KEY", "in": 3, "out": 15} | more
    tables = {key: said.pop(key) for key in ("more",) if key in said}
    lines = [f"{key} = {json.dumps(value)}" for key, value in said.items() if value is not None]
    for key, table in tables.items():
        lines += [
            f"[models.small.{key}]",
            *(f"{name} = {json.dumps(value)}" for name, value in table.items()),
        ]
    text = "[models.small]\n" + "\n".join(lines) + "\n"
    Path("models.toml").write_text(text, encoding="utf-8")
    return text
