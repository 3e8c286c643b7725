"""Who answers: one module for each kind of backend, found by name."""

from __future__ import annotations
