"""Runs against models that answer over time: many calls at once, limits, budgets, a journal."""

from __future__ import annotations
