"""Linear programs with exact rational data, solved in floating point and certified exactly.

A column is an unknown number, free or >= 0; a row says that a combination of them is >= its right-hand side, or equal to
it. HiGHS finds a vertex. Its numbers are only a hint: they are replaced by near fractions with small denominators, or,
where that fails, by the exact solution of the equations that hold at the vertex; what is handed out satisfies every row
exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from aalpl.cost.potentials.frames import Frame, is_slack, positive
from aalpl.cost.potentials.work import TooLarge, Work
from aalpl.program.size import Monomial, Size
from aalpl.program.size.atoms import times

if TYPE_CHECKING:
    import flint
    import highspy
    from numpy import ndarray

CONSTANT = -1  # the column of what has no unknown in it
COLUMNS, ENTRIES = 6000, 60_000
# what an entry costs, and a solution; how many numbers are changed by pivots at the cost of 1
ENTRY, SOLVED, PIVOT = 4, 600, 16
PIVOTS = 3000
SNAPS = (1, 60, 2520, 100_000)
NEAR = 1e-7

Number = int | Fraction


@attrs.define(eq=False)
class Program:
    """Columns of (row, coefficient); rows with their right-hand sides; which columns are free, which rows equations."""

    work: Work = attrs.field(factory=Work)
    columns: list[dict[int, Number]] = attrs.field(factory=list)
    free: list[bool] = attrs.field(factory=list)
    right: list[Number] = attrs.field(factory=list)
    equation: list[bool] = attrs.field(factory=list)
    entries: int = 0
    _solver: highspy.Highs | None = None

    def unknown(self, free: bool = True) -> int:
        """A new column."""
        self.columns.append({})
        self.free.append(free)
        if len(self.columns) > COLUMNS:
            raise TooLarge
        return len(self.columns) - 1

    def nonnegative(self, form: Mapping[int, Size], frame: Frame, degree: int) -> None:
        """Ask that a size with unknown coefficients (by column) is >= 0, because all its terms in slacks are, after
        multiples of the extra facts of the frame and of their products were taken away."""
        rows: dict[Monomial, int] = {}
        for column, size in form.items():
            self._enter(column, size, rows, 1)
        products = _products(frame, rows, degree, self.work)
        for product in products:
            self._enter(self.unknown(free=False), product, rows, -1)

    def _enter(self, column: int, size: Size, rows: dict[Monomial, int], sign: int) -> None:
        under = size.under
        self.work.pay(ENTRY * len(size.whole) + 1)
        for monomial, value in size.whole.items():
            number: Number = sign * value if under == 1 else Fraction(sign * value, under)
            row = rows.get(monomial)
            if row is None:
                row = rows[monomial] = len(self.right)
                self.right.append(0)
                self.equation.append(not positive(monomial))
            if column == CONSTANT:
                self.right[row] -= number
            else:
                self.columns[column][row] = number
                self.entries += 1
        if self.entries > ENTRIES:
            raise TooLarge

    # -- solving ---------------------------------------------------------------------------------------------------

    def least(self, objective: Mapping[int, float]) -> list[Number] | None:
        """Values of the columns that make the objective small, certified; None where there are none, or none found."""
        if not self.columns:
            return [] if self.holds([]) else None
        if self.work.spent:
            return None
        found = self._run(objective)
        if found is None or not self._paid():
            return None
        for denominator in SNAPS:
            snapped = _snapped(found, denominator)
            if snapped is not None and self.holds(snapped):
                return snapped
        return self._vertex()

    def _paid(self) -> bool:
        """Whether there was enough work left for what the solver did."""
        assert self._solver is not None
        pivots = self._solver.getInfo().simplex_iteration_count
        self.work.left -= SOLVED + self.entries // 2 + pivots * len(self.right) // PIVOT
        return not self.work.spent

    def holds(self, values: Sequence[Number]) -> bool:
        """Whether the values satisfy everything, exactly."""
        totals: list[Number] = [-right for right in self.right]
        for column, value in enumerate(values):
            if value:
                if value < 0 and not self.free[column]:
                    return False
                for row, entry in self.columns[column].items():
                    totals[row] += entry * value
        return all(
            not total if equation else total >= 0
            for total, equation in zip(totals, self.equation, strict=True)
        )

    def _run(self, objective: Mapping[int, float]) -> list[float] | None:
        import highspy
        import numpy

        width = len(self.columns)
        costs = numpy.zeros(width)
        for column, cost in objective.items():
            costs[column] = cost
        if self._solver is None:
            self._solver = self._model(costs)
        else:
            self._solver.changeColsCost(width, numpy.arange(width, dtype=numpy.int32), costs)
        most = PIVOT * (self.work.left - self.work.kept) // max(1, len(self.right))
        self._solver.setOptionValue("simplex_iteration_limit", max(1, min(PIVOTS, most)))
        self._solver.run()
        status = self._solver.getModelStatus()
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            self._solver.changeColsCost(width, numpy.arange(width, dtype=numpy.int32), numpy.zeros(width))
            self._solver.run()
            status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        return list(self._solver.getSolution().col_value)

    def _model(self, costs: ndarray) -> highspy.Highs:
        import highspy
        import numpy

        lp = highspy.HighsLp()
        width, height = len(self.columns), len(self.right)
        lp.num_col_, lp.num_row_ = width, height
        lp.col_cost_ = costs
        infinity = highspy.kHighsInf
        lp.col_lower_ = numpy.where(numpy.array(self.free, dtype=bool), -infinity, 0.0)
        lp.col_upper_ = numpy.full(width, infinity)
        right = numpy.array([float(value) for value in self.right])
        lp.row_lower_ = right
        lp.row_upper_ = numpy.where(numpy.array(self.equation, dtype=bool), right, infinity)
        starts, rows, values = [0], list[int](), list[float]()
        for column in self.columns:
            rows += column.keys()
            values += map(float, column.values())
            starts.append(len(rows))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = numpy.array(starts, dtype=numpy.int32)
        lp.a_matrix_.index_ = numpy.array(rows, dtype=numpy.int32)
        lp.a_matrix_.value_ = numpy.array(values)
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("presolve", "off")  # small programs; undoing it may print
        solver.setOptionValue("threads", 1)
        solver.passModel(lp)
        return solver

    def _vertex(self) -> list[Number] | None:
        """The exact solution of the equations that hold at the vertex that was found."""
        import highspy

        if self._solver is None:
            return None
        basis = self._solver.getBasis()
        basic = highspy.HighsBasisStatus.kBasic
        chosen = [j for j, status in enumerate(basis.col_status) if status == basic]
        active = [i for i, status in enumerate(basis.row_status) if status != basic]
        solved = _solved([self.columns[j] for j in chosen], active, self.right)
        if solved is None:
            return None
        values: list[Number] = [0] * len(self.columns)
        for column, value in zip(chosen, solved, strict=True):
            values[column] = value
        return values if self.holds(values) else None


def _products(frame: Frame, rows: Mapping[Monomial, int], degree: int, work: Work) -> list[Size]:
    """The extra facts, times slacks and each other up to a degree."""
    facts = [fact for fact in frame.extras if fact.whole]
    if not facts:
        return []
    slacks = {atom for monomial in rows for atom, _ in monomial if is_slack(atom)}
    slacks |= {atom for fact in facts for atom in fact.atoms() if is_slack(atom)}
    ones: list[Monomial] = [((atom, 1),) for atom in sorted(slacks, key=str)]
    below = {atom for monomial in rows for atom, exponent in monomial if exponent < 0 and is_slack(atom)}
    ones += [((atom, -1),) for atom in sorted(below, key=str)]
    level = list(facts)
    found = list(facts)
    terms = sum(len(fact.whole) for fact in facts)
    for _ in range(degree - 1):
        here = sum(len(fact.whole) for fact in level)
        work.pay(4 * here * len(ones) + here * terms)
        level = [_scaled(fact, one) for fact in level for one in ones] + [
            left * right for i, left in enumerate(facts) for right in level[i:]
        ]
        found += level
        if len(found) > 400:
            break
    return list(dict.fromkeys(found))


def _scaled(size: Size, monomial: Monomial) -> Size:
    return Size({times(m, monomial): value for m, value in size.whole.items()}, size.under)


def _snapped(values: Sequence[float], denominator: int) -> list[Number] | None:
    """Near fractions; None where one is not near."""
    result: list[Number] = []
    for value in values:
        nearest = round(value)
        if abs(value - nearest) <= NEAR:
            result.append(nearest)
            continue
        fraction = Fraction(value).limit_denominator(denominator)
        if abs(float(fraction) - value) > NEAR * max(1.0, abs(value)):
            return None
        result.append(fraction)
    return result


def _solved(
    columns: Sequence[Mapping[int, Number]], active: Sequence[int], right: Sequence[Number]
) -> list[Fraction] | None:
    """The solution of a square system, exactly."""
    import flint

    if len(columns) != len(active) or len(columns) > 300:
        return None
    place = {row: i for i, row in enumerate(active)}
    matrix = flint.fmpq_mat(len(active), len(columns))
    for j, column in enumerate(columns):
        for row, value in column.items():
            if row in place:
                matrix[place[row], j] = _fmpq(value)
    goal = flint.fmpq_mat(len(active), 1)
    for i, row in enumerate(active):
        goal[i, 0] = _fmpq(right[row])
    try:
        solution = matrix.solve(goal)
    except ZeroDivisionError:
        return None
    return [Fraction(int(x.p), int(x.q)) for x in (solution[i, 0] for i in range(len(columns)))]


def _fmpq(value: Number) -> flint.fmpq:
    import flint

    exact = Fraction(value)
    return flint.fmpq(exact.numerator, exact.denominator)
