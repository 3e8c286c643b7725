"""Shapes of loops and recursions, with what a person would expect of an analysis of each.

`worst` and `best` say how close a bound must be: a number is the factor that it may be off from what brute force finds
(1: tight; one call beside it is forgiven where the factor is not 1); `rounds` asks for a bound in the number of rounds of
a loop, `open` for none at all, `infinite` for none because some run never ends. Costs are calls; nothing is annotated.
"""

from __future__ import annotations

from typing import Literal

import attrs

Wanted = float | Literal["rounds", "open", "infinite"]


@attrs.frozen
class Shape:
    """A program whose last function is asked about, and the values to compare at: for each parameter low..high."""

    name: str
    text: str
    worst: Wanted = 1
    best: Wanted = 1
    low: int = -2
    high: int = 5


HEADER = "llm step() -> text[0]  size 1\n"


def shape(text: str, worst: Wanted = 1, best: Wanted = 1, low: int = -2, high: int = 5) -> Shape:
    """A shape, named after its last function."""
    name = text.rsplit("def ", 1)[1].split("(")[0]
    return Shape(name, HEADER + text, worst, best, low, high)


COUNTED = (
    shape("""
def nested_square(n: int):
    for i in 1..n do
        for j in 1..n do
            step()
"""),
    shape("""
def above_the_diagonal(n: int):
    for i in 0..n-1 do
        for j in i+1..n-1 do
            step()
"""),
    shape("""
def three_deep(n: int):
    for i in 1..n do
        for j in 1..i do
            for k in 1..j do
                step()
"""),
    shape("""
def band(n: int, m: int):
    for i in 1..n do
        for j in i..i+m do
            step()
"""),
    shape("""
def stride_of_three(a: int, b: int):
    for i in a..b by 3 do
        step()
"""),
    shape("""
def stride_inside(n: int):
    for i in 1..n do
        for j in 1..i by 2 do
            step()
"""),
    shape("""
def all_in_range(a: int, b: int):
    for i in a..b do
        for j in 0..i do
            step()
"""),
    shape("""
def only_even(n: int):
    for i in 1..n do
        if i mod 2 = 0 then
            step()
"""),
    shape("""
def first_half(n: int):
    for i in 1..n do
        if 2*i <= n then
            step()
        else
            skip
"""),
    shape("""
def skips_the_diagonal(n: int):
    for i in 1..n do
        for j in 1..n do
            if i != j then
                step()
"""),
    shape("""
def grows_inside(n: int):
    m <- 0
    for i in 1..n do
        m <- m + i
        for j in 1..m do
            step()
"""),
    shape("""
def doubles_inside(n: int):
    m <- 1
    for i in 1..n do
        m <- 2*m
    for j in 1..m do
        step()
"""),
    shape(
        """
def fibonacci_many(n: int):
    a, b <- 0, 1
    for i in 1..n do
        a, b <- b, a + b
    for j in 1..a do
        step()
""",
        worst=1.5,
        best=1.5,
    ),
    shape("""
def leaves_early(n: int, m: int):
    for i in 1..n do
        step()
        if i = m then
            return
"""),
    shape("""
def leaves_at_will(n: int):
    for i in 1..n do
        step()
        if * then
            return
"""),
)

