"""A small set of fingerprints with two makers, a brand, a platform and software."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from camscan.matching.data import DataRoot
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.load import load
from camscan.matching.match import Judgement, Matcher
from camscan.model.evidence import Evidence

CHECKOUT = Path(__file__).parents[2] / "fingerprints"

ACME = """
[maker]
id = "acme"
name = "Acme Vision"
legal_name = "Acme Vision Ltd"
country = "GB"
reviewed = 2026-03-01
sources = ["manual: Acme guide"]

[[brand]]
id = "acme"
name = "Acme"
country = "GB"

[[brand]]
id = "acmelite"
name = "AcmeLite"
country = "GB"

[[oui]]
prefix = "00:11:22"
owner = "maker"
source = ["ieee: registry"]

[[oui]]
prefix = "00:11:33"
owner = "module"
source = ["ieee: registry"]

[[model]]
id = "acme.model.camera"
regex = '^AC-C\\d'
class = "camera"
brand = "acme"
examples = ["AC-C100"]
not_examples = ["AC-R100"]
source = ["manual: Acme guide"]

[[model]]
id = "acme.model.recorder"
regex = '^AC-R\\d'
class = "recorder"
brand = "acme"
examples = ["AC-R100"]
source = ["manual: Acme guide"]

[[firmware]]
id = "acme.firmware.build"
regex = '^V(?P<version>\\d+(?:\\.\\d+)+)(?:,? ?build (?P<build>\\d{6}))?$'
build_format = "%y%m%d"
examples = [{ text = "V5.4.5 build 170124", version = "5.4.5", build = "2017-01-24" }]
source = ["manual: Acme guide"]

[[rule]]
id = "acme.http.server.web"
field = "http.server"
equals = "AcmeWeb"
strength = "strong"
strengths = { class = "weak" }
asserts = { maker = "acme", class = "camera" }
examples = ["AcmeWeb"]
not_examples = ["AcmeWeb/2"]
source = ["manual: Acme guide"]

[[rule]]
id = "acme.http.title.acme"
field = "http.title"
prefix = "Acme "
strength = "medium"
asserts = { maker = "acme" }
examples = ["Acme Login"]
source = ["public-code: a page, text `Acme Login`"]

[[rule]]
id = "acme.rtsp.realm.model"
field = "rtsp.www_authenticate"
regex = 'realm="(?P<model>AC-[A-Z]\\d+)"'
strength = "strong"
asserts = { maker = "acme" }
examples = [{ text = 'Digest realm="AC-C100", nonce="0"', model = "AC-C100" }]
source = ["github:acme/acme#1"]

[[rule]]
id = "acme.rtsp.sdp.recorder"
field = "rtsp.sdp"
contains = "s=Acme Recorder"
strength = "strong"
asserts = { maker = "acme", class = "recorder" }
examples = ["v=0 s=Acme Recorder"]
source = ["github:acme/acme#1"]

[[rule]]
id = "acme.wsd.scope.name"
field = "wsd.scope"
regex = '^onvif://www\\.onvif\\.org/name/ACME(?:%20(?P<model>[^/]+))?$'
strength = "strong"
asserts = { maker = "acme", brand = "acme" }
examples = [{ text = "onvif://www.onvif.org/name/ACME%20AC-C1%2F2", model = "AC-C1/2" }]
source = ["github:acme/acme#1"]
"""

BOLT = """
[maker]
id = "bolt"
name = "Bolt"
country = "CN"
reviewed = 2026-04-01
sources = ["manual: Bolt guide"]

[[oui]]
prefix = "00:aa:bb"
owner = "maker"
source = ["ieee: registry"]

[[model]]
id = "bolt.model.camera"
regex = '^BT'
class = "camera"
examples = ["BT1"]
source = ["manual: Bolt guide"]

[[rule]]
id = "bolt.http.server.web"
field = "http.server"
contains = "BoltWeb"
strength = "strong"
asserts = { maker = "bolt" }
examples = ["x BoltWeb"]
source = ["manual: Bolt guide"]

[[rule]]
id = "bolt.http.title.bolt"
field = "http.title"
equals = "Bolt"
strength = "strong"
asserts = { maker = "bolt" }
examples = ["Bolt"]
source = ["manual: Bolt guide"]

[[rule]]
id = "bolt.onvif.model.bt"
field = "onvif.model"
regex = '^(?P<model>BT\\d+)$'
strength = "strong"
asserts = { maker = "bolt" }
examples = [{ text = "BT100", model = "BT100" }]
source = ["manual: Bolt guide"]
"""

SHOP = """
[brand]
id = "shop"
name = "Shop"
country = "US"
reviewed = 2026-05-01
sources = ["vendor: shop's page"]

[[oui]]
prefix = "00:cc:dd"
owner = "brand"
source = ["ieee: registry"]

[[rule]]
id = "shop.http.title.shop"
field = "http.title"
equals = "Shop Camera"
strength = "strong"
asserts = { brand = "shop" }
examples = ["Shop Camera"]
source = ["manual: shop"]
"""

OEM = """
[[relation]]
brand = "shop"
maker = "acme"
models = '^SH-\\d'
kind = "oem"
confidence = "strong"
class = "camera"
since = 2019-05-01
examples = ["SH-1"]
not_examples = ["SX-1"]
source = ["github:acme/acme#2"]

