"""Functions that call themselves: one activation for an arbitrary entry gives a recurrence, and solvers give its bounds."""