WHILES = (
    shape(
        """
def down_to_five(x: int):
    while x > 5 do
        step()
        x <- x - 1
""",
        low=-2,
        high=12,
    ),
    shape(
        """
def up_by_seven(x: int, y: int):
    while x < y do
        step()
        x <- x + 7
""",
        low=-10,
        high=12,
    ),
    shape("""
def until_not_less(x: int, y: int):
    repeat
        step()
        x <- x + 1
    until x >= y
"""),
    shape("""
def both_ends(x: int, y: int):
    while x < y do
        step()
        x <- x + 1
        y <- y - 1
"""),
    shape(
        """
def fast_or_slow(x: int):
    while x > 0 do
        step()
        if * then x <- x - 1 else x <- x - 3
""",
        high=9,
    ),
    shape("""
def either_of_two_ends(x: int, y: int):
    while x > 0 or y > 0 do
        step()
        if x > 0 then x <- x - 1 else y <- y - 1
"""),
    shape(
        """
def third_of_it(x: int):
    while x > 0 do
        step()
        x <- x / 3
""",
        low=-2,
        high=30,
    ),
    shape(
        """
def doubling_up(x: int, y: int):
    if x > 0 then
        while x < y do
            step()
            x <- 2*x
""",
        high=17,
    ),
    shape(
        """
def halving_inside(n: int):
    for i in 1..n do
        j <- i
        while j > 1 do
            step()
            j <- j / 2
""",
        worst=1.6,
        best=3,
        high=12,
    ),
    shape(
        """
def square_root(n: int):
    i, sum_ <- 0, 0
    while sum_ < n do
        step()
        i <- i + 1
        sum_ <- sum_ + i
""",
        worst=1.6,
        best=2,
        high=30,
    ),
    shape(
        """
def counts_to_square(n: int):
    i <- 0
    while i*i < n do
        step()
        i <- i + 1
""",
        worst=1.6,
        best=2,
        high=30,
    ),
    shape("""
def until_flag(x: int):
    done <- 0
    while done = 0 do
        step()
        x <- x - 1
        if x <= 0 then
            done <- 1
"""),
    shape(
        """
def constant_step(x: int, s: int):
    if s > 0 then
        while x > 0 do
            step()
            x <- x - s
""",
        worst=2,
        best=2,
    ),
    shape(
        """
def accelerating(x: int):
    s <- 1
    while x > 0 do
        step()
        x <- x - s
        s <- s + 1
""",
        worst=2.5,
        best=3,
        high=25,
    ),
    shape(
        """
def drains_by_choice(x: int, y: int):
    while x > 0 do
        step()
        x <- x - (any int in 1..3)
        y <- y + 1
""",
        high=8,
    ),
    shape("""
def stays_or_goes(x: int):
    while x > 0 and * do
        step()
        x <- x - 1
"""),
    shape(
        """
def negative_side(x: int):
    while x < 0 do
        step()
        x <- x + 1
""",
        low=-8,
        high=3,
    ),
    shape(
        """
def to_zero_from_both(x: int):
    while x > 0 do
        step()
        x <- x - 1
    while x < 0 do
        step()
        x <- x + 1
""",
        low=-6,
    ),
)

AMORTISED = (
    shape("""
def stack_of_calls(n: int):
    depth <- 0
    for i in 1..n do
        step()
        depth <- depth + 1
        while depth > 0 and * do
            step()
            depth <- depth - 1
"""),
    shape("""
def stack_given(n: int, depth: int):
    for i in 1..n do
        depth <- depth + 1
        while depth > 0 and * do
            step()
            depth <- depth - 1
"""),
    shape("""
def two_at_a_time(n: int):
    z <- 0
    for i in 1..n do
        z <- z + 2
        while z > 0 and * do
            z <- z - 1
            step()
"""),
    shape("""
def emptied_each_time(n: int):
    z <- 0
    for i in 1..n do
        z <- z + 3
        while z > 0 do
            z <- z - 1
            step()
"""),
    shape("""
def queue_of_two_stacks(n: int):
    front, back <- 0, 0
    for i in 1..n do
        if * then
            back <- back + 1
        else
            if front <= 0 then
                while back > 0 do
                    step()
                    back <- back - 1
                    front <- front + 1
            if front > 0 then
                front <- front - 1
"""),
    shape(
        """
def dynamic_table(n: int):
    size_, used <- 1, 0
    for i in 1..n do
        if used = size_ then
            for j in 1..used do
                step()
            size_ <- 2*size_
        used <- used + 1
""",
        worst=2.1,
        best=2.1,
        high=9,
    ),
    shape(
        """
def budget_by_hand(n: int, b: int):
    left <- b
    for i in 1..n do
        step()
        if * then
            if left > 0 then
                left <- left - 1
                step()
""",
        worst=2,
    ),
    shape("""
def two_pointers(n: int):
    i, j <- 0, 0
    while i < n do
        while j < n and * do
            step()
            j <- j + 1
        i <- i + 1
        step()
"""),
    shape("""
def shared_budget(x: int, n: int):
    for i in 1..n do
        while x > 0 and * do
            step()
            x <- x - 1
"""),
    shape("""
def moves_between(x: int, y: int):
    while x > 0 do
        x <- x - 1
        step()
        while y > 0 and * do
            y <- y - 1
            step()
"""),
    shape("""
def string_matching(n: int, m: int):
    i, matched <- 0, 0
    while i < n do
        if * then
            i <- i + 1
            matched <- matched + 1
            step()
        else
            if matched > 0 then
                matched <- matched - 1
                step()
            else
                i <- i + 1
                step()
"""),
    shape("""
def partition_pass(low: int, high: int):
    while low < high do
        while low < high and * do
            low <- low + 1
            step()
        while low < high and * do
            high <- high - 1
            step()
        if low < high then
            low <- low + 1
"""),
)

