"""Properties of values that never change, worked out once: `functools.cached_property` without its lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Found = TypeVar("Found")


class once(Generic[Found]):
    """A property that is worked out when it is first asked for, and then found in the instance."""

    def __init__(self, function: Callable[[Any], Found]) -> None:
        self.function = function
        self.name = function.__name__
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type) -> Found:
        found = instance.__dict__[self.name] = self.function(instance)
        return found
