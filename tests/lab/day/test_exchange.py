from camscan.lab.day.exchange import PLANTED, Day, Purpose


def test_what_is_planted_is_named_by_its_destination(exchange, date):
    day = Day(
        date,
        "10.66",
        (
            exchange(purpose=Purpose.UPLOAD, name="a.example"),
            exchange(purpose=Purpose.P2P),
            exchange(purpose=Purpose.P2P, at=1795478500.0),
            exchange(purpose=Purpose.NTP, name="b.example"),
        ),
    )
    assert day.planted == {
        ("10.66.1.10", "a.example"): Purpose.UPLOAD,
        ("10.66.1.10", "35.177.48.91"): Purpose.P2P,
    }
    assert day.clients(Purpose.NTP) == {"10.66.1.10"}
    assert day.clients(Purpose.BROWSING) == frozenset()


def test_the_ordinary_is_not_planted():
    assert not PLANTED & {Purpose.NTP, Purpose.DNS, Purpose.CLOUD_VMS, Purpose.VIEWED}
