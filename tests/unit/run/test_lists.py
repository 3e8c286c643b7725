"""Views of shared stores never change what they show."""

from __future__ import annotations

from random import Random

import pytest

from aalpl.run import lists
from aalpl.run.faults import OutOfRange


@pytest.mark.parametrize("seed", range(10))
def test_operations_are_those_of_plain_lists(seed: int) -> None:
    random = Random(seed)
    views = [(lists.of([1, 2, 3]), [1, 2, 3]), (lists.of([]), [])]
    for step in range(300):
        (x, model), (y, other) = random.choice(views), random.choice(views)
        a = random.randint(0, len(model))
        b = random.randint(a, len(model))
        match step % 5:
            case 0:
                views.append((lists.cut(x, a, b), model[a:b]))
            case 1 if len(model) + len(other) < 500:
                views.append((lists.join(x, y), model + other))
            case 2:
                views.append((lists.add(x, step), [*model, step]))
            case 3 if a < len(model):
                views.append((lists.put(x, a, step), [*model[:a], step, *model[a + 1 :]]))
            case _:
                new = list(range(step, step + b - a))
                views.append((lists.splice(x, a, b, lists.of(list(new))), [*model[:a], *new, *model[b:]]))
    for view, model in views:
        assert lists.items(view) == model
        assert list(lists.each(view)) == model


def test_taking_the_first_and_adding_at_the_end_copy_nothing() -> None:
    x = lists.of([0])
    store = x[0]
    for i in range(1, 1000):
        x = lists.add(x, i)
    for _ in range(999):
        x = lists.cut(x, 1, x[2] - x[1])
    assert x[0] is store
    assert lists.items(x) == [999]


def test_index_out_of_range() -> None:
    with pytest.raises(OutOfRange):
        lists.at(lists.of([1]), 1)
    with pytest.raises(OutOfRange):
        lists.at(lists.of([1]), -1)
