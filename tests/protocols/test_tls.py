"""Certificates as devices have them; the two of tests/protocols/data were made with openssl."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import tls
from camscan.protocols.decoded import Malformed

DATA = Path(__file__).parent / "data"
RSA512 = (DATA / "rsa512-sha1.pem").read_bytes()
RSA1024 = (DATA / "rsa1024-sha1.pem").read_bytes()
START = datetime(1970, 1, 1, tzinfo=UTC)


def der_of(pem: bytes) -> bytes:
    return base64.b64decode(b"".join(pem.strip().splitlines()[1:-1]))


def read(data: bytes) -> tls.Certificate:
    certificate = tls.parse_certificate(data)
    assert isinstance(certificate, tls.Certificate)
    return certificate


def make(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "00:40:8c:00:00:01, Kamera"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Täst"),
        ]
    )
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("a.example"),
            x509.DNSName("b.example"),
            x509.IPAddress(ip_address("fd00::1")),
        ]
    )
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, algorithm)
    )
    return built.public_bytes(serialization.Encoding.DER)


EC_DER = make(ec.generate_private_key(ec.SECP256R1()))


@pytest.mark.parametrize(("pem", "key"), [(RSA512, "rsa 512"), (RSA1024, "rsa 1024")])
def test_short_keys_and_sha1(pem: bytes, key: str) -> None:
    certificate = read(pem)
    assert certificate.subject == "CN=192.0.2.64,O=Example Camera,ST=Zhejiang,C=CN"
    assert certificate.self_signed
    assert certificate.san == ("cam.example", "192.0.2.64")
    assert certificate.key == key
    assert certificate.sha256 == hashlib.sha256(der_of(pem)).hexdigest()
    assert certificate.complete


def test_der_and_pem_are_the_same() -> None:
    assert read(RSA512) == read(der_of(RSA512))


def test_first_of_several_pem_blocks_with_text_around() -> None:
    assert read(b"depth=0 CN=x\r\n" + RSA1024.replace(b"\n", b"\r\n") + RSA512) == read(RSA1024)


@pytest.mark.parametrize(
    ("private", "key"),
    [
        (ec.generate_private_key(ec.SECP256R1()), "ec secp256r1"),
        (ed25519.Ed25519PrivateKey.generate(), "ed25519"),
    ],
)
def test_other_keys(
    private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, key: str
) -> None:
    assert read(make(private)).key == key


def test_expired_and_odd_names() -> None:
    certificate = read(EC_DER)
    assert certificate.subject == "O=Täst,CN=00:40:8c:00:00:01\\, Kamera"
    assert (certificate.not_before, certificate.not_after) == (START, START + timedelta(days=1))
    assert certificate.san == ("a.example", "b.example", "fd00::1")


def test_evidence() -> None:
    decoded = tls.decode(RSA512)
    assert decoded.status is Status.OK
    assert decoded.values("tls.subject") == decoded.values("tls.issuer")
    assert decoded.values("tls.san") == ("cam.example", "192.0.2.64")
    assert decoded.values("tls.sha256") == (hashlib.sha256(der_of(RSA512)).hexdigest(),)


def test_evidence_of_key_signature_and_dates() -> None:
    decoded = tls.decode(RSA512)
    assert decoded.values("tls.key") == ("rsa 512",)
    assert decoded.values("tls.signature") == ("sha1 rsa",)
    certificate = read(RSA512)
    assert decoded.values("tls.not_after") == (f"{certificate.not_after:%Y-%m-%dT%H:%M:%SZ}",)
    decoded = tls.decode(EC_DER)
    assert decoded.values("tls.signature") == ("sha256 ecdsa",)
    assert decoded.values("tls.not_before") == ("1970-01-01T00:00:00Z",)
    assert decoded.values("tls.not_after") == ("1970-01-02T00:00:00Z",)


def test_the_hash_of_the_key_is_that_of_every_certificate_of_it() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    first, second = read(make(private)), read(make(private))
    der = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert first.spki_sha256 == second.spki_sha256 == hashlib.sha256(der).hexdigest()
    assert first.sha256 != second.sha256, "ECDSA signs with a random number"
    assert read(RSA512).spki_sha256 not in (None, first.spki_sha256)


def test_broken_certificate_is_malformed_with_its_hash() -> None:
    broken = EC_DER[:100] + b"\xff" * 20 + EC_DER[120:-5]
    decoded = tls.decode(broken)
    assert decoded.status is Status.MALFORMED
    assert decoded.fields == (("tls.sha256", hashlib.sha256(broken).hexdigest()),)


@pytest.mark.parametrize(
    "data",
    [b"", b"0", b"hello world, no certificate", b"-----BEGIN CERTIFICATE-----\n====\n-----END",
     b"-----BEGIN CERTIFICATE-----\nA" + b"=" * 40 + b"\n-----END CERTIFICATE-----"],
)  # fmt: skip
def test_no_certificate(data: bytes) -> None:
    assert isinstance(tls.parse_certificate(data), Malformed)
    assert tls.decode(data).status is Status.MALFORMED


def test_a_version_that_does_not_exist_leaves_the_hash() -> None:
    third = b"\xa0\x03\x02\x01\x02"  # [0] EXPLICIT INTEGER 2: RFC 5280 section 4.1
    assert third in EC_DER
    certificate = read(EC_DER.replace(third, b"\xa0\x03\x02\x01\x01", 1))
    assert (certificate.complete, certificate.subject) == (False, None)


@given(
    st.binary(max_size=200), st.sampled_from((EC_DER, RSA512, der_of(RSA1024))), st.integers(0, 900)
)
def test_fuzz_parse_certificate_and_decode(junk: bytes, base: bytes, at: int) -> None:
    for raw in (junk, b"\x30\x82" + junk, base[:at] + junk + base[at + len(junk) :], base[:at]):
        tls.parse_certificate(raw)
        tls.decode(raw)
