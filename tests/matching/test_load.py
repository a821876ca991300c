"""What does not load, and how it is said."""

from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.matching.data import DataRoot
from camscan.matching.load import load

RULE = 'equals = "AcmeWeb"\n'


def broken(make_root, change: tuple[str, str], name: str = "makers/acme.toml") -> str:
    with pytest.raises(DataError) as caught:
        load(DataRoot(base=make_root({name: change})))
    return str(caught.value)


def test_small_set_loads(data) -> None:
    assert data.makers["acme"].legal_name == "Acme Vision Ltd"
    assert data.brands["shop"].country == "US"
    assert data.brands["stall"].name == "Stall"
    assert data.brands["acmelite"].maker == "acme"
    assert [rule.id for rule in data.rules][:1] == ["shop.http.title.shop"]
    assert data.relations[0].since == "2019-05-01"
    assert data.software["inkjet"].kind == "printer"
    assert data.makers["inkco"].reviewed == ""


def test_destinations_are_read_when_asked_for(data) -> None:
    assert [entry.id for entry in data.egress] == ["acme.cloud"]
    assert data.egress is data.egress


def test_unknown_key_is_refused(make_root) -> None:
    message = broken(make_root, (RULE, RULE + "regexp = 'x'\n"))
    assert message.startswith("makers/acme.toml: rule acme.http.server.web:")
    assert "regexp" in message


def test_unknown_strength_is_refused(make_root) -> None:
    message = broken(make_root, ('strength = "medium"', 'strength = "huge"'))
    assert "makers/acme.toml: rule acme.http.title.acme: strength:" in message


def test_rule_without_example(make_root) -> None:
    message = broken(make_root, ('examples = ["Acme Login"]\n', ""))
    assert message == (
        "makers/acme.toml: rule acme.http.title.acme: no example; give at least one value as seen"
    )


def test_rule_without_source(make_root) -> None:
    change = ('source = ["public-code: a page, text `Acme Login`"]\n', "")
    assert "rule acme.http.title.acme: no source" in broken(make_root, change)


def test_empty_source(make_root) -> None:
    change = ("public-code: a page, text `Acme Login`", " ")
    assert "no source" in broken(make_root, change)


def test_two_matchers(make_root) -> None:
    message = broken(make_root, (RULE, RULE + 'prefix = "A"\n'))
    assert "exactly one of equals, prefix, contains, regex" in message


def test_no_matcher(make_root) -> None:
    assert "exactly one of" in broken(make_root, (RULE, ""))


def test_empty_matcher(make_root) -> None:
    assert "would match anything" in broken(make_root, (RULE, 'equals = ""\n'))


def test_unknown_attribute(make_root) -> None:
    message = broken(make_root, ('maker = "acme", class', 'vendor = "acme", class'))
    assert "vendor" in message


def test_example_expecting_what_nothing_captures(make_root) -> None:
    assert "colour" in broken(make_root, ('model = "AC-C100" }]', 'colour = "red" }]'))


def test_rule_id_twice(make_root) -> None:
    message = broken(
        make_root, ("bolt.http.server.web", "acme.http.server.web"), "makers/bolt.toml"
    )
    assert "acme.http.server.web is already in makers/acme.toml" in message


def test_relation_without_source(make_root) -> None:
    assert "no source" in broken(
        make_root, ('source = ["github:acme/acme#3"]', "source = []"), "oem.toml"
    )


def test_relation_with_models_needs_an_example(make_root) -> None:
    assert "no example" in broken(make_root, ('examples = ["SH-1"]\n', ""), "oem.toml")


def test_oui_without_source(make_root) -> None:
    message = broken(
        make_root, ('owner = "module"\nsource = ["ieee: registry"]', 'owner = "module"')
    )
    assert "oui 00:11:33: no source" in message


def test_brand_file_owns_no_maker_prefix(make_root) -> None:
    message = broken(make_root, ('owner = "brand"', 'owner = "maker"'), "brands/shop.toml")
    assert "file without a maker" in message


def test_folder_without_vocabulary(make_root) -> None:
    folder = make_root()
    (folder / "vocabulary.toml").unlink()
    with pytest.raises(DataError, match=r"vocabulary.toml: missing"):
        load(DataRoot(base=folder))


def test_maker_file_wins_over_a_software_vendor(make_root) -> None:
    data = load(DataRoot(base=make_root({"software/inkjet.toml": ('"inkco"', '"acme"')})))
    assert data.makers["acme"].name == "Acme Vision"


def test_the_shipped_data_loads() -> None:
    data = load()
    assert len(data.rules) > 100
    assert data.version.date >= "2026-11-24"