PHASES = (
    shape("""
def up_then_down(x: int, n: int):
    while x < n do
        step()
        x <- x + 1
    while x > 0 do
        step()
        x <- x - 1
"""),
    shape("""
def one_feeds_two(x: int):
    y, z <- 0, 0
    while x > 0 do
        x <- x - 1
        y <- y + 1
        z <- z + 2
    while y > 0 do
        y <- y - 1
        step()
    while z > 0 do
        z <- z - 1
        step()
"""),
    shape("""
def product_then_use(n: int, m: int):
    z <- 0
    for i in 1..n do
        for j in 1..m do
            z <- z + 1
    while z > 0 do
        z <- z - 1
        step()
"""),
    shape("""
def reset_every_time(x: int, n: int):
    y <- 0
    while x > 0 do
        step()
        if y < n then
            y <- y + 1
        else
            y <- 0
            x <- x - 1
"""),
    shape(
        """
def reset_to_bound(x: int, y: int, n: int):
    while x > 0 do
        x <- x - 1
        while y > 0 do
            y <- y - 1
            step()
        y <- n
""",
        low=-1,
        high=3,
    ),
    shape("""
def turns_round(x: int, n: int):
    up <- 1
    while x >= 0 do
        step()
        if up = 1 and x < n then
            x <- x + 1
        else
            up <- 0
            x <- x - 1
"""),
    shape(
        """
def three_phases(x: int, y: int, z: int):
    while x > 0 do
        step()
        if z > 0 then
            z <- z - 1
        else
            if y > 0 then
                y <- y - 1
            else
                x <- x - 1
""",
        low=-1,
        high=3,
    ),
    shape(
        """
def falls_later(x: int, y: int):
    while x > 0 do
        step()
        x <- x + y
        y <- y - 1
""",
        worst=6,
        best=4,
    ),
    shape(
        """
def lexicographic(x: int, y: int, n: int):
    while x > 0 and y > 0 do
        step()
        if * then
            y <- y - 1
        else
            x <- x - 1
            y <- n
""",
        worst=1,
        low=-1,
        high=3,
    ),
    shape(
        """
def alternating(x: int, y: int):
    turn <- 0
    while x > 0 and y > 0 do
        step()
        if turn = 0 then
            x <- x - 1
            turn <- 1
        else
            y <- y - 1
            turn <- 0
""",
        worst=2,
        best=2,
    ),
    shape(
        """
def swaps_roles(x: int, y: int):
    while x > 0 and y > 0 do
        step()
        x, y <- y, x - 1
""",
        worst=2,
        best=2,
    ),
)

