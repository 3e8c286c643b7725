"""Runs on real models: who answers, what it may cost, how it goes, what it did cost."""

from __future__ import annotations
