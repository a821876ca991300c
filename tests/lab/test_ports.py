"""Port numbers of an unprivileged lab."""

from __future__ import annotations

from camscan.lab.ports import mapped, unmapped


def test_the_usual_ports_move_to_their_usual_places() -> None:
    assert mapped([80, 443, 554, 8000]) == {80: 8080, 443: 8443, 554: 8554, 8000: 8000}


def test_a_service_on_a_taken_place_gives_way() -> None:
    assert mapped([443, 8443]) == {443: 8443, 8443: 18443}
    assert len(set(mapped([80, 8080, 443, 8443, 554, 8554]).values())) == 6


def test_namespaces_keep_every_port() -> None:
    assert unmapped([80, 9020]) == {80: 80, 9020: 9020}
