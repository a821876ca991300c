"""The loaded set."""

from __future__ import annotations

import pytest


def test_frozen(data) -> None:
    with pytest.raises(AttributeError):
        data.rules = ()


def test_entities_by_id(data) -> None:
    assert data.entity("shop").name == "Shop"
    assert data.entity("acme").name == "Acme"
    assert data.entity("bolt").name == "Bolt"
    assert data.entity("nobody") is None


def test_rules_by_id(data) -> None:
    assert set(data.by_id) == {rule.id for rule in data.rules}