[[relation]]
brand = "stall"
brand_name = "Stall"
brand_country = "DE"
maker = "bolt"
kind = "rebrand"
confidence = "medium"
source = ["github:acme/acme#3"]
"""

ONVIF = """
[platform]
id = "onvif"
name = "ONVIF"
reviewed = 2026-05-02
sources = ["standard: ONVIF"]

[[rule]]
id = "onvif.wsd.types.nvt"
field = "wsd.types"
equals = "dn:NetworkVideoTransmitter"
strength = "medium"
asserts = { platform = "onvif", class = "camera" }
examples = ["dn:NetworkVideoTransmitter"]
source = ["standard: ONVIF"]

[[rule]]
id = "onvif.onvif.service.media"
field = "onvif.service"
equals = "http://www.onvif.org/ver10/media/wsdl"
strength = "medium"
asserts = { class = "camera" }
examples = ["http://www.onvif.org/ver10/media/wsdl"]
source = ["standard: ONVIF"]

[[rule]]
id = "onvif.rtsp.public.describe"
field = "rtsp.public"
contains = "DESCRIBE"
strength = "medium"
asserts = { class = "camera" }
alone = false
examples = ["OPTIONS, DESCRIBE"]
source = ["rfc: 7826"]

[[rule]]
id = "onvif.onvif.model.any"
field = "onvif.model"
regex = '^(?P<model>\\S.*)$'
strength = "medium"
asserts = { platform = "onvif" }
examples = [{ text = "AC-C100", model = "AC-C100" }]
source = ["standard: ONVIF"]

[[rule]]
id = "onvif.onvif.firmware.any"
field = "onvif.firmware"
regex = '^(?P<firmware>\\S.*)$'
strength = "medium"
asserts = { platform = "onvif" }
examples = [{ text = "V1.2", firmware = "V1.2" }]
source = ["standard: ONVIF"]
"""

PRINTER = """
[software]
id = "inkjet"
name = "Inkjet printers"
kind = "printer"
reviewed = 2026-05-03
sources = ["github:rapid7/recog xml/http_servers.xml"]

[[vendor]]
id = "inkco"
name = "InkCo"
country = "JP"

[[rule]]
id = "inkjet.wsd.types.printer"
field = "wsd.types"
equals = "wprt:PrintDeviceType"
strength = "strong"
asserts = { platform = "inkjet", class = "other" }
examples = ["wprt:PrintDeviceType"]
source = ["standard: WSD"]

[[rule]]
id = "inkjet.http.server.inkco"
field = "http.server"
equals = "InkCo HTTP"
strength = "strong"
strengths = { class = "medium" }
asserts = { maker = "inkco", platform = "inkjet", class = "other" }
examples = ["InkCo HTTP"]
source = ["github:rapid7/recog xml/http_servers.xml"]
"""

EGRESS = """
[egress]
maker = "acme"
reviewed = 2026-01-01

[[destination]]
id = "acme.cloud"
domains = ["acme-cloud.example"]
ports = ["tcp/443"]
purpose = "relay"
breaks = "remote viewing"
source = ["manual: Acme guide"]
examples = ["eu.acme-cloud.example"]
not_examples = ["notacme-cloud.example"]
"""

FILES = {
    "makers/acme.toml": ACME,
    "makers/bolt.toml": BOLT,
    "brands/shop.toml": SHOP,
    "oem.toml": OEM,
    "platforms/onvif.toml": ONVIF,
    "software/inkjet.toml": PRINTER,
    "egress/acme.toml": EGRESS,
}

Change = str | tuple[str, str] | list[tuple[str, str]]
MakeRoot = Callable[..., Path]
Judge = Callable[..., Judgement]


@pytest.fixture
def make_root(tmp_path: Path) -> MakeRoot:
    """Write the small set, with changes: a path to new text or to (old, new) pairs."""

    def make(changes: dict[str, Change] | None = None) -> Path:
        files: dict[str, str] = {
            **FILES,
            "vocabulary.toml": (CHECKOUT / "vocabulary.toml").read_text("utf-8"),
        }
        for name, change in (changes or {}).items():
            if isinstance(change, str):
                files[name] = change
                continue
            for old, new in change if isinstance(change, list) else [change]:
                assert old in files[name]
                files[name] = files[name].replace(old, new)
        root = tmp_path / "fingerprints"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return root

    return make


@pytest.fixture
def data(make_root: MakeRoot) -> Fingerprints:
    """The small set, loaded."""
    return load(DataRoot(base=make_root()))


@pytest.fixture
def judge(data: Fingerprints) -> Judge:
    """Judge (field, value) or (field, value, port) of one target."""
    matcher = Matcher(data)

    def run(*seen: tuple[str, ...]) -> Judgement:
        return matcher.judge(
            [
                Evidence(
                    target="10.0.0.1",
                    field=entry[0],
                    value=entry[1],
                    method="test",
                    port=int(entry[2]) if len(entry) > 2 else None,
                )
                for entry in seen
            ]
        )

    return run
