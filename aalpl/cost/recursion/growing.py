"""Bounds of divide and conquer as values: F(x) = A a^(log_b x) + sum_k c_k x^k + c x^e log_b x, and whether F grows."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import attrs

from aalpl.cost.recursion.approximate import log_between, power_between
from aalpl.cost.recursion.levels import log
from aalpl.program.size import ZERO, Size, const, power


@attrs.frozen
class Shape:
    """F: `lead` is A, `number` a; `critical` the e with a = b^e where there is one (else `logarithmic`, c, is 0)."""

    number: Fraction
    base: Fraction
    critical: int | None
    lead: Fraction
    powers: Mapping[int, Fraction]
    logarithmic: Fraction

    def rest(self, x: Fraction, logs: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
        """F(x) without its leading term, from below and from above."""
        plain = sum((c * x**k for k, c in self.powers.items()), Fraction(0))
        if self.critical is None or not self.logarithmic:
            return plain, plain
        ends = [plain + self.logarithmic * x**self.critical * each for each in logs]
        return min(ends), max(ends)

    def size(self, x: Size) -> Size:
        """F(x)."""
        levels = log(x, const(self.base))
        result = ZERO
        if self.critical is not None:
            result = result + const(self.lead) * x**self.critical
            if self.logarithmic:
                result = result + const(self.logarithmic) * x**self.critical * levels
        elif self.lead:
            result = result + const(self.lead) * power(const(self.number), levels)
        for k, factor in self.powers.items():
            result = result + const(factor) * x**k
        return result


def increasing(shape: Shape, start: Fraction) -> bool:
    """Whether F grows for x >= start >= 1: what falls is outweighed by what grows with at least the same power.

    The derivative of c x^k is k c x^(k-1). That of x^e log_b x is e x^(e-1) log_b x + x^(e-1)/ln b, not negative; from
    above, ln x <= x/2.71 and 1/ln b <= 1.443, so it is at most (0.54 e + 1.443/start) x^e."""
    exponent = (
        Fraction(shape.critical) if shape.critical is not None else log_between(shape.number, shape.base)[0]
    )
    slopes = [(Fraction(k), k * c) for k, c in shape.powers.items()]
    slopes.append((exponent, exponent * shape.lead))
    if shape.logarithmic < 0:
        steep = (Fraction(54, 100) * exponent + Fraction(1443, 1000) / start) * _per_log(shape.base)
        slopes.append((exponent + 1, steep * shape.logarithmic))
    else:
        slopes.append((exponent, _least_steep(shape.base, exponent, start) * shape.logarithmic))
    falling = [(k, -slope) for k, slope in slopes if slope < 0]
    if not falling:
        return True
    top = max(k for k, _ in falling)
    down = sum(slope / _power(start, top - k)[0] for k, slope in falling)
    up = sum(slope * _power(start, k - top)[0] for k, slope in slopes if slope > 0 and k >= top)
    return up >= down


def convex(shape: Shape, start: Fraction) -> bool:
    """Whether F is convex for x >= start >= 1: every term is."""
    if shape.logarithmic < 0 or (shape.logarithmic and shape.critical == 0):
        return False
    if any(c < 0 for k, c in shape.powers.items() if k > 1):
        return False
    return shape.lead >= 0 or shape.critical in (0, 1)


def _least_steep(base: Fraction, exponent: Fraction, start: Fraction) -> Fraction:
    """At most e log_b x + 1/ln b for x >= start; 1/ln 2 >= 1.44."""
    per = log_between(Fraction(2), base)[0] * Fraction(144, 100)
    return exponent * log_between(start, base)[0] + per


def _per_log(base: Fraction) -> Fraction:
    """At least ln 2 / ln b."""
    return 1 / log_between(base, Fraction(2))[0] if base < 2 else Fraction(1)


def _power(base: Fraction, exponent: Fraction) -> tuple[Fraction, Fraction]:
    return power_between(base, (exponent, exponent))
