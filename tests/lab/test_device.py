"""Devices: spellings of the MAC address, fresh values, and what happens when none is left."""

from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.lab.device import Maker, mac_values
from camscan.lab.persona import About, Persona


def persona(**values: str) -> Persona:
    return Persona(About("toy", "camera", ouis=("c4:2f:90",)), values=values)


def test_spellings_and_link_local_address() -> None:
    values = mac_values("28:57:be:33:e0:b0")
    assert values["mac_plain"] == "2857be33e0b0"
    assert values["mac_upper_dash"] == "28-57-BE-33-E0-B0"
    assert values["ipv6_link_local"] == "fe80::2a57:beff:fe33:e0b0"


def test_values_may_use_earlier_ones() -> None:
    device = Maker(1).make(persona(serial="S{digits:6}", realm="Login to {serial}"), "x", 0, 10)
    assert device.values["realm"] == f"Login to {device.values['serial']}"


def test_a_template_too_narrow_is_a_data_error() -> None:
    maker = Maker(1)
    maker.make(persona(serial="always the same"), "x", 0, 10)
    with pytest.raises(DataError, match="serial"):
        maker.make(persona(serial="always the same"), "x", 0, 11)


def test_variants_are_dealt_in_turn() -> None:
    toy = Persona(
        About("toy", "camera", ouis=("c4:2f:90",)), variant=({"model": "A"}, {"model": "B"})
    )
    maker = Maker(1)
    models = [maker.make(toy, "x", 0, host).values["model"] for host in range(10, 14)]
    assert models == ["A", "B", "A", "B"]
