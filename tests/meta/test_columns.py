"""What reads some fields of a conversation reads them as a conversation has them."""

from __future__ import annotations

import msgspec
import pytest

from camscan.findings import checked
from camscan.inventory import streamed
from camscan.model.conversation import Conversation
from camscan.report import csv_conversations, parties, peers
from camscan.report.charts import flow

KINDS = (
    checked._Talker,
    csv_conversations._Talk,
    flow._Called,
    parties._Called,
    parties._Listed,
    parties._Talk,
    peers._PeerRow,
    streamed.WholeTalk,
)
_TYPES = {field.name: (field.type, field.default) for field in msgspec.structs.fields(Conversation)}
# Whose times stay the texts that they are.
_TEXTS = dict.fromkeys(("first", "last"), (str, msgspec.NODEFAULT))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_columns_are_fields_of_a_conversation(kind: type[msgspec.Struct]) -> None:
    expected = _TYPES | _TEXTS if kind is csv_conversations._Talk else _TYPES
    for field in msgspec.structs.fields(kind):
        assert (field.type, field.default) == expected[field.name], field.name


def test_a_conversation_is_written_whole() -> None:
    assert csv_conversations._Talk.__struct_fields__ == Conversation.__struct_fields__
    assert set(csv_conversations.COLUMNS) == set(Conversation.__struct_fields__)
