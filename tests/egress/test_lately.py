from camscan.egress.lately import Lately


def test_the_longest_unused_goes():
    lately = Lately(2)
    assert lately.add("a")
    assert lately.add("b")
    assert not lately.add("a")
    assert lately.add("c")
    assert "a" in lately
    assert "b" not in lately
    assert len(lately) == 2
