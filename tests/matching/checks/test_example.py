"""Examples against their own rule and against everybody else's."""

from __future__ import annotations

from camscan.matching.checks.example import check, own_makers
from camscan.matching.data import DataRoot
from camscan.matching.load import load


def found(make_root, changes) -> list[tuple[str, str]]:
    data = load(DataRoot(base=make_root(changes)))
    return [(problem.rule, problem.code) for problem in check(data)]


def test_clean(data) -> None:
    assert list(check(data)) == []


def test_makers_behind_a_rule(data) -> None:
    assert own_makers(data.by_id["acme.http.server.web"], data) == {"acme"}
    assert own_makers(data.by_id["shop.http.title.shop"], data) == {"acme"}
    assert own_makers(data.by_id["onvif.wsd.types.nvt"], data) == frozenset()


def test_brands_rule_may_share_an_example_with_its_maker_only(make_root) -> None:
    brand = ('equals = "Shop Camera"', 'contains = "Shop"')
    acme = [
        ('prefix = "Acme "', 'contains = "Shop"'),
        ('strength = "medium"', 'strength = "strong"'),
    ]
    acme += [('["Acme Login"]', '["Shop Acme"]')]
    assert found(make_root, {"brands/shop.toml": brand, "makers/acme.toml": acme}) == []
    bolt = [('equals = "Bolt"', 'contains = "Shop"'), ('["Bolt"]', '["Shop Bolt"]')]
    problems = found(make_root, {"brands/shop.toml": brand, "makers/bolt.toml": bolt})
    assert ("shop.http.title.shop", "collision") in problems


def test_platforms_may_share_with_makers(make_root) -> None:
    bolt = ("regex = '^(?P<model>BT\\d+)$'", "regex = '^(?P<model>(?:BT|AC).*)$'")
    assert found(make_root, {"makers/bolt.toml": bolt}) == []


def test_too_many_and_too_long(make_root) -> None:
    many = ", ".join(f'"x BoltWeb {number}"' for number in range(21))
    change = ('examples = ["x BoltWeb"]', f"examples = [{many}]")
    assert found(make_root, {"makers/bolt.toml": change}) == [
        ("bolt.http.server.web", "many-examples")
    ]
    long = ('examples = ["x BoltWeb"]', f'examples = ["BoltWeb{"x" * 9000}"]')
    assert found(make_root, {"makers/bolt.toml": long}) == [
        ("bolt.http.server.web", "long-example")
    ]


def test_rule_that_re2_refuses_is_left_to_its_own_check(make_root) -> None:
    change = ('contains = "BoltWeb"', "regex = 'a('")
    assert found(make_root, {"makers/bolt.toml": change}) == []
