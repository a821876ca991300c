from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.quick_ends import QuickEnds
from camscan.sources.flows.total import packed_address

ENDS = QuickEnds(r" src=(\S+)", r" dst=(\S+)", r" mac=([0-9a-f:]{17})")
KEEP = Keep(
    addresses=frozenset([packed_address("10.66.1.10")]),
    macs=frozenset([bytes.fromhex("c42f90000001")]),
)
OTHERS = "x src=10.9.9.9 dst=36.110.1.1 mac=02:00:00:00:00:09"


def test_lines_of_others():
    assert ENDS.are_others(OTHERS, KEEP)
    assert not ENDS.are_others(OTHERS, Keep())


def test_lines_that_somebody_may_want():
    assert not ENDS.are_others(OTHERS.replace("10.9.9.9", "10.66.1.10"), KEEP)
    assert not ENDS.are_others(OTHERS.replace("36.110.1.1", "10.66.1.10"), KEEP)
    assert not ENDS.are_others(OTHERS.replace("02:00:00:00:00:09", "c4:2f:90:00:00:01"), KEEP)
    assert not ENDS.are_others("x src=10.9.9.9", KEEP)
    assert not ENDS.are_others("x src=camera dst=36.110.1.1", KEEP)
