import pytest

from camscan.sources.flows.log_prefix import says_stopped


@pytest.mark.parametrize(
    "prefix", ["DROP", "cam-drop: ", "[UFW BLOCK]", "iot DENIED", "Reject_out"]
)
def test_words_that_stop(prefix):
    assert says_stopped(prefix)


@pytest.mark.parametrize("prefix", ["", "ACCEPT", "raindrops", "backdrop", "allow", "blocker"])
def test_words_that_do_not(prefix):
    assert not says_stopped(prefix)
