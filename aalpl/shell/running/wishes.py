"""The options of a run on real models: who answers, what it may take, whether it may ask."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

import attrs
import click

from aalpl.live.purse import Budgets
from aalpl.shell.failure import Failure

F = TypeVar("F", bound=Callable[..., Any])

SECONDS = {"ms": Fraction(1, 1000), "s": Fraction(1), "m": Fraction(60), "h": Fraction(3600), "": Fraction(1)}

OPTIONS = (
    click.option("--models", metavar="models.toml", help="What stands behind the models: backends, prices, limits."),
    click.option("--max-cost", metavar="2.50", help="The most that the run may cost, in the currency of the prices."),
    click.option("--max-calls", type=click.IntRange(0), metavar="N", help="The most calls that it may pay for."),
    click.option("--max-tokens", type=click.IntRange(0), metavar="N", help="The most tokens, read and written."),
    click.option("--deadline", metavar="90s|15m|2h", help="How long it may take."),
    click.option("--ask-above", default="1", show_default=True, metavar="1.00", help="Ask before a run that may cost more."),
    click.option("--yes", is_flag=True, help="Do not ask."),
    click.option("--both-ways", is_flag=True, help="Ask comparators in both orders too, and tell how often they agree."),
    click.option("--env-file", metavar=".env", help="Look keys up in this file too."),
)  # fmt: skip


@attrs.frozen
class Wishes:
    """What the options say. `seconds` is the deadline."""

    models: str | None = None
    max_cost: Fraction | None = None
    max_calls: int | None = None
    max_tokens: int | None = None
    seconds: Fraction | None = None
    ask_above: Fraction = Fraction(1)
    yes: bool = False
    env_file: str | None = None
    both_ways: bool = False

    @property
    def limited(self) -> bool:
        """Whether a budget is given."""
        given = (self.max_cost, self.max_calls, self.max_tokens, self.seconds)
        return any(each is not None for each in given)

    def budgets(self, now: float) -> Budgets:
        """The budgets, the deadline as a time of the clock that says `now`."""
        until = None if self.seconds is None else now + float(self.seconds)
        return Budgets(self.max_calls, self.max_tokens, self.max_cost, until)

    def words(self, name: str, currency: str) -> str:
        """A budget as a person knows it."""
        match name:
            case "calls":
                return f"the budget of {self.max_calls:,} calls"
            case "tokens":
                return f"the budget of {self.max_tokens:,} tokens"
            case "cost":
                return f"the budget of {amount(self.max_cost or Fraction(0))} {currency}"
            case _:
                return f"the time of {float(self.seconds or 0):g} seconds"


def live(function: F) -> F:
    """The options, on a command."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function


def wishes(
    models: str | None, max_cost: str | None, max_calls: int | None, max_tokens: int | None, deadline: str | None,
    ask_above: str, yes: bool, env_file: str | None, both_ways: bool,
) -> Wishes:  # fmt: skip
    """The options as values; fails on what is no amount and no time."""
    return Wishes(
        models,
        None if max_cost is None else _amount(max_cost, "--max-cost"),
        max_calls,
        max_tokens,
        None if deadline is None else _seconds(deadline),
        _amount(ask_above, "--ask-above"),
        yes,
        env_file,
        both_ways,
    )


def amount(money: Fraction) -> str:
    """Money as people read it: at least two digits behind the point, more where the first of them are 0."""
    number = float(money)
    if money == 0 or abs(number) >= 1:
        return f"{number:,.2f}"
    return f"{number:.4f}" if abs(number) >= 0.001 else f"{number:.2g}"


def _amount(text: str, option: str) -> Fraction:
    if not re.fullmatch(r"\d+(\.\d+)?|\.\d+", text.strip()):
        raise Failure(f"`{option} {text}` is no amount of money", f"write `{option} 2.50`", code="bad-amount")
    return Fraction(text.strip())


def _seconds(text: str) -> Fraction:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|)", text.strip())
    if found is None:
        raise Failure(f"`--deadline {text}` is no time", "write `90s`, `15m` or `2h`", code="bad-amount")
    return Fraction(found[1]) * SECONDS[found[2]]
