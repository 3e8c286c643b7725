"""What is derived otherwise after a rewrite: why, and for which functions. It is told by the whole set of pairs
(`tests/support/whole.py`); what is not listed is derived alike.
"""

from __future__ import annotations

import attrs

SLOW = frozenset(
    {
        "comparison_sorts/by_insertion",
        "integer_functions/bisect_places",
        "integer_functions/counting_up",
        "integer_loops/one_of_two",
        "maker/decide",
        "maker/task",
        "maker_replies/task",
        "maker_walk/in_rounds",
        "maker_walk/two_tallies",
        "maker_walk/vote_walk",
        "maker_walk/walk_task",
        "random_loops/each_until",
        "random_loops/gamblers_ruin",
        "random_loops/select_wanted",
        "random_loops/two_ways",
        "sorting/merge_sort",
    }
)
"""Functions that are judged after one rewrite in a run of the tests."""

RANDOM = frozenset({"random_loops", "maker", "maker_walk", "majority", "walk", "evolution"})
"""Files whose runs draw: by place, so that a rewritten program draws otherwise."""


@attrs.frozen
class Lost:
    """Why less (or more) is derived; where the order of growth is the same, and where it is not."""

    reason: str
    same_order: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()


LOSSES = {
    "backwards": Lost(
        "the index comes from the other end, which a rounding inside the loop does not see through",
        other=frozenset(
            {
                "integer_functions/counting_up",
            }
        ),
    ),
    "branch of one": Lost(
        "what is drawn in a branch, or compared there, has no name of its own outside, so expectations are bounded only by the worst case",
        other=frozenset(
            {
                "comparison_sorts/by_pivots",
                "maker_walk/in_rounds",
                "random_loops/select_wanted",
                "real_debugging/focused",
            }
        ),
    ),
    "copy parameters": Lost(
        "of a copy it is not known where it began: lower bounds start from other corners of the region",
        same_order=frozenset(
            {
                "endless_loops/missing_zero",
                "integer_functions/gcd_subtracting",
                "random_loops/select_wanted",
            }
        ),
    ),
    "dead branch": Lost(
        "calls of a function with an expectation of its own stand twice, and the expectation of a branch never taken is asked for",
        other=frozenset(
            {
                "evolution/block_by_block",
            }
        ),
    ),
    "either way": Lost(
        "expectations and chances are followed where nothing is chosen; a choice between two copies of one branch is a choice",
        same_order=frozenset(
            {
                "acceptance 6/focused",
                "debugging/focused",
                "integer_functions/gcd_subtracting",
                "random_loops/two_ways",
                "table1/debug_b",
            }
        ),
        other=frozenset(
            {
                "comparison_sorts/by_pivots",
                "evolution/block_by_block",
                "long_chain/chain",
                "majority/coin_majority",
                "majority/majority",
                "maker/decide",
                "maker/task",
                "maker_walk/two_tallies",
                "maker_walk/vote_walk",
                "random_loops/select_wanted",
            }
        ),
    ),
    "first round apart": Lost(
        "chances are closed over one loop whose rounds are alike, and the first round stands before it",
        same_order=frozenset(
            {
                "integer_functions/counting_up",
            }
        ),
        other=frozenset(
            {
                "majority/coin_majority",
                "majority/majority",
                "maker/task",
            }
        ),
    ),
    "for to while": Lost(
        "a loop that returns in the middle, and chances over its rounds, are counted by its index only where it is a range",
        other=frozenset(
            {
                "cascade/cascade",
                "long_chain/chain",
                "maker/task",
                "real_debugging/focused",
            }
        ),
    ),
    "guard loops": Lost(
        "one test of the condition before the loop splits the start in cases, of which not each has its own bound",
        same_order=frozenset(
            {
                "integer_functions/counting_up",
            }
        ),
        other=frozenset(
            {
                "endless_loops/collatz",
                "integer_functions/gcd_subtracting",
                "real_debugging/focused",
            }
        ),
    ),
    "in strips": Lost(
        "the inner range is cut off by `min`, so rounds of several strips are added up strip by strip",
        same_order=frozenset(
            {
                "integer_functions/counting_ones",
            }
        ),
        other=frozenset(
            {
                "acceptance 17/chain",
                "cascade/cascade",
                "comparison_sorts/by_insertion",
                "debugging/naive",
                "integer_functions/counting_up",
                "long_chain/chain",
                "majority/coin_majority",
                "majority/majority",
                "maker/task",
                "merge_orders/as_a_tree",
                "merge_orders/in_a_row",
                "random_loops/select_wanted",
                "real_debugging/naive",
            }
        ),
    ),
    "last round apart": Lost(
        "what the last round does depends on whether the loop returned, and that is not summed up exactly",
        same_order=frozenset(
            {
                "integer_functions/counting_up",
            }
        ),
        other=frozenset(
            {
                "cascade/cascade",
                "majority/coin_majority",
                "majority/majority",
                "maker/task",
            }
        ),
    ),
    "loop once": Lost(
        "what holds after an inner loop is not carried out of the outer one",
        same_order=frozenset(
            {
                "integer_functions/counting_up",
            }
        ),
        other=frozenset(
            {
                "endless_loops/collatz",
                "integer_loops/by_half",
            }
        ),
    ),
    "loop to recursion": Lost(
        "of a recursion something is said below where the rounds of the loop have no name; its expectation needs a recurrence that is solved, not a walk",
        same_order=frozenset(
            {
                "integer_functions/counting_up",
                "random_loops/two_ways",
            }
        ),
        other=frozenset(
            {
                "endless_loops/collatz",
                "endless_loops/missing_zero",
                "endless_loops/while_told",
                "integer_functions/bisect_places",
                "maker_walk/in_rounds",
                "maker_walk/walk_task",
                "random_loops/coupon_collector",
                "random_loops/delayed_steps",
                "random_loops/drifting_down",
                "random_loops/each_until",
                "random_loops/gamblers_ruin",
                "random_loops/random_strides",
                "walk/walk",
            }
        ),
    ),
    "negate counters": Lost(
        "below zero the lower bound starts from another corner of the region",
        same_order=frozenset(
            {
                "endless_loops/missing_zero",
            }
        ),
    ),
    "outline": Lost(
        "the law of what a called function returns is not followed into a loop",
        other=frozenset(
            {
                "maker_walk/in_rounds",
            }
        ),
    ),
    "outline tail": Lost(
        "a function that is called is bounded apart from its caller",
        same_order=frozenset(
            {
                "endless_loops/missing_zero",
                "random_loops/select_wanted",
                "random_loops/two_ways",
            }
        ),
        other=frozenset(
            {
                "maker_walk/in_rounds",
            }
        ),
    ),
    "peel": Lost(
        "the first round is taken out of what is counted at once",
        same_order=frozenset(
            {
                "endless_loops/collatz",
                "integer_functions/counting_up",
                "random_loops/random_strides",
            }
        ),
        other=frozenset(
            {
                "integer_functions/bisect_places",
                "integer_functions/gcd_dividing",
                "integer_functions/gcd_subtracting",
                "random_loops/select_wanted",
            }
        ),
    ),
    "repeat once": Lost(
        "a loop of one round is not unrolled where a call, a recursion or a drawn number stands in it",
        same_order=frozenset(
            {
                "integer_functions/gcd_dividing",
                "random_loops/delayed_steps",
                "random_loops/random_strides",
            }
        ),
        other=frozenset(
            {
                "comparison_sorts/by_pivots",
                "endless_loops/collatz",
                "evolution/global",
                "integer_functions/gcd_subtracting",
                "integer_loops/by_half",
                "random_loops/lengthening_prompt",
                "table1/mutate_a",
            }
        ),
    ),
    "scale counters": Lost(
        "half steps: 2x - 1 >= 0 is kept where x >= 1 is meant",
        same_order=frozenset(
            {
                "endless_loops/missing_zero",
                "integer_loops/saved_up",
                "random_loops/drifting_down",
                "random_loops/gamblers_ruin",
                "random_loops/random_strides",
                "random_loops/two_ways",
                "walk/walk",
            }
        ),
        other=frozenset(
            {
                "random_loops/select_wanted",
            }
        ),
    ),
    "split loops": Lost(
        "two loops carry what one would have amortised, with a middle that is rounded",
        other=frozenset(
            {
                "comparison_sorts/by_insertion",
                "integer_functions/counting_ones",
                "integer_functions/counting_up",
                "long_chain/chain",
                "majority/coin_majority",
                "majority/majority",
                "maker/task",
                "random_loops/select_wanted",
            }
        ),
    ),
    "turn branches": Lost(
        "lower bounds and expectations depend on which branch is looked at first",
        same_order=frozenset(
            {
                "integer_functions/gcd_subtracting",
            }
        ),
        other=frozenset(
            {
                "evolution/block_by_block",
            }
        ),
    ),
    "unroll": Lost(
        "two rounds in one, and the odd one apart: amortised and drawn costs are summed by halves that are rounded",
        other=frozenset(
            {
                "acceptance 14/cascade",
                "cascade/cascade",
                "comparison_sorts/by_insertion",
                "integer_functions/counting_ones",
                "integer_functions/counting_up",
                "long_chain/chain",
                "majority/coin_majority",
                "majority/majority",
                "maker/task",
                "random_loops/select_wanted",
            }
        ),
    ),
    "while to repeat": Lost(
        "the condition is tested at the end, where less is known of the values",
        same_order=frozenset(
            {
                "random_loops/random_strides",
                "random_loops/two_ways",
            }
        ),
        other=frozenset(
            {
                "endless_loops/collatz",
                "integer_functions/bisect_places",
                "integer_functions/counting_up",
                "integer_functions/gcd_dividing",
                "integer_functions/gcd_subtracting",
                "sorting/merge_sort",
            }
        ),
    ),
    "wrap": Lost(
        "a function that is called is bounded apart from its caller",
        same_order=frozenset(
            {
                "endless_loops/missing_zero",
                "integer_functions/gcd_subtracting",
                "random_loops/select_wanted",
            }
        ),
        other=frozenset(
            {
                "long_chain/chain",
                "maker_replies/task",
            }
        ),
    ),
}