ALGORITHMS = (
    shape(
        """
def euclid_subtracting(x: int in 1.., y: int in 1..):
    while x != y do
        step()
        if x > y then x <- x - y else y <- y - x
""",
        worst=2,
        best="open",
        low=1,
        high=9,
    ),
    shape(
        """
def euclid_dividing(x: int in 0.., y: int in 0..):
    while y > 0 do
        step()
        x, y <- y, x mod y
""",
        worst=3,
        best="open",
        low=0,
        high=13,
    ),
    shape(
        """
def bisection(n: int):
    low, high <- 0, n
    while low < high do
        step()
        middle <- (low + high) / 2
        if * then high <- middle else low <- middle + 1
""",
        best=2,
        high=17,
    ),
    shape(
        """
def galloping(n: int):
    reach <- 1
    while reach < n and * do
        step()
        reach <- 2*reach
    low, high <- reach / 2, min(reach, n)
    while low < high do
        step()
        middle <- (low + high) / 2
        if * then high <- middle else low <- middle + 1
""",
        worst=3,
        best="open",
        high=17,
    ),
    shape("""
def bubbling(n: int):
    swapped <- 1
    while swapped = 1 and n > 1 do
        swapped <- 0
        for i in 1..n-1 do
            step()
            if * then
                swapped <- 1
        n <- n - 1
"""),
    shape("""
def insertion(n: int):
    for i in 1..n-1 do
        j <- i
        sorted <- 0
        while j > 0 and sorted = 0 do
            step()
            if * then
                j <- j - 1
            else
                sorted <- 1
"""),
    shape(
        """
def selection(n: int):
    for i in 0..n-2 do
        smallest <- i
        for j in i+1..n-1 do
            step()
            if * then
                smallest <- j
""",
        high=6,
    ),
    shape(
        """
def sift_down(root: int in 1.., n: int):
    while 2*root <= n do
        step()
        if * and 2*root + 1 <= n then root <- 2*root + 1 else root <- 2*root
""",
        worst=2,
        best=3,
        low=1,
        high=17,
    ),
    shape(
        """
def heap_building(n: int):
    for i in 1..n/2 do
        root <- n/2 - i + 1
        while 2*root <= n do
            step()
            root <- 2*root
""",
        worst=4,
        best=4,
        high=17,
    ),
    shape(
        """
def merging_two(x: int in 0.., y: int in 0..):
    while x > 0 and y > 0 do
        step()
        if * then x <- x - 1 else y <- y - 1
""",
        low=0,
    ),
    shape(
        """
def power_by_squaring(n: int):
    while n > 0 do
        step()
        if n mod 2 = 1 then
            step()
        n <- n / 2
""",
        worst=2,
        best=2,
        high=17,
    ),
    shape(
        """
def sieve(n: int):
    for p in 2..n do
        for multiple in 2*p..n by p do
            step()
""",
        worst=1.2,
        best=1.2,
        high=20,
    ),
    shape("""
def binary_counter(n: int):
    ones <- 0
    for i in 1..n do
        while ones > 0 and * do
            ones <- ones - 1
            step()
        ones <- ones + 1
        step()
"""),
    shape("""
def first_hit(n: int):
    i, found <- 0, 0
    while i < n and found = 0 do
        step()
        if * then
            found <- 1
        i <- i + 1
"""),
    shape(
        """
def ternary_places(n: int):
    low, high <- 0, n
    while high - low > 2 do
        step()
        third <- (high - low) / 3
        if * then low <- low + third else high <- high - third
""",
        worst=3,
        best="open",
        high=20,
    ),
)

HALVES = (
    shape(
        """
def trailing_zeros(x: int in 1..):
    while x mod 2 = 0 do
        step()
        x <- x/2
""",
        worst=5,
        best=5,
        low=1,
        high=16,
    ),
    shape(
        """
def knockout_with_byes(n: int):
    left <- n
    while left > 1 do
        for i in 1..left/2 do
            step()
        if left mod 2 = 1 then
            left <- left/2 + 1
        else
            left <- left/2
""",
        high=20,
    ),
    shape(
        """
def larger_half_left(n: int):
    while n > 1 do
        for i in 1..n/2 do
            step()
        n <- n - n/2
""",
        high=20,
    ),
    shape(
        """
def overlapping_windows(n: int, w: int in 2..):
    at <- 0
    while at < n do
        step()
        at <- at + w/2
""",
        high=9,
    ),
    shape(
        """
def heap_by_choice(n: int):
    for i in 1..n do
        j <- i
        while j > 1 and * do
            step()
            j <- j/2
    m <- n
    while m > 1 do
        m <- m - 1
        j <- 1
        while 2*j <= m do
            step()
            j <- 2*j
""",
        high=12,
    ),
    shape(
        """
def three_quarters_left(n: int):
    while n > 4 do
        step()
        n <- n - n/4
""",
        worst=2,
        best=3,
        high=20,
    ),
)

