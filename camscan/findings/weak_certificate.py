"""`weak-certificate`: a certificate has a short key, or a signature by a broken hash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from camscan.findings.certificates import Shown, certificates, unseen
from camscan.findings.exposed import exposure, ports_text, told, unheard, video
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run

_FIELDS = ("tls.key", "tls.signature")
_ENOUGH = 2048
_FACTORED = 1024
_CURVE_ENOUGH = 224
_SIZED = re.compile(r"(rsa|dsa) ([0-9]{1,6})")
_CURVE = re.compile(r"ec (?:sec[pt]|c2pnb|prime)([0-9]{2,3})")
_BROKEN = frozenset({"md2", "md5", "sha1"})
_NIST = "standard: NIST SP 800-131A Revision 2, section 3"
_BCP195 = "rfc: RFC 9325 section 4.5"
# Its 224 bits are of key agreement: of a certificate it speaks of RSA and of the hash alone.

_Weakness = tuple[Severity, str, str, tuple[str, ...]]


class WeakCertificate:
    """One finding per device and certificate, as grave as the worst of it.

    `medium` for RSA or DSA below 1024 bits and curves below 224; `low` below 2048 bits and for an
    issuer's signature by MD5 or SHA-1; `info` for such a signature of the device itself, which
    proves nothing whatever its hash.
    """

    id = "weak-certificate"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        order = tuple(Severity)
        for device in video(run):
            for shown in certificates(device):
                found = sorted(_weaknesses(shown), key=lambda each: -order.index(each[0]))
                if found:
                    yield self._finding(device, shown, found)

    def _finding(self, device: Device, shown: Shown, found: list[_Weakness]) -> Finding:
        severity, said, *_ = found[0]
        where = ports_text(shown.ports)
        return exposure(
            self.id,
            severity,
            device,
            f"shows a certificate with {said}",
            detail=f"Certificate{' on ' + where if where else ''} of"
            f" {told(shown.value('tls.subject'))}: " + " ".join(text for _, _, text, _ in found),
            advice=(
                "Make a new certificate on the device with a key of at least 2048 bits (RSA) or"
                " on P-256 (ECDSA), signed by SHA-256; where the device cannot, take what it sends"
                " as readable and keep it in a network of its own."
            ),
            evidence=shown.evidence(*_FIELDS),
            subject=ports_text(shown.ports),
            references=tuple(dict.fromkeys(name for *_, names in found for name in names)),
        )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices that were not asked, or whose key is not in what was read."""
        return unheard(self.id, run, unseen(run, _FIELDS))


def _weaknesses(shown: Shown) -> Iterator[_Weakness]:
    key = shown.value("tls.key") or ""
    if (sized := _SIZED.fullmatch(key)) is not None and int(sized[2]) < _ENOUGH:
        bits = int(sized[2])
        severity = Severity.MEDIUM if bits < _FACTORED else Severity.LOW
        name = sized[1].upper()
        yield (
            severity,
            f"a short key ({name}, {bits} bits)",
            f"The {name} key has {bits} bits; NIST SP 800-131A wants {_ENOUGH} at least.",
            (_NIST, _BCP195) if name == "RSA" else (_NIST,),
        )
    elif (curve := _CURVE.match(key)) is not None and int(curve[1]) < _CURVE_ENOUGH:
        yield (
            Severity.MEDIUM,
            f"a short key ({key.removeprefix('ec ')})",
            f"The curve {key.removeprefix('ec ')} has {curve[1]} bits; NIST SP"
            f" 800-131A wants {_CURVE_ENOUGH} at least.",
            (_NIST,),
        )
    digest = (shown.value("tls.signature") or "").partition(" ")[0]
    if digest in _BROKEN:
        name = {"sha1": "SHA-1"}.get(digest, digest.upper())
        if shown.self_signed:
            yield (
                Severity.INFO,
                f"a signature by {name}",
                f"It signed itself by {name}: a sign of old firmware, and no weakness by itself.",
                (),
            )
        else:
            yield (
                Severity.LOW,
                f"a signature by {name}",
                f"{told(shown.value('tls.issuer'))} signed it by {name}, a hash that"
                " must not be used for certificates any more.",
                (_BCP195,),
            )
