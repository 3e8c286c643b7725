"""How probably a result is right (semantics 13), from how probably each call is, derived from the program alone.

A text is abstracted to where it came from: it is the right answer to a question, or a wrong one, and equal questions
have equal right answers (with `rivals 1` equal wrong ones too). Everything else of a program is followed as it is, ints
as sizes. So a program becomes a probabilistic program over integers and finitely many shapes (`machine.py`), cut at the
heads of its loops (`system.py`); the probability of ending with a right value is found per loop, from the inside out, as
a formula (`solvers`), or at given numbers by the exact distribution (`finite.py`). `success.py` is the front door.
"""
