"""All answers of one device, masked: fit for an issue, a test or a rule's example."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from msgspec import Struct

from camscan.matching.checks.privacy import problems
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.gather import FieldHit
from camscan.matching.mac import mac_digits
from camscan.matching.mask import (
    HOST,
    MASKED_MAC,
    NAME,
    Secrets,
    mask_addresses,
    mask_challenge,
    mask_hosts,
    mask_macs,
    mask_secrets,
    mask_serial,
    mask_tokens,
    mask_uuids,
)
from camscan.matching.match import Matcher
from camscan.model.evidence import Evidence

# A hash of the device's own certificate and the error of its clock are its own and nothing else.
WITHHELD = {
    "tls.sha256": "it is the hash of one certificate",
    "tls.spki_sha256": "it is the hash of one key",
    "tls.not_before": "it tells when one certificate was made",
    "tls.not_after": "it tells when one certificate was made",
    "onvif.time_skew": "it tells one clock",
    "onvif.utc_time": "it tells one clock",
    "onvif.local_time": "it tells one clock",
}
_HOST_FIELDS = frozenset({"http.location", "wsd.xaddr", "ssdp.location"})
_NAME_FIELDS = frozenset({"tls.san", "mdns.host", "onvif.hostname", "dhcp.hostname"})
_DOTTED_NAME = re.compile(r"(?<![\w.-])(?=[\w.-]*[A-Za-z])[\w-]+(?:\.[\w-]+)+(?![\w.-])")
# A host name in a greeting: its last label is no number, for `vsFTPd 3.0.5` is none.
_GREETING_HOST = re.compile(r"(?<![\w.-])[A-Za-z0-9][\w-]*(?:\.[\w-]+)*\.[A-Za-z]{2,}(?![\w.-])")
_LOGIN_HOST = re.compile(r"(?m)[\w.-]+(?= login: *$)")
# TXT keys that hold what an owner typed: RFC 6763 names none, these were seen.
_TYPED = re.compile(r"(?i)((?:fn|name|friendly_?name|nickname|note|location)=)(.+)", re.DOTALL)
_COMMON_NAME = re.compile(r"(?<=CN=)[^,+]+")
_COOKIE = re.compile(r"(?i)^(set-cookie: *[^=;]{1,64}=)[^;]*")
# The time and size of a file of the firmware: every unit sends the same.
_FILE_MARK = re.compile(r'(?i)etag: *(?:w/)?"?\d{9,10}:[0-9a-f]{1,8}"?$')
_WORD = re.compile(r"[a-z0-9]+")
_DIGITS_AT_END = re.compile(r"\d{5,}$")
# What firmware itself writes into the location scope.
_PLACES = frozenset({"country", "city", "china", "hangzhou", "shenzhen", "anywhere", "global"})
_NUMBERED = re.compile(r"(?=\D*\d)\S{4,}")
_LEAST_SECRET = 5
_LEAST_NAME = 4


class Line(Struct, frozen=True, kw_only=True):
    """One line of a record, as `camscan identify` reads it."""

    target: str
    field: str
    value: str
    port: int | None


class Withheld(Struct, frozen=True, order=True):
    """An answer that is not in the record, and why."""

    field: str
    reason: str


class Recording(Struct, frozen=True, kw_only=True):
    """The masked record; `lost` are rules that hit the answers and do not hit the record."""

    lines: tuple[Line, ...]
    withheld: tuple[Withheld, ...]
    lost: tuple[str, ...]


def record(
    evidence: Sequence[Evidence],
    matcher: Matcher,
    *,
    target: str = "recorded-1",
    names: Iterable[str] = (),
) -> Recording:
    """Mask the answers of one device. `names` are the words by which the user called it."""
    data = matcher.fingerprints
    hits = matcher.hits(evidence)
    masker = _Masker(data, evidence, hits, names)
    lines: dict[Line, None] = {}
    withheld: dict[Withheld, None] = {}
    for item in evidence:
        if item.field in WITHHELD:
            withheld[Withheld(item.field, WITHHELD[item.field])] = None
            continue
        value = masker.value(item)
        wrong = _wrong(item.field, value, masker.prefixes)
        if wrong is not None:
            withheld[Withheld(item.field, f"masking it failed: {wrong}")] = None
            continue
        lines[Line(target=target, field=item.field, value=value, port=item.port)] = None
    again = [
        Evidence(target=target, field=line.field, value=line.value, method="identify")
        for line in lines
    ]
    still = {hit.rule.id for hit in matcher.hits(again)}
    return Recording(
        lines=tuple(lines),
        withheld=tuple(sorted(withheld)),
        lost=tuple(dict.fromkeys(hit.rule.id for hit in hits if hit.rule.id not in still)),
    )


def _wrong(field: str, value: str, prefixes: frozenset[str]) -> str | None:
    """What the check of examples still finds; a version of four numbers is no address."""
    for code, _ in problems(value, prefixes):
        if code != "public-address" or not _is_firmware(field):
            return code
    return None


class _Masker:
    """Knows what one device is called, and masks its values one by one."""

    def __init__(
        self,
        data: Fingerprints,
        evidence: Sequence[Evidence],
        hits: Sequence[FieldHit],
        names: Iterable[str],
    ) -> None:
        self._vocabulary = data.vocabulary
        self.prefixes = frozenset(oui.prefix.replace(":", "")[:6] for oui in data.ouis)
        self._models = _models(evidence, hits)
        self._public_hosts = frozenset(
            host
            for rule in data.rules
            for example in rule.examples
            for host in _DOTTED_NAME.findall(example.text)
        )
        # A model is public where it looks like one: an owner's word in that field is not.
        numbers = {word for word in _words(" ".join(self._models)) if re.search(r"\d", word)}
        self._numbers = tuple(
            hit.captures["model"].casefold()
            for hit in hits
            if _NUMBERED.fullmatch(hit.captures.get("model", ""))
            and not self._vocabulary.is_editable(hit.evidence.field, hit.evidence.value)
        )
        self._public_words = _public_words(data) | numbers
        self._known_endpoints = {
            hit.evidence.value for hit in hits if hit.evidence.field == "wsd.endpoint"
        }
        self._secrets = self._learn(evidence, hits, names)

    def _learn(
        self, evidence: Sequence[Evidence], hits: Sequence[FieldHit], names: Iterable[str]
    ) -> Secrets:
        macs: set[str] = set()
        serials: set[str] = set()
        owned = {name for name in names if len(name) >= _LEAST_NAME}
        said = [(hit.captures.get("mac"), hit.captures.get("serial")) for hit in hits]
        for item in evidence:
            said.append((item.value, None) if _is_mac(item.field) else (None, None))
            if _is_serial(item.field):
                said.append((None, item.value))
            if self._vocabulary.is_editable(item.field, item.value):
                owned.add(unquote(item.value[self._prefix(item) :]))
            if item.field == "mdns.txt" and (typed := _TYPED.fullmatch(item.value)):
                owned.add(typed[2])
        for mac, serial in said:
            digits = mac_digits(mac or "")
            if digits is not None and len(digits) == 12 and len(set(digits)) > 1:
                macs.add(digits)
            serials |= self._parts_of_serial(serial or "")
        return Secrets(
            addresses=frozenset(item.target.partition("%")[0] for item in evidence),
            macs=frozenset(macs),
            serials=frozenset(serials - {mac.upper() for mac in macs} - macs),
            names=frozenset(
                name for name in owned if len(name) >= _LEAST_NAME and not self._says_nothing(name)
            ),
        )

    def _parts_of_serial(self, serial: str) -> set[str]:
        """The serial, what follows a model in it, and the number at its end."""
        if self._vocabulary.is_placeholder("serial", serial):
            return set()
        after = max((len(m) for m in self._models if serial.startswith(m)), default=0)
        parts = {serial, serial[after:], *_DIGITS_AT_END.findall(serial)}
        return {part for part in parts if len(part) >= _LEAST_SECRET and part not in self._models}

    def _prefix(self, item: Evidence) -> int:
        """Where that begins which an owner may have typed: behind the prefix of such a scope."""
        known = self._vocabulary.field[item.field].editable_prefixes
        return max((len(p) for p in known if item.value.lower().startswith(p)), default=0)

    def _says_nothing(self, name: str) -> bool:
        """True for a name made of makers, models and the words that firmware begins with."""
        text = unquote(name).casefold()
        for number in sorted(self._numbers, key=len, reverse=True):
            text = text.replace(number, " ")
        words = _words(mask_macs(text))
        return all(word in self._public_words or MASKED_MAC.fullmatch(word) for word in words)

    def value(self, item: Evidence) -> str:
        """One value, masked."""
        field, text = item.field, item.value
        if field.startswith("http.favicon."):
            return text
        if _is_serial(field):
            return self._serial(text)
        if self._vocabulary.is_editable(field, text):
            begin = self._prefix(item)
            if not self._says_nothing(text[begin:]):
                text = text[:begin] + NAME
        if field == "mdns.txt" and (typed := _TYPED.fullmatch(text)):
            text = text if self._says_nothing(typed[2]) else typed[1] + NAME
        text = mask_secrets(text, self._secrets)
        text = mask_uuids(text, keep_head=item.value in self._known_endpoints)
        text = mask_macs(text)
        if _is_firmware(field):
            return text
        text = mask_addresses(text, products=field.endswith(".server"))
        text = self._hosts(field, text)
        if field.endswith("www_authenticate"):
            return mask_challenge(text, self._public_words)
        if field == "http.header":
            text = _COOKIE.sub(r"\1", text)
        return text if field == "rtsp.sdp" or _FILE_MARK.match(text) else mask_tokens(text)

    def _serial(self, text: str) -> str:
        """Some makers' serial is the MAC address: then it is masked as one."""
        digits = mac_digits(text)
        if digits in self._secrets.macs or (digits or "")[:6] in self.prefixes:
            return mask_macs(text)
        return mask_serial(text, self._models)

    def _hosts(self, field: str, text: str) -> str:
        if field in _HOST_FIELDS:
            return mask_hosts(text, self._public_hosts)
        if field in _NAME_FIELDS:
            return _DOTTED_NAME.sub(self._host, text)
        if field in ("ftp.banner", "telnet.banner"):
            return _LOGIN_HOST.sub(self._login, _GREETING_HOST.sub(self._host, text))
        if field in ("tls.subject", "tls.issuer"):
            return _COMMON_NAME.sub(lambda cn: _DOTTED_NAME.sub(self._host, cn[0]), text)
        return text

    def _login(self, found: re.Match[str]) -> str:
        return found[0] if found[0] == HOST or self._says_nothing(found[0]) else NAME

    def _host(self, found: re.Match[str]) -> str:
        literal = re.fullmatch(r"[\d.]+", found[0]) is not None
        return found[0] if literal or found[0] in self._public_hosts else HOST


