"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def ascii_only(function: F) -> F:
    """`--ascii`: the front door has read it already; here it is only declared."""
    option = click.option(
        "--ascii", is_flag=True, expose_value=False, help="Draw with ASCII characters only."
    )
    return option(function)


def strict(function: F) -> F:
    """`--strict`: warnings fail too."""
    return click.option("--strict", is_flag=True, help="Warnings fail too.")(function)
