"""Two recordings of one port."""

from __future__ import annotations

import pytest

from camscan.model.device import Port, joined_port


def port(status: str, service: str | None = None) -> Port:
    return Port(port=80, transport="tcp", service=service, status=status)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (port("open"), port("closed"), port("open")),
        (port("filtered"), port("open", "http"), port("open", "http")),
        (port("filtered"), port("closed"), port("closed")),
        (port("open", "http"), port("closed"), port("open", "http")),
    ],
)
def test_an_answer_outweighs_a_refusal_and_that_silence(
    first: Port, second: Port, joined: Port
) -> None:
    assert joined_port(first, second) == joined_port(second, first) == joined


def test_the_first_service_stays() -> None:
    assert joined_port(port("open"), port("open", "http")) == port("open", "http")
    assert joined_port(port("open", "http"), port("open", "rtsp")) == port("open", "http")
    assert joined_port(port("open", "http"), port("open")) == port("open", "http")