def _models(evidence: Iterable[Evidence], hits: Iterable[FieldHit]) -> frozenset[str]:
    """Model numbers and makers' names that the device gave; its serial is none of them."""
    given = {hit.captures.get("model", "") for hit in hits}
    fields = ("onvif.model", "onvif.manufacturer", "upnp.model_name", "upnp.manufacturer")
    given |= {item.value for item in evidence if item.field in fields}
    serials = {hit.captures.get("serial", "") for hit in hits}
    serials |= {item.value for item in evidence if _is_serial(item.field)}
    own = [serial.casefold() for serial in serials if len(serial) >= _LEAST_SECRET]
    return frozenset(
        model
        for model in given
        if len(model) >= _LEAST_NAME and not any(serial in model.casefold() for serial in own)
    )


def _public_words(data: Fingerprints) -> frozenset[str]:
    entities = [*data.makers.values(), *data.brands.values()]
    words = _words(" ".join(text for each in entities for text in (each.id, each.name)))
    for placeholders in data.vocabulary.placeholder.values():
        words |= _words(" ".join(placeholders))
    return words | _PLACES


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _is_mac(field: str) -> bool:
    return field.rpartition(".")[2] in {"mac", "address", "endpoint_mac", "mac_address"}


def _is_serial(field: str) -> bool:
    last = field.rpartition(".")[2]
    named = "serial" in last or last.endswith("_sn")
    return named or last in {"sn", "device_id", "deviceid", "uid", "uuid"}


def _is_firmware(field: str) -> bool:
    last = field.rpartition(".")[2]
    return "firmware" in last or "version" in last
