"""Bounds that hold but for a small probability delta, where the worst case may be infinite.

`ending.py` finds loops of which every round is the last one with some probability, whatever happened before; `front.py`
puts such bounds, and those of sums of independent draws, into the exact form of a quantity.
"""
