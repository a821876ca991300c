"""Points of a rule, and the cap on what an owner can edit."""

from __future__ import annotations

import msgspec

from camscan.matching.points import points_of


def test_strength_per_attribute_and_cap(data) -> None:
    words = data.vocabulary
    rule = data.by_id["acme.http.server.web"]
    assert points_of(words, rule, "maker", "AcmeWeb") == 60
    assert points_of(words, rule, "class", "AcmeWeb") == 10
    editable = msgspec.structs.replace(rule, editable=True)
    assert points_of(words, editable, "maker", "AcmeWeb") == 10
    scope = data.by_id["acme.wsd.scope.name"]
    assert points_of(words, scope, "maker", "onvif://www.onvif.org/name/ACME") == 10
    assert points_of(words, scope, "maker", "onvif://www.onvif.org/hardware/ACME") == 60
