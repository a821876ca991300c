"""The shipped personas: they load, every answer names its source, every port is served once."""

from __future__ import annotations

import re

import msgspec
import pytest

from camscan.errors import DataError
from camscan.lab.device import Maker
from camscan.lab.inquiry import render_reply
from camscan.lab.persona import About, Answer, Inquiry, Persona, _check, personas, stacks

PERSONAS = sorted(personas())


def test_the_makers_of_the_first_release_are_all_there() -> None:
    makers = {p.persona.maker for p in personas().values() if p.persona.kind == "camera"}
    assert makers >= {
        "hikvision", "dahua", "uniview", "axis", "hanwha", "bosch", "reolink", "tp-link",
        "xiongmai", "vivotek", "ubiquiti", None,
    }  # fmt: skip


def test_every_answer_has_a_provenance() -> None:
    for name in PERSONAS:
        persona = personas()[name]
        for service in persona.service:
            for answer in service.answer:
                assert persona.provenance[answer.name].strip(), name
        for inquiry in persona.inquiry:
            assert persona.provenance[inquiry.name].strip(), name
        if persona.wsd is not None:
            assert persona.provenance["wsd"].strip(), name


def test_ports_are_served_once_and_https_has_a_certificate() -> None:
    for name in PERSONAS:
        persona = personas()[name]
        ports = [service.port for service in persona.service]
        assert len(ports) == len(set(ports)), name
        assert not any(s.kind == "https" for s in persona.service) or persona.tls is not None, name
        if persona.onvif is not None:
            assert set(persona.onvif.ports) <= set(ports), name


def test_a_mac_prefix_is_three_octets_in_lower_case() -> None:
    for name in PERSONAS:
        for oui in personas()[name].persona.ouis:
            assert len(bytes.fromhex(oui.replace(":", ""))) == 3, name
            assert oui == oui.lower(), name


def test_stacks_name_their_sources() -> None:
    for name in sorted(stacks()):
        assert stacks()[name].provenance.strip(), name


def test_an_inheriting_persona_replaces_the_services_of_its_ports() -> None:
    old = personas()["hikvision-mac-realm"]
    web = next(service for service in old.service if service.port == 80)
    assert [answer.name for answer in web.answer] == ["start page", "missing"]
    assert {service.port for service in old.service} == {80, 443, 554, 8000, 8443}


def test_an_inheriting_persona_replaces_inquiries_by_name_and_may_drop_them() -> None:
    def told(name: str) -> dict[str, str]:
        return {inquiry.name: inquiry.to for inquiry in personas()[name].inquiry}

    assert told("hikvision-app-webs") == {"sadp": "sender"}
    assert told("hikvision-dome-2014") == {"sadp": "group"}
    assert told("ezviz-h9c") == {}
    assert told("dahua-ptz") == {"dhip to the group": "group"}


def test_inquiries_have_their_own_names_and_render() -> None:
    for name in PERSONAS:
        persona = personas()[name]
        names = [inquiry.name for inquiry in persona.inquiry]
        assert len(names) == len(set(names))
        values = Maker(1).make(persona, "site", 0, 10).values
        for inquiry in persona.inquiry:
            own = {**values, "ip": "10.0.0.10", "gateway": "10.0.0.1", "netmask": "255.255.255.0"}
            asked = dict.fromkeys(re.compile(inquiry.query).groupindex, "12")
            answer = render_reply(inquiry, own, {}, asked)
            assert len(answer) > 10
            assert not re.search(rb"\{[a-z][a-z0-9_]*(:[^{}]*)?\}", answer)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"reply": "a", "reply_hex": "00"}, "needs either"),
        ({}, "needs either"),
        ({"reply": "a", "to": "group"}, "names none"),
    ],
)
def test_broken_inquiries_are_refused(broken: dict[str, str], says: str) -> None:
    inquiry = Inquiry(name="x", port=1, query="x", **broken)
    persona = Persona(About("p", "other"), provenance={"x": "composed"}, inquiry=(inquiry,))
    with pytest.raises(DataError, match=says):
        _check(persona)
    with pytest.raises(DataError, match="provenance"):
        _check(msgspec.structs.replace(persona, provenance={}))


def test_an_answer_fits_by_method_path_and_call() -> None:
    answer = Answer("x", method="POST", path="/onvif/*", call="GetScopes")
    assert answer.fits("POST", "/onvif/device_service", "GetScopes")
    assert not answer.fits("GET", "/onvif/device_service", "GetScopes")
    assert not answer.fits("POST", "/other", "GetScopes")
    assert not answer.fits("POST", "/onvif/device_service", "GetHostname")
    assert not Answer("y", call="*").fits("POST", "/", "")