RECURSIVE = (
    shape(
        """
def between_two(low: int in 0.., high: int in 0..):
    if high - low > 1 then
        middle <- (low + high)/2
        between_two(low, middle)
        between_two(middle, high)
        i, j <- low, middle
        while i < middle and j < high do
            step()
            if * then i <- i + 1 else j <- j + 1
""",
        best=2,
        low=0,
        high=5,
    ),
    shape("""
def goes_down(n: int):
    if n > 0 then
        step()
        goes_down(n - 1)
"""),
    shape(
        """
def goes_down_by_two(n: int):
    if n > 0 then
        step()
        goes_down_by_two(n - 2)
""",
        high=9,
    ),
    shape("""
def sum_of_all(n: int):
    if n > 0 then
        for i in 1..n do
            step()
        sum_of_all(n - 1)
"""),
    shape("""
def both_children(n: int):
    if n > 0 then
        step()
        both_children(n - 1)
        both_children(n - 1)
"""),
    shape(
        """
def fibonacci_calls(n: int):
    step()
    if n > 1 then
        fibonacci_calls(n - 1)
        fibonacci_calls(n - 2)
""",
        worst=1.2,
        best=1.2,
        high=9,
    ),
    shape(
        """
def half_each(n: int):
    if n > 1 then
        for i in 1..n do
            step()
        half_each(n/2)
        half_each(n - n/2)
""",
        worst=2,
        best=2,
        high=16,
    ),
    shape(
        """
def one_half(n: int):
    if n > 0 then
        step()
        one_half(n/2)
""",
        high=17,
    ),
    shape("""
def hanoi(n: int):
    if n > 0 then
        hanoi(n - 1)
        step()
        hanoi(n - 1)
"""),
    shape("""
def odd_one(n: int):
    if n > 0 then
        step()
        even_one(n - 1)

def even_one(n: int):
    if n > 0 then
        step()
        odd_one(n - 1)
"""),
    shape(
        """
def three_way_b(n: int):
    if n > 0 then
        step()
        three_way_c(n - 1)

def three_way_c(n: int):
    if n > 0 then
        three_way_a(n - 1)

def three_way_a(n: int):
    if n > 0 then
        step()
        step()
        three_way_b(n - 1)
""",
        worst=1.8,
        best=2,
        high=9,
    ),
    shape(
        """
def either_side(n: int):
    if n > 1 then
        step()
        if * then either_side(n/2) else either_side(n - n/2)
""",
        worst=2,
        best=2,
        high=17,
    ),
    shape("""
def split_anywhere(n: int):
    if n > 0 then
        step()
        k <- any int in 0..n-1
        split_anywhere(k)
        split_anywhere(n - 1 - k)
"""),
    shape(
        """
def pivots(n: int):
    if n > 1 then
        for i in 1..n-1 do
            step()
        k <- any int in 0..n-1
        pivots(k)
        pivots(n - 1 - k)
""",
        best="open",
    ),
    shape("""
def stops_at_will(n: int):
    step()
    if n > 0 and * then
        stops_at_will(n - 1)
"""),
    shape("""
def with_an_accumulator(n: int, a: int):
    if n > 0 then
        with_an_accumulator(n - 1, a + n)
    else
        for i in 1..a do
            step()
"""),
    shape(
        """
def depth_first(depth: int, k: int):
    step()
    if depth > 0 then
        for i in 1..k do
            depth_first(depth - 1, k)
""",
        low=-1,
        high=3,
    ),
    shape("""
def loop_of_recursion(n: int):
    for i in 1..n do
        helper(i)

def helper(n: int):
    if n > 0 then
        step()
        helper(n - 1)

def asks_helper(n: int):
    loop_of_recursion(n)
"""),
)

