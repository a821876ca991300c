"""Certificates of old and new devices become evidence."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import ssl
import subprocess
import warnings
from datetime import UTC, datetime

import pytest

from camscan.probes.http import HttpProbe
from camscan.probes.interface import Notes
from camscan.probes.tls import note_certificate

HOST = "127.77.8.1"


def notes():
    return Notes(HOST, 443, "https", lambda: datetime(2026, 11, 24, tzinfo=UTC))


def test_a_certificate(certificate):
    der = ssl.PEM_cert_to_DER_cert(_pem(certificate))
    one = notes()
    note_certificate(one, der)
    found = {e.field: e.value for e in one.evidence}
    assert found["tls.subject"] == found["tls.issuer"] == "CN=192.168.1.64"
    assert found["tls.sha256"] == hashlib.sha256(der).hexdigest()


def _pem(path):
    text = path.read_text()
    return text[text.index("-----BEGIN CERTIFICATE") :]


def test_none_and_rubbish():
    one = notes()
    note_certificate(one, None)
    note_certificate(one, b"")
    note_certificate(one, b"\xff" * 40)
    assert one.evidence == ()


@pytest.mark.parametrize(
    ("bits", "version"),
    [(512, ssl.TLSVersion.TLSv1), (1024, ssl.TLSVersion.TLSv1), (1024, ssl.TLSVersion.TLSv1_2)],
)
def test_old_devices(bench, answering, page, tmp_path, bits, version):
    if shutil.which("openssl") is None:
        pytest.skip("making a weak certificate needs the program openssl")
    key, cert = tmp_path / "k.pem", tmp_path / "c.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", f"rsa:{bits}", "-sha1"),
            *("-days", "9", "-subj", "/CN=Hikvision/O=old"),
            *("-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(cert, key)

    async def go():
        async with bench.context() as ctx, answering(page("old"), HOST, ssl=context) as device:
            return await HttpProbe(tls=True).run(ctx, HOST, device.port)

    result = asyncio.run(go())
    assert result.service == "https"
    assert [e.value for e in result.evidence if e.field == "tls.subject"] == ["O=old,CN=Hikvision"]
