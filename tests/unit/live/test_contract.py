"""What is asked of a model and how its reply is read: whatever a contract allows, said as models say it, comes back."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.contracts import contracts, plain, spoken


from aalpl.live.contract import shape
from aalpl.live.contract.reading import read
from aalpl.live.contract.schema import rooted
from aalpl.live.contract.shape import Fields, OneOf, Perhaps, Several, Truth, Whole, Words
from aalpl.program.types import Text
from aalpl.run import lists, texts
from aalpl.run.conform import conforming


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_what_a_model_says_is_read_back(data: Any) -> None:
    type_, sizes, values = data.draw(contracts())
    value = data.draw(values)
    for said in spoken(value, type_):
        found = read(said, shape(type_, sizes))
        assert found == value, said
        assert conforming(type_)(found, sizes)[1] is None, said
