"""Decisions as claims."""

from __future__ import annotations

from camscan.model.identity import Band


def test_evidence_and_rules_are_listed_once_strongest_first(judge) -> None:
    seen = [("http.title", "Acme Login"), ("http.server", "AcmeWeb"), ("http.server", "AcmeWeb")]
    maker = judge(*seen).identity.maker
    assert maker.rules == ("acme.http.server.web", "acme.http.title.acme")
    assert len(maker.evidence) == 2


def test_rival_is_never_surer_than_the_leader(judge) -> None:
    judgement = judge(("http.server", "AcmeWeb", "80"), ("http.server", "BoltWeb", "81"))
    maker = judgement.identity.maker
    assert maker.rivals[0].band is maker.band is Band.POSSIBLE
    assert len(maker.rivals[0].evidence) == 1


def test_vendor_of_software_is_named(judge) -> None:
    maker = judge(("http.server", "InkCo HTTP")).identity.maker
    assert (maker.id, maker.name, maker.country) == ("inkco", "InkCo", "JP")


def test_firmware_without_grammar(judge) -> None:
    firmware = judge(("onvif.firmware", "1.2-x")).identity.firmware
    assert (firmware.value, firmware.version, firmware.build) == ("1.2-x", None, None)
