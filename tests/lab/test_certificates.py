"""Certificates in the shapes of devices."""

from __future__ import annotations

import hashlib
import ssl

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from camscan.errors import DataError
from camscan.lab.certificates import ContextCache
from camscan.lab.persona import About, Persona, Tls


def test_a_context_without_a_shape_is_a_data_error() -> None:
    with pytest.raises(DataError, match="needs"):
        ContextCache().context(Persona(About("toy", "camera")), {"ip": "1.2.3.4"})


def test_old_devices_stop_at_tls_1_0() -> None:
    shape = Tls(subject="CN={ip}", key="rsa1024", versions="tls10")
    context = ContextCache().context(Persona(About("toy", "camera"), tls=shape), {"ip": "1.2.3.4"})
    assert context.maximum_version is ssl.TLSVersion.TLSv1


def keys_of(cache: ContextCache, shape: Tls, macs: list[str]) -> list[str | None]:
    """Hash of the key that each device of these addresses shows."""
    found = []
    for mac in macs:
        persona = Persona(About("toy", "camera"), tls=shape)
        key = cache._key(shape, persona.id if shape.shared else mac)
        der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        found.append(hashlib.sha256(der).hexdigest())
    return found


@pytest.mark.parametrize("kind", ["ec", "rsa1024"])
def test_each_device_has_a_key_of_its_own(kind: str) -> None:
    shape = Tls(subject="CN={ip}", key=kind)  # type: ignore[arg-type]
    macs = [f"00:00:00:00:00:{n:02x}" for n in range(8)]
    cache = ContextCache()
    keys = keys_of(cache, shape, macs)
    assert len(set(keys)) == 8
    assert keys_of(cache, shape, macs) == keys


def test_a_kind_may_share_one() -> None:
    shape = Tls(subject="CN={ip}", key="ec", shared=True)
    assert len(set(keys_of(ContextCache(), shape, ["a", "b", "c"]))) == 1


def test_a_key_of_two_primes_serves() -> None:
    """OpenSSL takes the key with the certificate only when both belong together."""
    shape = Tls(subject="CN={ip}", key="rsa1024")
    persona = Persona(About("toy", "camera"), tls=shape)
    cache = ContextCache()
    for n in range(4):
        assert cache.context(persona, {"ip": f"1.2.3.{n}"}) is not None
