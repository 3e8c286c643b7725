"""Work that is shared among the cores: a function of many seeds, whose results come back in their order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
AT_ONCE = 8  # seeds in a piece


def shared(work: Callable[[int], T], seeds: Iterable[int]) -> list[T]:
    """What `work`, a function of a module, says of each seed. Processes begin anew: no solver's threads are copied."""
    cores = os.cpu_count() or 1
    if cores == 1:
        return [work(seed) for seed in seeds]
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, seeds, chunksize=AT_ONCE))
