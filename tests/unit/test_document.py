"""Blocks and cases of a Markdown document."""

from aalpl.cases.document import blocks, cases, rewritten

TEXT = """\
# a page

Prose.

```aalp
def f():
    skip
```

```error
none
```

```python
ignored
```

```cost f at n=3
calls = 0
```

## another

````aalp
```
````

```aalp second.aalp
"""


def test_blocks_know_kind_words_lines_and_heading() -> None:
    found = list(blocks(TEXT))
    assert [(b.kind, b.words) for b in found] == [
        ("aalp", ""), ("error", ""), ("python", ""), ("cost", "f at n=3"), ("aalp", ""), ("aalp", "second.aalp"),
    ]  # fmt: skip
    assert found[0].text == "def f():\n    skip\n"
    assert (found[0].first, found[0].last, found[0].heading) == (6, 7, "a page")
    assert found[4].text == "```\n"


def test_a_case_is_a_program_and_what_is_expected_of_it() -> None:
    found = cases(TEXT, ("error", "cost"))
    assert [c.title for c in found] == ["a page", "another", "another (2)"]
    assert [b.kind for b in found[0].expected] == ["error", "cost"]


def test_rewriting_touches_only_the_named_blocks() -> None:
    found = list(blocks(TEXT))
    new = rewritten(TEXT, {found[1].first: "a\nb\n", found[3].first: ""})
    assert new == TEXT.replace("none\n", "a\nb\n").replace("calls = 0\n", "")
    assert rewritten(TEXT, {}) == TEXT
