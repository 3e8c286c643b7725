"""Bounds for any number of wrong answers: lists of answers and of numbers beside them, all but a few rows taken together.

How many wrong answers to one question there are, nobody knows, so tables of them have no finite shape. Here a table is
the rows that matter, each by itself, and the others in sum (`rows.py`); a draw that gives a wrong answer gives a new one,
or takes one row out of the others. Loops over the rows take them in any order, and each of the others has any number that
the sum leaves. So the program becomes a transition system over integers with finitely many locations
(`locations.py`), what holds in them is guessed from runs and proved (`invariants.py`), and the walk that counts right and
wrong draws alone bounds the probability and the calls (`bounds.py`).
"""
