"""The simulator: answers every request by itself, from a seed, within contracts and hypotheses."""

from aalpl.run.sim.world import ADVERSARIES, World, preferences

__all__ = ["ADVERSARIES", "World", "preferences"]
