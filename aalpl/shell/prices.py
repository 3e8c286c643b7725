"""Prices that nobody gave: from the package genai-prices where it is installed, as it stands in that release.

Nothing is fetched. A price that depends on how long a prompt is (tiers) is only taken where the model's window keeps all
prompts in the first tier; otherwise it stays unknown, as everything does that the package does not know.
"""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import attrs

from aalpl.live.binding import Binding
from aalpl.shell.models import Models


def source() -> str | None:
    """The package and its release; None where it is not installed."""
    try:
        return f"genai-prices {version('genai-prices')}, as of {datetime.now(tz=UTC):%Y-%m-%d}"
    except PackageNotFoundError:
        return None


def priced(binding: Binding) -> Binding:
    """The binding with prices where it has neither; as it is where the package is missing or knows nothing."""
    if binding.model is None or binding.price_in is not None or binding.price_out is not None:
        return binding
    found = _prices(binding)
    if found is None:
        return binding

    def price(name: str) -> Fraction | None:
        return _price(getattr(found, name, None), binding.window)

    return attrs.evolve(
        binding,
        price_in=price("input_mtok"),
        price_out=price("output_mtok"),
        price_cached=price("cache_read_mtok"),
        price_written=price("cache_write_mtok"),
    )


def with_cache(binding: Binding) -> Binding:
    """With the price of what goes into a cache, where the provider's rule for it is known: Anthropic bills 5/4 of `in`."""
    if binding.backend != "anthropic" or binding.price_in is None or binding.price_written is not None:
        return binding
    return attrs.evolve(binding, price_written=binding.price_in * Fraction(5, 4))


def completed(models: Models) -> Models:
    """The models of a file, with the prices that it leaves out; both sources are told."""
    bindings = {name: priced(binding) for name, binding in models.bindings.items()}
    if bindings == models.bindings:
        return models
    return attrs.evolve(models, bindings=bindings, source="; ".join(filter(None, (models.source, source()))))


def _prices(binding: Binding) -> Any:
    """What the package says of a model: by its provider, or by the address where that is the provider's."""
    try:
        from genai_prices.data_snapshot import get_snapshot
    except ImportError:
        return None
    where = (
        {"provider_id": binding.backend} if binding.address is None else {"provider_api_url": binding.address}
    )
    wanted = {"provider_id": None, "provider_api_url": None} | where
    try:
        _, model = get_snapshot().find_provider_model(binding.model, None, **wanted)
    except LookupError:
        return None
    return model.get_prices(datetime.now(tz=UTC))


def _price(value: Any, window: int | None) -> Fraction | None:
    if value is None:
        return None
    if hasattr(value, "tiers"):
        first = min((tier.start for tier in value.tiers), default=None)
        if first is not None and (window is None or window > first):
            return None
        value = value.base
    return Fraction(value)
