"""`aalpl models`: what stands behind the models of a project, what is unknown of it, and whether it answers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import click

from aalpl.backends import registry
from aalpl.backends.access import access, host
from aalpl.live.binding import Binding
from aalpl.live.stops import Unanswered
from aalpl.report.ink import Ink
from aalpl.report.machine import dumps
from aalpl.report.table import Table, text
from aalpl.shell import config, keys, prices
from aalpl.shell.failure import Exit, Failure
from aalpl.shell.models import Models
from aalpl.shell.models import read as read_models
from aalpl.shell.numbers import plain, spoken
from aalpl.shell.options import ascii_only
from aalpl.shell.running.answering import FREE, OWN
from aalpl.shell.terminal import Terminal

VERSION = 1


@attrs.frozen
class Seen:
    """One model: its binding with prices, where it is, whether there is a key, and what is wrong."""

    name: str
    binding: Binding
    where: str = ""
    key: str = ""
    wrong: str = ""
    hint: str = ""


@click.command()
@click.argument("file", required=False)
@click.option("--check", is_flag=True, help="Send one short request to each model, and tell what came back.")
@click.option("--env-file", metavar=".env", help="Look keys up in this file too.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to report.")
@ascii_only
@click.pass_obj
def models(paper: Terminal, /, file: str | None, check: bool, env_file: str | None, form: str) -> int:
    """List the models of a models file: who answers, at which prices, within which limits; with --check ask each.

    FILE is what pyproject.toml ([tool.aalpl]) or aalpl.toml names, or models.toml, where it is left out. Whether a key
    is there is told, a key never is. What nobody knows is `unknown`.

    \b
    Examples:
      aalpl models
      aalpl models models.toml --check
      aalpl models --format json
    """
    path = _file(file)
    found = read_models(path, None)
    if not found.bindings:
        raise Failure(f"`{path}` has no models", "write `[models.NAME]`", code="bad-models")
    environment = keys.environment(env_file)
    seen = [_seen(name, binding, environment) for name, binding in found.bindings.items()]
    asked: Mapping[str, Any] = {}
    if check:
        from aalpl.shell.running import checking

        able = {
            each.name: each.binding
            for each in seen
            if not each.wrong and each.binding.backend not in (None, *FREE)
        }
        paper.note(f"asking {len(able)} {'model' if len(able) == 1 else 'models'} one short question each\n")
        asked = checking.asked(able, environment)
    source = prices.completed(found).source
    if form == "json":
        paper.document(_as_json(path, found, source, seen, asked))
    else:
        paper.say(_as_text(path, found, source, seen, asked, paper.ink))
    if any(each.wrong for each in asked.values()):
        return Exit.BACKEND
    return Exit.USAGE if any(each.wrong for each in seen) else Exit.FINE


def _file(given: str | None) -> str:
    if given is not None:
        return given
    said = config.read(Path.cwd()).models
    if said is None and not Path("models.toml").is_file():
        hint = 'write models.toml, or name the file: `[tool.aalpl]` with `models = "…"` in pyproject.toml'
        raise Failure("there is no models file here", hint, code="no-such-file")
    return said or "models.toml"


def _seen(name: str, binding: Binding, environment: Mapping[str, str]) -> Seen:
    binding = prices.priced(binding)
    if binding.backend is None:
        return Seen(name, binding)
    if binding.backend not in (known := [*OWN, *registry.names()]):
        return Seen(
            name,
            binding,
            wrong=f"there is no backend `{binding.backend}`",
            hint=f"choose one of {', '.join(known)}",
        )
    if binding.backend in OWN:
        return Seen(name, binding)
    try:
        found = access(binding, environment)
    except Unanswered as error:
        return Seen(name, binding, key="missing", wrong=error.title, hint=error.hint or "")
    where = "" if found.address is None else host(found.address)
    return Seen(name, binding, where, "set" if found.key else "none")


def _as_text(
    path: str, models: Models, source: str | None, seen: list[Seen], asked: Mapping[str, Any], ink: Ink
) -> str:
    head = f"{ink.paint(path, 'bold')}  prices in {models.currency} per million tokens"
    parts = [f"{head}{f', {source}' if source else ''}\n\n"]
    rows = tuple(
        (
            each.name,
            _who(each.binding),
            each.where,
            each.key,
            *map(_known, (each.binding.price_in, each.binding.price_out, each.binding.window)),
            *map(_known, (each.binding.overhead, each.binding.size)),
            _limits(each.binding),
        )
        for each in seen
    )
    heading = ("model", "answered by", "at", "key", "in", "out", "window", "overhead", "size", "limits")
    parts.append(text(Table(heading, rows, frozenset({4, 5, 6, 7, 8})), ink))
    wrong = [
        f"  {each.name}: {each.wrong}{f' ({each.hint})' if each.hint else ''}\n"
        for each in seen
        if each.wrong
    ]
    if wrong:
        parts.append("\n" + "".join(wrong))
    if asked:
        parts.append("\n" + "".join(f"  {name}: {each.words()}\n" for name, each in asked.items()))
    return "".join(parts)


def _who(binding: Binding) -> str:
    if binding.backend is None:
        return "nobody (simulated)"
    return f"{binding.backend}/{binding.model}" if binding.model else binding.backend


def _known(value: Fraction | int | None) -> str:
    return spoken(value)


def _limits(binding: Binding) -> str:
    parts = (
        (binding.concurrency, "at a time"),
        (binding.requests_per_minute, "calls a minute"),
        (binding.tokens_per_minute, "tokens a minute"),
        (binding.most, "tokens an answer"),
    )
    return ", ".join(f"{spoken(value)} {words}" for value, words in parts if value is not None)


def _as_json(
    path: str, models: Models, source: str | None, seen: list[Seen], asked: Mapping[str, Any]
) -> str:
    """The list for machines (docs/schema/models.v1.json)."""
    return dumps(
        {
            "version": VERSION,
            "file": path,
            "currency": models.currency,
            "prices": source,
            "models": [
                {
                    "name": each.name,
                    "backend": each.binding.backend,
                    "model": each.binding.model,
                    "at": each.where or None,
                    "key": each.key or None,
                    "price": {
                        "in": plain(each.binding.price_in),
                        "out": plain(each.binding.price_out),
                        "cached": plain(each.binding.price_cached),
                        "cache_write": plain(each.binding.price_written),
                        "call": plain(each.binding.price_call),
                    },
                    "window": each.binding.window,
                    "overhead": plain(each.binding.overhead),
                    "size": plain(each.binding.size),
                    "wrong": each.wrong or None,
                    "check": None if each.name not in asked else asked[each.name].as_json(),
                }
                for each in seen
            ],
        }
    )
