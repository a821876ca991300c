"""Certificates in the shapes of devices."""

from __future__ import annotations

import ssl

import pytest

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
