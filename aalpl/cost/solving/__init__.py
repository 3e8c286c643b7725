"""The inverse question: the smallest or largest whole number for which a condition on what is derived holds.

Formulas are evaluated as balls (numbers with an error bound), so a comparison is decided or known to be open. A formula
in which the number occurs once is turned round step by step; the number that it gives is checked like one that was
searched for: by the condition at it and at its neighbour.
"""