OPEN = (
    shape(
        """
def pays_until_told(n: int):
    for i in 1..n do
        step()
        while * do
            step()
""",
        worst="rounds",
    ),
    shape(
        """
def never_ends(x: int):
    while true do
        step()
""",
        worst="infinite",
        best="infinite",
    ),
    shape(
        """
def misses_zero(x: int):
    while x != 0 do
        step()
        x <- x - 2
""",
        worst="rounds",
        best="rounds",
    ),
    shape(
        """
def collatz(x: int):
    while x > 1 do
        step()
        if x mod 2 = 0 then x <- x / 2 else x <- 3*x + 1
""",
        worst="rounds",
        best="rounds",
        high=9,
    ),
    shape(
        """
def as_long_as_it_likes():
    while * do
        step()
""",
        worst="rounds",
        best=1,
    ),
    shape(
        """
def as_long_as_some_number(n: int):
    m <- n
    while m > 0 do
        m <- any int in 0..n
        step()
""",
        worst="rounds",
        best=1,
    ),
    shape(
        """
def goes_up(x: int):
    while x > 0 do
        step()
        x <- x + 1
""",
        worst="infinite",
        best="infinite",
    ),
    shape(
        """
def stands_still(x: int, y: int):
    while x > 0 do
        step()
        x <- x - y
""",
        worst="rounds",
        best="rounds",
    ),
    shape(
        """
def waits_for_equal(x: int, y: int):
    while x != y do
        step()
        x <- x + 1
""",
        worst="rounds",
        best="rounds",
    ),
    shape(
        """
def up_or_down(x: int):
    while x > 0 do
        step()
        if * then x <- x - 1 else x <- x + 1
""",
        worst="infinite",
        best=1,
    ),
    shape(
        """
def refills_itself(x: int, y: int):
    while x > 0 do
        step()
        if y > 0 then
            y <- y - 1
        else
            y <- x
""",
        worst="infinite",
        best="infinite",
    ),
    shape(
        """
def recursion_without_end(n: int):
    step()
    if n != 0 then
        recursion_without_end(n - 2)
""",
        worst="open",
        best="open",
        low=0,
        high=5,
    ),
    shape(
        """
def ackermann(m: int in 0.., n: int in 0..) -> int:
    step()
    if m = 0 then
        return n + 1
    if n = 0 then
        return ackermann(m - 1, 1)
    k <- ackermann(m, n - 1)
    return ackermann(m - 1, k)
""",
        worst="open",
        best="open",
        low=0,
        high=2,
    ),
    shape(
        """
def ninety_one(n: int) -> int:
    step()
    if n > 100 then
        return n - 10
    k <- ninety_one(n + 11)
    return ninety_one(k)
""",
        worst="open",
        best="open",
        low=97,
        high=103,
    ),
    shape(
        """
def squares_itself(x: int, n: int):
    while x < n do
        step()
        x <- x*x
""",
        worst="rounds",
        best="rounds",
    ),
    shape(
        """
def endless_inside(n: int):
    for i in 1..n do
        while * do
            step()
""",
        worst="rounds",
        best=1,
    ),
    shape(
        """
def hands_back_and_forth(x: int, y: int):
    while x > 0 do
        step()
        x <- x - 1
        y <- y + 1
        if * then
            x, y <- y, x
""",
        worst="rounds",
        best="open",
    ),
    shape(
        """
def takes_from_text(n: int):
    while n mod 7 != 3 do
        step()
        n <- n + 2
""",
        worst="rounds",
        best="rounds",
        high=9,
    ),
)

SHAPES = (*COUNTED, *WHILES, *AMORTISED, *PHASES, *ALGORITHMS, *HALVES, *RECURSIVE, *OPEN)
