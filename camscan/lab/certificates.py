"""Certificates in the shapes that devices have; each device has a key of its own, or shares the
key of its kind where its persona says so.

Primes take long to make, so each pair of a few is a key: good enough for a lab, and nowhere else.
"""

from __future__ import annotations

import datetime
import math
import ssl
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from camscan.errors import DataError
from camscan.lab import render
from camscan.lab.persona import Persona, Tls
from camscan.lab.text import Lookup, fill

_HIGHEST = {
    "modern": ssl.TLSVersion.TLSv1_3,
    "tls12": ssl.TLSVersion.TLSv1_2,
    "tls10": ssl.TLSVersion.TLSv1,
}
_EXPONENT = 65537
_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class ContextCache:
    """Server contexts; one certificate and one key a device, or one key a kind."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], _Key] = {}
        self._pairs: dict[int, Iterator[rsa.RSAPrivateKey]] = {}
        self._serial = 0x10000

    def context(self, persona: Persona, values: Mapping[str, str]) -> ssl.SSLContext:
        """A context with the device's own certificate. Raises DataError without [tls]."""
        if persona.tls is None:
            raise DataError(f"lab persona {persona.id}: an https service needs [tls]")
        shape = persona.tls
        owner = persona.id if shape.shared else values.get("mac", values["ip"])
        key = self._key(shape, owner)
        look = render.lookup(values, {}, {})
        certificate = self._certificate(shape, key, look)
        pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():  # devices of 2012 speak what Python calls deprecated
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = _HIGHEST[shape.versions]
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            Path(file.name).write_bytes(pem)
            context.load_cert_chain(file.name)
        return context

    def _key(self, shape: Tls, owner: str) -> _Key:
        if (shape.key, owner) not in self._keys:
            if shape.key == "ec":
                key: _Key = ec.generate_private_key(ec.SECP256R1())
            else:
                bits = int(shape.key.removeprefix("rsa"))
                key = next(self._pairs.setdefault(bits, _pair_keys(bits)))
            self._keys[shape.key, owner] = key
        return self._keys[shape.key, owner]

    def _certificate(self, shape: Tls, key: _Key, look: Lookup) -> x509.Certificate:
        self._serial += 1
        subject = x509.Name.from_rfc4514_string(fill(shape.subject, look))
        issuer = x509.Name.from_rfc4514_string(fill(shape.issuer or shape.subject, look))
        begin = datetime.datetime.fromisoformat(shape.not_before).replace(tzinfo=datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(self._serial)
            .not_valid_before(begin)
            .not_valid_after(begin + datetime.timedelta(days=shape.days))
        )
        if shape.san:
            names = [x509.DNSName(fill(name, look)) for name in shape.san]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(key, hashes.SHA256())


def _pair_keys(bits: int) -> Iterator[rsa.RSAPrivateKey]:
    """RSA keys of `bits`, all different; primes are made as they are needed."""
    primes: list[int] = []
    while True:
        made = rsa.generate_private_key(_EXPONENT, bits).private_numbers()
        for prime in (made.p, made.q):
            for other in primes:
                # Two primes of the same length may multiply to a bit less.
                if (prime * other).bit_length() == bits:
                    yield _key_of(prime, other)
            primes.append(prime)


def _key_of(p: int, q: int) -> rsa.RSAPrivateKey:
    d = pow(_EXPONENT, -1, math.lcm(p - 1, q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(_EXPONENT, p * q),
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)
