import io

import pytest

from camscan.sources.piece_message import Kind, Message, receive


def test_messages_come_as_they_were_sent():
    sent = [
        Message(Kind.REPORT, report="bytes 24 to 40 are not packets, \u20ac"),
        Message(Kind.BATCH, 8192, 276, 1 << 40),
        Message(Kind.END),
    ]
    pipe = io.BytesIO()
    for message in sent:
        message.send(pipe)
    whole = pipe.getvalue()
    pipe.seek(0)
    assert [receive(pipe) for _ in sent] == sent
    with pytest.raises(EOFError):
        receive(pipe)
    with pytest.raises(EOFError):
        receive(io.BytesIO(whole[:25]))
