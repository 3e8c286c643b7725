"""Deliberate faults in the solvers: a piece of a function's source is replaced while a test runs.

A fault names a function and what is written wrongly in it. The faulty function takes the place of the right one wherever it
was imported to; caches are emptied before and after, so that nothing that was derived with it stays.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from importlib import import_module
from types import ModuleType
from typing import Any

import attrs


@attrs.frozen
class Fault:
    """In the function `module:name` (or `module:Class.name`) `old` is replaced by `new`; `says` what is wrong then."""

    says: str
    function: str
    old: str
    new: str
    seen: tuple[str, ...] = ()  # programs of the corpus whose bounds go wrong


@contextmanager
def applied(fault: Fault) -> Iterator[None]:
    """The solvers with the fault, as long as the block lasts."""
    where, _, name = fault.function.partition(":")
    module = import_module(where)
    owner, right = _found(module, name)
    places = [(owner, name.rsplit(".", 1)[-1], right)] if inspect.isclass(owner) else list(_places(right))
    wrong = _faulty(module, right, fault)
    _forget()
    try:
        for place, attribute, _ in places:
            setattr(place, attribute, wrong)
        yield
    finally:
        for place, attribute, old in places:
            setattr(place, attribute, old)
        _forget()


def _found(module: ModuleType, name: str) -> tuple[Any, Any]:
    owner: Any = module
    for part in name.split(".")[:-1]:
        owner = getattr(owner, part)
    last = name.rsplit(".", 1)[-1]
    return owner, vars(owner)[last]


def _faulty(module: ModuleType, right: Any, fault: Fault) -> Callable[..., Any]:
    plain = inspect.unwrap(right.func if hasattr(right, "func") else right)
    source = textwrap.dedent(inspect.getsource(plain))
    assert source.count(fault.old) == 1, (
        f"{fault.function} has {fault.old!r} not once: a fault that is out of date"
    )
    scope: dict[str, Any] = {}
    exec(compile(source.replace(fault.old, fault.new), f"<{fault.says}>", "exec"), vars(module), scope)
    return scope[plain.__name__]  # type: ignore[no-any-return]


def _places(function: Any) -> Iterator[tuple[ModuleType, str, Any]]:
    """Where the function is known under a name."""
    for name, module in list(sys.modules.items()):
        if name.startswith("aalpl."):
            yield from (
                (module, key, value) for key, value in list(vars(module).items()) if value is function
            )


def _forget() -> None:
    """Empties all caches of ours."""
    for name, module in list(sys.modules.items()):
        if name.startswith("aalpl."):
            for each in vars(module).values():
                for inner in vars(each).values() if inspect.isclass(each) else (each,):
                    if isinstance(inner, _lru_cache_wrapper):
                        inner.cache_clear()
