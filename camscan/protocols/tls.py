"""Certificates of devices: self-signed, expired, with short keys, and sometimes broken.

Nothing is verified; the certificate is a fingerprint. cryptography is imported when the first
one comes: most runs of the program meet none.
"""

from __future__ import annotations

import binascii
import hashlib
import re
import warnings
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs

if TYPE_CHECKING:
    from cryptography import x509

_PEM = re.compile(
    rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]{16,65536})-----END"
)
_MAX_NAMES = 64
# RFC 3279, RFC 4055, RFC 5758, RFC 8410.
_SIGNATURES = {
    "1.2.840.113549.1.1.2": "md2 rsa",
    "1.2.840.113549.1.1.4": "md5 rsa",
    "1.2.840.113549.1.1.5": "sha1 rsa",
    "1.3.14.3.2.29": "sha1 rsa",
    "1.2.840.113549.1.1.10": "rsa-pss",
    "1.2.840.113549.1.1.11": "sha256 rsa",
    "1.2.840.113549.1.1.12": "sha384 rsa",
    "1.2.840.113549.1.1.13": "sha512 rsa",
    "1.2.840.113549.1.1.14": "sha224 rsa",
    "1.2.840.10040.4.3": "sha1 dsa",
    "2.16.840.1.101.3.4.3.2": "sha256 dsa",
    "1.2.840.10045.4.1": "sha1 ecdsa",
    "1.2.840.10045.4.3.1": "sha224 ecdsa",
    "1.2.840.10045.4.3.2": "sha256 ecdsa",
    "1.2.840.10045.4.3.3": "sha384 ecdsa",
    "1.2.840.10045.4.3.4": "sha512 ecdsa",
    "1.3.101.112": "ed25519",
    "1.3.101.113": "ed448",
}


class Certificate(Struct, frozen=True, kw_only=True):
    """One certificate. Names are RFC 4514 strings; `key` is `rsa 512`, `ec secp256r1`, ...

    `spki_sha256` is the hash of the public key as the certificate holds it (RFC 5280
    SubjectPublicKeyInfo): equal for two certificates of one key. `signature` is the hash of its
    signature and its kind, `sha1 rsa`. `complete` is False when only the hash (or part of the
    names) could be read.
    """

    sha256: str
    subject: str | None = None
    issuer: str | None = None
    san: tuple[str, ...] = ()
    key: str | None = None
    spki_sha256: str | None = None
    signature: str | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    complete: bool = True

    @property
    def self_signed(self) -> bool:
        """True when subject and issuer are the same name."""
        return self.subject is not None and self.subject == self.issuer


def parse_certificate(data: bytes) -> Certificate | Malformed:
    """Read DER, or the first certificate of PEM text. Malformed when it cannot be one at all."""
    der = _der(data)
    if der is None:
        return Malformed("neither PEM nor DER")
    from cryptography import x509

    sha256 = hashlib.sha256(der).hexdigest()
    with warnings.catch_warnings():
        # cryptography warns of serial numbers, key sizes and encodings that these devices have.
        warnings.simplefilter("ignore")
        try:
            certificate = x509.load_der_x509_certificate(der)
        except (ValueError, TypeError, x509.InvalidVersion):
            return Certificate(sha256=sha256, complete=False)
        subject, issuer = _name(certificate, "subject"), _name(certificate, "issuer")
        return Certificate(
            sha256=sha256,
            subject=subject,
            issuer=issuer,
            san=_san(certificate),
            key=_key(certificate),
            spki_sha256=_spki_sha256(certificate),
            signature=_signature(certificate),
            not_before=_date(certificate, "not_valid_before_utc"),
            not_after=_date(certificate, "not_valid_after_utc"),
            complete=subject is not None and issuer is not None,
        )


def fields(certificate: Certificate) -> tuple[tuple[str, str], ...]:
    """Evidence: tls.subject, tls.issuer, tls.san for each name, tls.sha256, and what its key,
    its signature and its dates are (`2026-11-24T02:13:00Z`)."""
    found: list[tuple[str, str | None]] = [
        ("tls.subject", certificate.subject),
        ("tls.issuer", certificate.issuer),
    ]
    found.extend(("tls.san", name) for name in certificate.san)
    found += [
        ("tls.sha256", certificate.sha256),
        ("tls.key", certificate.key),
        ("tls.spki_sha256", certificate.spki_sha256),
        ("tls.signature", certificate.signature),
        ("tls.not_before", _stamp(certificate.not_before)),
        ("tls.not_after", _stamp(certificate.not_after)),
    ]
    return pairs(found)


def decode(data: bytes) -> Decoded:
    """Evidence of one certificate, PEM or DER; MALFORMED with the hash alone when it is broken."""
    certificate = parse_certificate(data)
    if isinstance(certificate, Malformed):
        return malformed()
    status = Status.OK if certificate.complete else Status.MALFORMED
    return Decoded(status=status, fields=fields(certificate))


def _der(data: bytes) -> bytes | None:
    """The DER bytes; anything that begins like a SEQUENCE counts, so that it can be hashed."""
    found = _PEM.search(data[:262144])
    if found is not None:
        try:
            return binascii.a2b_base64(found.group(1)) or None
        except binascii.Error:
            return None
    return data if len(data) >= 16 and data[:1] == b"\x30" else None


def _name(certificate: x509.Certificate, which: str) -> str | None:
    """RFC 4514 text of a name; None when the name cannot be decoded."""
    try:
        name = certificate.subject if which == "subject" else certificate.issuer
        return name.rfc4514_string()
    except (ValueError, TypeError):
        return None


def _san(certificate: x509.Certificate) -> tuple[str, ...]:
    """DNS names, addresses, mail addresses and URIs of subjectAltName."""
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = [str(name.value) for name in extension.value]
    except (ValueError, TypeError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return ()
    return tuple(names[:_MAX_NAMES])


def _date(certificate: x509.Certificate, which: str) -> datetime | None:
    try:
        moment = getattr(certificate, which)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if isinstance(moment, datetime) else None


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.replace(tzinfo=None).isoformat()}Z"


def _spki_sha256(certificate: x509.Certificate) -> str | None:
    """Hash of the DER of SubjectPublicKeyInfo; None for keys that the library refuses."""
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        der = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
        return None
    return hashlib.sha256(der).hexdigest()


def _signature(certificate: x509.Certificate) -> str | None:
    """`md5 rsa`, `sha256 ecdsa`, `ed25519`; the dotted OID of one without a name."""
    oid = certificate.signature_algorithm_oid
    return _SIGNATURES.get(oid.dotted_string, oid.dotted_string)


def _key(certificate: x509.Certificate) -> str | None:
    """Kind and size of the public key; None for kinds and sizes that the library refuses."""
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

    try:
        key = certificate.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
        return None
    if isinstance(key, rsa.RSAPublicKey):
        return f"rsa {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"ec {key.curve.name}"
    if isinstance(key, dsa.DSAPublicKey):
        return f"dsa {key.key_size}"
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "ed25519"
    return "ed448" if isinstance(key, ed448.Ed448PublicKey) else None
