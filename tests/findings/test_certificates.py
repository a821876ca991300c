from datetime import UTC, datetime, timedelta

import msgspec

from camscan.findings.certificates import certificates, unseen

AT = datetime(2026, 11, 24, 2, 13, tzinfo=UTC)


def tls(port, **said):
    return [(f"tls.{field}", value, "https", port) for field, value in said.items()]


def test_one_certificate_on_two_ports_is_one(make_device, said):
    device = said(
        make_device("10.0.0.1"),
        *tls(443, subject="CN=a", issuer="CN=a", sha256="aa", key="rsa 2048"),
        *tls(8443, subject="CN=a", issuer="CN=a", sha256="aa", key="rsa 2048"),
        *tls(322, subject="CN=b", issuer="CN=ca", sha256="bb"),
    )
    first, second = certificates(device)
    assert (first.ports, second.ports) == ((443, 8443), (322,))
    assert (first.self_signed, second.self_signed) == (True, False)
    assert first.value("tls.key") == "rsa 2048"
    assert second.value("tls.key") is None
    assert [item.id for item in first.evidence("tls.sha256", "tls.san")] == ["e3"]


def test_of_a_port_that_showed_several_the_last(make_device, said):
    device = said(
        make_device("10.0.0.1"),
        *tls(443, subject="CN=a", sha256="aa", not_after="2025-01-01T00:00:00Z"),
        *tls(443, sha256="bb", not_after="2027-01-01T00:00:00Z"),
    )
    # A merged run may hold them in any order.
    old, new = device.evidence[:3], device.evidence[3:]
    new = tuple(msgspec.structs.replace(item, at=AT + timedelta(days=9)) for item in new)
    for order in ((*old, *new), (*new, *old)):
        (shown,) = certificates(msgspec.structs.replace(device, evidence=order))
        assert shown.value("tls.sha256") == "bb"
        assert shown.moment("tls.not_after") == datetime(2027, 1, 1, tzinfo=UTC)
        assert shown.value("tls.subject") == "CN=a"


def test_the_key_is_known_by_its_hash_or_by_the_certificate(make_device, said):
    device = said(
        make_device("10.0.0.1"), *tls(443, sha256="aa"), *tls(8443, sha256="bb", spki_sha256="cc")
    )
    assert [shown.key_id for shown in certificates(device)] == ["aa", "cc"]


def test_a_date_that_is_none(make_device, said):
    device = said(
        make_device("10.0.0.1"),
        *tls(443, sha256="aa", not_after="soon", not_before="2026-01-01T00:00:00"),
    )
    (shown,) = certificates(device)
    assert shown.moment("tls.not_after") is None
    assert shown.moment("tls.not_before") == datetime(2026, 1, 1, tzinfo=UTC)
    assert not shown.self_signed


def test_why_nothing_can_be_said(make_device, said, make_run):
    run = make_run([], [])
    fields = ("tls.not_after",)
    assert unseen(run, fields)(make_device("10.0.0.1")) == "TLS was not asked"
    closed = said(make_device("10.0.0.1"), ports={443: ("closed", None)})
    assert unseen(run, fields)(closed) is None
    names = said(make_device("10.0.0.1"), *tls(443, subject="CN=a"))
    assert unseen(run, fields)(names) == "its certificate was read only in part"
    whole = said(make_device("10.0.0.1"), *tls(443, not_after="2027-01-01T00:00:00Z"))
    assert unseen(run, fields)(whole) is None
