"""A capture of one interface becomes a ledger."""

import pytest

from camscan.sources.flows.interface import WITHIN, LiveCapture
from camscan.sources.flows.join import record_of
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.source import Reading

pytestmark = pytest.mark.root


def test_two_readings_one_after_the_other(border):
    import ctypes
    import threading

    keep = Keep(addresses=frozenset([bytes((10, 66, 1, 10))]))
    first, second = Reading(keep), Reading(keep)
    made = []

    def opened():
        with open(f"/run/netns/{border.near}") as handle:  # noqa: PTH123
            assert ctypes.CDLL(None).setns(handle.fileno(), 0x40000000) == 0
        made.append(LiveCapture("mon0", first, ()))

    thread = threading.Thread(target=opened)
    thread.start()
    thread.join()
    (capture,) = made
    for port, reading in ((9000, first), (9001, second)):
        border.call(port)
        while not capture.take(5):
            pass
        if reading is first:
            capture.renew(second)
    capture.close("ended by a signal")
    for port, reading, complete in ((9000, first, True), (9001, second, False)):
        record = record_of(reading)
        assert [f.port for f in record.flows if f.protocol == "udp"] == [port]
        (source,) = record.sources
        assert (source.path, source.kind, source.lost) == ("iface:mon0", "iface", 0)
        assert source.complete is complete
        assert WITHIN in [skip.reason for skip in record.skips]
