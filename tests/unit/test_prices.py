"""Prices from the package genai-prices: taken as they stand, with their source; what it does not know is unknown."""

from __future__ import annotations

import sys
from decimal import Decimal
from fractions import Fraction
from types import ModuleType, SimpleNamespace
from typing import Any

import attrs
import pytest

from aalpl.live.binding import Binding
from aalpl.shell import prices
from aalpl.shell.models import Models

PRICES = SimpleNamespace(
    input_mtok=Decimal("0.25"),
    output_mtok=Decimal("2"),
    cache_read_mtok=Decimal("0.025"),
    cache_write_mtok=None,
)
TIERED = SimpleNamespace(
    input_mtok=SimpleNamespace(base=Decimal("3"), tiers=[SimpleNamespace(start=200_000, price=Decimal("6"))]),
    output_mtok=Decimal("15"),
)
SMALL = Binding(backend="openai", model="small")


class Snapshot:
    """The part of the package's snapshot that is asked; remembers how."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def find_provider_model(self, model: str, provider: None, **where: Any) -> tuple[None, Any]:
        self.asked.append(where)
        if model not in ("small", "tiered"):
            raise LookupError(model)
        return None, SimpleNamespace(get_prices=lambda when: PRICES if model == "small" else TIERED)


@pytest.fixture
def snapshot(monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    found = Snapshot()
    package, module = ModuleType("genai_prices"), ModuleType("genai_prices.data_snapshot")
    module.get_snapshot = lambda: found  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "genai_prices", package)
    monkeypatch.setitem(sys.modules, "genai_prices.data_snapshot", module)
    return found


def test_prices_are_exact(snapshot: Snapshot) -> None:
    found = prices.priced(SMALL)
    assert (found.price_in, found.price_out, found.price_cached) == (Fraction(1, 4), 2, Fraction(1, 40))
    assert found.price_written is None
    assert snapshot.asked == [{"provider_id": "openai", "provider_api_url": None}]


def test_what_the_file_says_wins(snapshot: Snapshot) -> None:
    given = attrs.evolve(SMALL, price_in=Fraction(9))
    assert prices.priced(given) is given
    assert not snapshot.asked


def test_an_address_decides_whose_prices_they_are(snapshot: Snapshot) -> None:
    prices.priced(attrs.evolve(SMALL, address="https://llm.example/v1"))
    assert snapshot.asked == [{"provider_id": None, "provider_api_url": "https://llm.example/v1"}]


def test_unknown_models_have_unknown_prices(snapshot: Snapshot) -> None:
    assert prices.priced(attrs.evolve(SMALL, model="nobody's")).price_in is None


@pytest.mark.parametrize(("window", "price"), [(None, None), (400_000, None), (200_000, 3)])
def test_a_price_that_depends_on_the_prompt_needs_a_window(
    snapshot: Snapshot, window: int | None, price: int | None
) -> None:
    found = prices.priced(attrs.evolve(SMALL, model="tiered", window=window))
    assert found.price_in == price
    assert found.price_out == 15


def test_without_the_package_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices.data_snapshot", None)
    assert prices.priced(SMALL) is SMALL


def test_a_file_of_models_is_completed_and_both_sources_are_told(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prices, "source", lambda: "a package")
    given = Models({"a": attrs.evolve(SMALL, price_in=Fraction(9)), "b": SMALL}, source="a list")
    found = prices.completed(given)
    assert found.of("a") == given.of("a")
    assert found.of("b").price_out == 2
    assert found.source == "a list; a package"
    only = Models({"a": given.of("a")}, source="a list")
    assert prices.completed(only) is only


def test_what_goes_into_a_cache_is_never_billed_at_less_than_the_provider_does() -> None:
    known = Binding(backend="anthropic", price_in=Fraction(4), price_out=Fraction(20))
    assert prices.with_cache(known).price_written == 5
    assert prices.with_cache(attrs.evolve(known, price_written=Fraction(9))).price_written == 9
    assert prices.with_cache(attrs.evolve(known, price_in=None)).price_written is None
    assert prices.with_cache(attrs.evolve(known, backend="openai")).price_written is None
