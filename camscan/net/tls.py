"""TLS towards old devices, over bytes: no socket here.

Nothing is verified: the certificate is evidence of who made the device, never a reason to trust
it, and no secret is ever sent over such a connection.
"""

from __future__ import annotations

import ssl
import warnings
from functools import cache
from ipaddress import ip_address

from camscan.model.status import Status

# SSL_OP_LEGACY_SERVER_CONNECT of openssl/ssl.h: servers without RFC 5746 secure renegotiation.
# The ssl module names it from Python 3.12 on.
_LEGACY_SERVER_CONNECT = 0x4


@cache
def old_device_context() -> ssl.SSLContext:
    """A client context that still speaks with TLS 1.0, RSA-512 and SHA-1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        # Deprecated with good reason elsewhere; here it is what old cameras speak.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= _LEGACY_SERVER_CONNECT
    return context


def sni_of(server_name: str | None) -> str | None:
    """The name to send as SNI: never an address (RFC 6066 section 3), never a malformed name."""
    if not server_name:
        return None
    try:
        ip_address(server_name.strip("[]"))
    except ValueError:
        return server_name if server_name.isascii() and len(server_name) < 254 else None
    return None


def status_of_tls(error: ssl.SSLError) -> Status:
    """What a TLS failure means; its text is in the connection's `fault`."""
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Status.CLOSED
    if "CERTIFICATE_REQUIRED" in words(error):
        return Status.AUTH_REQUIRED  # RFC 8446 section 6.2, alert 116
    return Status.MALFORMED


def words(error: ssl.SSLError) -> str:
    """OpenSSL's name of the failure (`WRONG_VERSION_NUMBER`), else its text."""
    return getattr(error, "reason", None) or str(error)


class TlsLayer:
    """One TLS client: feed what the socket gave, send what `outgoing()` gives.

    Every method that needs more bytes from the peer returns None; `ssl.SSLError` passes through.
    """

    def __init__(self, server_name: str | None) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = old_device_context().wrap_bio(
            self._incoming, self._outgoing, server_hostname=sni_of(server_name)
        )

    def feed(self, data: bytes) -> None:
        """Bytes of the peer; none at all mean that it closed."""
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def outgoing(self) -> bytes:
        """Bytes that must be sent now."""
        return self._outgoing.read()

    def handshake(self) -> bool | None:
        """True when the handshake is complete."""
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return None
        return True

    def write(self, data: bytes) -> None:
        """Encrypt `data` into `outgoing()`."""
        self._tls.write(data)

    def read(self, size: int) -> bytes | None:
        """At most `size` decrypted bytes, b"" when the peer ended the stream."""
        try:
            return self._tls.read(size)
        except ssl.SSLWantReadError:
            return None
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""  # old devices close without close_notify

    def finish(self) -> None:
        """Put a close_notify into `outgoing()`; the peer's own is not waited for."""
        try:
            self._tls.unwrap()
        except (ssl.SSLError, ValueError):
            return

    @property
    def certificate(self) -> bytes | None:
        """The peer's certificate as DER."""
        return self._tls.getpeercert(binary_form=True)

    @property
    def version(self) -> str | None:
        """`TLSv1` to `TLSv1.3`."""
        return self._tls.version()
