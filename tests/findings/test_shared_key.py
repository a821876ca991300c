import msgspec

from camscan.findings.shared_key import SharedKey
from camscan.model.finding import Severity

RULE = SharedKey()


def holder(said, make_device, address, key, *, sha256=None, subject="CN=a", issuer="CN=a", **more):
    told = {"subject": subject, "issuer": issuer, "sha256": sha256 or f"of {address}"}
    told |= {"spki_sha256": key} if key else {}
    evidence = [(f"tls.{field}", value, "https", 443) for field, value in told.items()]
    return said(make_device(address, **more), *evidence)


def test_one_finding_for_all_devices_of_a_key(make_device, said, make_run):
    devices = [
        holder(said, make_device, "10.0.0.1", "k1"),
        holder(said, make_device, "10.0.0.2", "k2"),
        holder(said, make_device, "10.0.0.3", "k1", maker="Dahua", subject="CN=b"),
    ]
    run = make_run(devices, [])
    (found,) = RULE.findings(run)
    assert found.severity is Severity.MEDIUM
    assert found.device is None
    assert found.title == "2 devices of Dahua and Hikvision share one TLS key (2 names)"
    assert "2 certificates of one key, issued by" in found.detail
    assert "Devices: 10.0.0.1, 10.0.0.3." in found.detail
    assert len(found.evidence) == 2
    assert list(RULE.skips(run)) == []


def test_the_same_finding_whoever_holds_the_key(make_device, said, make_run):
    first = [holder(said, make_device, f"10.0.0.{n}", "k1") for n in (1, 2)]
    second = [holder(said, make_device, f"10.0.0.{n}", "k1") for n in (3, 4, 5)]
    (before,) = RULE.findings(make_run(first, []))
    (after,) = RULE.findings(make_run(second, []))
    assert before.id == after.id
    assert after.title.startswith("3 devices of Hikvision")


def test_one_name_with_a_key_each_is_none(make_device, said, make_run):
    """A wildcard of the owner's authority, issued for each device."""
    devices = [
        holder(said, make_device, f"10.0.0.{n}", f"k{n}", subject="CN=*.cam", issuer="CN=ca")
        for n in (1, 2)
    ]
    assert list(RULE.findings(make_run(devices, []))) == []


def test_one_certificate_whose_key_was_not_read(make_device, said, make_run):
    devices = [
        holder(said, make_device, f"10.0.0.{n}", None, sha256="aa", issuer="CN=ca") for n in (1, 2)
    ]
    (found,) = RULE.findings(make_run(devices, []))
    assert "They show one certificate, issued by CN=ca." in found.detail
    assert "(CN=a)" in found.title


def test_two_addresses_of_one_mac_are_one_device(make_device, said, make_run):
    devices = [
        msgspec.structs.replace(
            holder(said, make_device, f"10.0.0.{n}", "k1"), mac="00:12:41:00:00:01"
        )
        for n in (1, 2)
    ]
    assert list(RULE.findings(make_run(devices, []))) == []


def test_a_long_list_is_cut(make_device, said, make_run):
    devices = [holder(said, make_device, f"10.0.{n}.1", "k1") for n in range(50)]
    (found,) = RULE.findings(make_run(devices, []))
    assert "10.0.39.1 and 10 more." in found.detail
    assert len(found.evidence) == 50


def test_a_hostile_name_is_one_line(make_device, said, make_run):
    devices = [
        holder(said, make_device, f"10.0.0.{n}", "k1", subject="CN=a\nb\x1b[2J" + "c" * 9000)
        for n in (1, 2)
    ]
    (found,) = RULE.findings(make_run(devices, []))
    for text in (found.title, found.detail, found.advice):
        assert text.isprintable()
        assert len(text) < 700
