"""Any value that JSON can have, for tests that no document makes a parser raise."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_ATOMS = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats()


def json_values(*keys: str, leaves: int = 20) -> st.SearchStrategy[Any]:
    """Values whose objects have these keys, or any; `leaves` is about how many atoms one has."""
    named = st.sampled_from(keys) if keys else st.text(max_size=8)
    return st.recursive(
        _ATOMS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(named, inner, max_size=4),
        max_leaves=leaves,
    )
