"""How texts of devices hold a firm's name: each pattern catches the name in its first group.

A name that is also an ordinary word (`Axis`, `Ring`, `Planet`) is the firm's where the words of a
camera, a model number or a MAC address follow it. Sources of the forms: RFC 7617 section 2 (realm),
RFC 2132 section 3.14 (host name), UPnP Device Architecture 2.0 section 1.1.4 (`urn:` of a vendor's
domain), RFC 6763 section 7 (service names), ONVIF Core Specification (namespaces of extensions).
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

_KIND: Final = r"(?:ip|internet|network|net|video|dome|ptz|hd|security|wireless)"
# What a camera or a recorder calls itself, and no printer or router does.
_VIDEO: Final = (
    rf"(?:{_KIND}[ _-]?cam(?:era)?s?|ip ?cam|nvr|dvr|ip surveillance"
    r"|video (?:server|encoder|door station|recorder)|rtsp(?: |-)server)"
)
_JOINT: Final = r"[ ,;:/_-]+"
_BETWEEN: Final = rf"(?:{_JOINT}[0-9a-z+.]+){{0,4}}"
_FILE: Final = r"(?:[_.-][0-9a-z_.-]*)?\.(?:gif|png|jpe?g|svg|js|css|cab|exe)"
_ENDING: Final = r"(?:co\.|corp\b|corporation\b|inc\b|ltd\b|gmbh\b|ag\b|spa\b|all rights reserved)"


class NamePatterns(Struct, frozen=True, kw_only=True):
    """The patterns of a text, of a page's body, and of identifiers (namespaces, `urn:`, services).

    `numbered` catches an ordinary word with something like a model number behind it: whose it is,
    the firm's grammars know.
    """

    text: tuple[str, ...]
    numbered: str
    body: tuple[str, ...]
    identifier: tuple[str, ...]


def name_patterns(word: str, alone: str, long: str) -> NamePatterns:
    """Patterns for three alternations of names: telling ones, ordinary words, long telling ones."""
    either = f"{word}|{alone}"
    return NamePatterns(
        text=(
            rf"(?i)(?:\b|_)({alone}){_BETWEEN}{_JOINT}{_VIDEO}\b",
            # The host name or the realm is the firm and the device's own address.
            rf"(?i)^(?:name/)?({alone})[ _-](?:[a-z]{{1,3}}[ _-])?[0-9a-f]{{12}}\b",
        ),
        numbered=rf"(?i)(?:\b|_)({alone})[ _/-][a-z]{{0,4}}-?[a-z]{{0,3}}[0-9]",
        body=(
            rf"(?i)(?:\b|_)({either}){_BETWEEN}{_JOINT}{_VIDEO}\b",
            rf"(?i)<meta [^>\n]{{0,64}}content=[\"'][^\"'<\n]{{0,64}}?(?:\b|_)({word})(?:\b|_)",
            rf"(?i)(?:brand|vendor|oem_?type|manufacturer)[\"']?(?: ?[:=] ?| )[\"']({either})[\"']",
            rf"(?i)powered by (?:the )?({word})\b",
            rf"(?i)(?:\b|_)({word})[ ,]+(?:[a-z]+[ ,]+){{0,2}}{_ENDING}",
            rf"(?i)\balt=[\"']({word})\b",
            rf"(?i)[\"'/]({long}){_FILE}",
            rf"(?i)\bx-({long})\b",
            rf"(?i)(?:\b|_)({long})[ _-]?logo",
            rf"(?i)logo[ _-]({long})(?:\b|_)",
            rf"(?i)\bwww\.({long})(?:-?(?:tech|cctv|security|usa|global))?\.(?:com|net|co|cn|de|eu|fr|it|nl)\b",
        ),
        identifier=(
            rf"(?i)^[a-z]{{3,8}}://(?:[0-9a-z-]+\.){{0,2}}({either})(?:-?(?:tech|cctv|security))?\.(?:com|net|co|cn|de|eu)\b",
            rf"(?i)^(?:uuid:[^:\n]*::)?urn:(?:schemas-)?({either})(?:[.-]com)?:",
            rf"(?i)^_({either})(?:-[0-9a-z-]+)?\._(?:tcp|udp)\b",
        ),
    )
