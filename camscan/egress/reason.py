"""Reasons of a verdict: a stable code, a sentence, and what it adds to the severity."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from camscan.model.finding import Severity


class Code(StrEnum):
    """Stable codes; a reason in a run is `code: sentence`."""

    ALLOW_RULE = "allow-rule"
    EXPIRED_RULE = "expired-rule"
    ROLE = "role"
    INSIDE = "inside"
    LISTED = "listed"
    OEM_HINT = "oem-hint"
    P2P_LIBRARY = "p2p-library"
    UNLISTED_PORT = "unlisted-port"
    NOT_LISTED = "not-listed"
    FOREIGN_COUNTRY = "foreign-country"
    HOME_COUNTRY = "home-country"
    COUNTRY = "country"
    COUNTRY_UNKNOWN = "country-unknown"
    ANYCAST = "anycast"
    OPERATOR = "operator"
    DIRECT_IP = "direct-ip"
    NAMED = "named"
    NO_NAME = "no-name"
    NAME_ONLY = "name-only"
    UNANSWERED = "unanswered"
    REFUSED = "refused"
    UPLOAD = "upload"
    STROBE = "strobe"
    FOREIGN_DNS = "foreign-dns"
    FOREIGN_NTP = "foreign-ntp"
    LATE_START = "late-start"
    FLEET = "fleet"
    FLEET_START = "fleet-start"
    PEER_BEGAN = "peer-began"
    DIRECTION_UNKNOWN = "direction-unknown"
    ICMP_ERROR = "icmp-error"
    BLOCKED = "blocked"
    BEACON = "beacon"
    BURST = "burst"
    INSIDE_SCAN = "inside-scan"
    WATCHED_OPERATOR = "watched-operator"
    DENY_RULE = "deny-rule"
    CLOUD_DENIED = "cloud-denied"
    MUD_RULE = "mud-rule"
    NOT_IN_MUD = "not-in-mud"
    BASELINE = "baseline"
    MORE_THAN_BEFORE = "more-than-before"
    NEW = "new"
    CLEAR_TEXT = "clear-text"
    HOLE_PUNCHING = "hole-punching"
    SEEN_ALSO = "seen-also"


POINTS = {
    Code.NOT_LISTED: 2,
    Code.FOREIGN_COUNTRY: 3,
    Code.COUNTRY: 1,
    Code.COUNTRY_UNKNOWN: 1,
    Code.DIRECT_IP: 1,
    Code.NAME_ONLY: -1,
    Code.UPLOAD: 2,
    Code.STROBE: 1,
    Code.P2P_LIBRARY: 1,
    Code.HOLE_PUNCHING: 1,
    Code.BEACON: 1,
    Code.BURST: 1,
    Code.WATCHED_OPERATOR: 2,
    Code.DENY_RULE: 4,
    Code.NOT_IN_MUD: 3,
    Code.MORE_THAN_BEFORE: 2,
    Code.LATE_START: 1,
    Code.FLEET_START: 2,
}
_HIGH, _MEDIUM = 4, 2
_CAPPED = frozenset({Code.FOREIGN_DNS, Code.FOREIGN_NTP})
_BY_TEXT = {code.value: code for code in Code}


class Reason(Struct, frozen=True):
    """One reason."""

    code: Code
    text: str

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


def codes_of(reasons: tuple[str, ...]) -> frozenset[Code]:
    """The known codes of a conversation's reasons."""
    heads = {reason.partition(":")[0] for reason in reasons}
    return frozenset(_BY_TEXT[head] for head in heads if head in _BY_TEXT)


def text_of(reasons: tuple[str, ...], code: Code) -> str | None:
    """The sentence of one code, or None."""
    for reason in reasons:
        head, _, text = reason.partition(": ")
        if head == code:
            return text
    return None


def severity_of(reasons: tuple[str, ...]) -> Severity:
    """What the reasons of an unexpected conversation add up to.

    A question to a foreign clock or resolver stays low unless it carries an upload.
    """
    codes = codes_of(reasons)
    if codes & _CAPPED and Code.UPLOAD not in codes:
        return Severity.LOW
    points = sum(POINTS.get(code, 0) for code in codes)
    if points >= _HIGH:
        return Severity.HIGH
    return Severity.MEDIUM if points >= _MEDIUM else Severity.LOW
