"""What `fp new` writes loads, whatever the value holds."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import UsageError
from camscan.matching.data import DataFile
from camscan.matching.part import read_part
from camscan.matching.rule import Kind, Operator
from camscan.matching.scaffold import Draft, extended, word_of

TODAY = date(2026, 11, 24)
DRAFT = Draft(
    kind=Kind.MAKER,
    id="new",
    name="New",
    country="gb",
    field="http.server",
    operator=Operator.EQUALS,
    value="NewCam/1.0",
    source="manual: New guide",
    device_class="camera",
)


def part(draft: Draft, text: str | None = None):
    content = extended(text, draft, TODAY).encode()
    return read_part(DataFile(name=f"{draft.kind.value}/new.toml", content=content))


@pytest.mark.parametrize("kind", list(Kind))
def test_new_file_of_each_kind_loads(kind: Kind) -> None:
    loaded = part(msgspec.structs.replace(DRAFT, kind=kind))
    assert (loaded.head, loaded.reviewed) == ("new", "2026-11-24")
    rule = loaded.rules[0]
    assert rule.id == "new.http.server.newcam-1-0"
    assert rule.asserts["class"] == "camera"
    if kind is Kind.MAKER:
        assert (rule.asserts["maker"], loaded.makers[0].country) == ("new", "GB")


def test_rule_is_added_to_a_file() -> None:
    text = extended(None, DRAFT, TODAY)
    second = msgspec.structs.replace(DRAFT, field="http.title", value="New")
    assert [rule.field for rule in part(second, text).rules] == ["http.server", "http.title"]
    assert extended(text, second, TODAY).startswith(text.rstrip())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": " "}, "--source"),
        ({"name": ""}, "--name"),
        ({"country": ""}, "--country"),
        ({"value": ""}, "--value"),
        ({"operator": Operator.REGEX}, "--example"),
    ],
)
def test_what_is_missing_is_asked_for(change: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        extended(None, msgspec.structs.replace(DRAFT, **change), TODAY)


def test_words() -> None:
    assert word_of("App-webs/ 2.0") == "app-webs-2-0"
    assert word_of("网络") == "value"


@given(st.text(min_size=1, max_size=60))
def test_fuzz_any_value_survives_the_file(value: str) -> None:
    loaded = part(msgspec.structs.replace(DRAFT, value=value, word="x"))
    assert loaded.rules[0].text == value
