"""What branches that ran at the same time did, put together in the order of the program.

While it runs, every branch writes its events down by itself. Afterwards they are told to the meter as if the branches
had run one after the other, so that digests, spans and cached prefixes do not depend on who was first.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import attrs

from aalpl.run.drive import Request, drive
from aalpl.run.meter import BATCH, Event, Meter, side_by_side

Emit = Callable[[Request, int], None]


@attrs.frozen(slots=True)
class Emitted:
    """An event that its site tells the meter by itself (families, conversations)."""

    emit: Emit
    request: Request
    written: int


@attrs.frozen(slots=True)
class Forked:
    """Branches, and how many of them could run at a time."""

    branches: tuple[Record, ...]
    workers: int | None


Record = list[Event | Emitted | Forked]
"""What one branch did, in order."""


def retell(record: Record, meter: Meter) -> None:
    """Tells the meter everything."""
    drive(_told(record, meter), ())


def _told(record: Record, meter: Meter) -> Generator[Any, Any, None]:
    for item in record:
        match item:
            case Emitted(emit, request, written):
                emit(request, written)
            case Forked(branches, workers):
                request = (0, 0, len(branches) - 1, workers, _teller(branches, meter))
                yield (0, side_by_side(request, meter))
            case event:
                meter.log.append(event)
                if len(meter.log) >= BATCH:
                    meter.flush()


def _teller(branches: tuple[Record, ...], meter: Meter) -> Callable[[int], Generator[Any, Any, None]]:
    return lambda i: _told(branches[i], meter)
