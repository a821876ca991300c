from camscan.sources.flows.dns_kind import kind_of


def test_kinds_as_logs_write_them():
    assert [kind_of(text) for text in ("A", "aaaa", "HTTPS", "type=65", "")] == [1, 28, 65, 0, 0]
