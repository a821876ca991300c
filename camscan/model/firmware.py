"""Firmware of one maker in order: version first, then the day of the build; a guess is None."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from camscan.model.identity import FirmwareClaim

_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)*")

# Makers whose printed version holds more than its order. Groups `n1` to `n4` are its numbers, most
# significant first; `track` is a product, branch or customer, and versions of two tracks have no
# order. What the expression does not match has none either.
_SCHEMES = {
    # Generation, platform, customer code (0000000, 00AC000), patch, R(elease) or T(est).
    "dahua": r"(?P<n1>[0-9]+)\.(?P<n2>[0-9]{3})\.(?P<track>[0-9A-Za-z]+)\.(?P<n3>[0-9]+)"
    r"(?:\.(?:[Rr]|(?P<test>[Tt])))?",
    # V5.00.R02, then product, branch and revision, which are marks and not numbers.
    "xiongmai": r"[Vv](?P<n1>[0-9])\.(?P<n2>[0-9]{2})\.[Rr](?P<n3>[0-9]{2})\.?(?P<track>.*)",
    # IPC-B2202 is the product line and its platform.
    "uniview": r"(?P<track>[A-Za-z_]+-[A-Za-z][0-9]+)\.(?P<n1>[0-9]+)\.(?P<n2>[0-9]+)",
    # The first number is the model: 916.30.10.114 runs on an X916, 2915.30.10.114 on an X915S.
    "akuvox": r"(?P<track>[0-9]+)\.(?P<n1>[0-9]+)\.(?P<n2>[0-9]+)\.(?P<n3>[0-9]+)",
}
_COMPILED = {maker: re.compile(scheme) for maker, scheme in _SCHEMES.items()}
_LONGEST_NUMBER = 18


class Firmware(Struct, frozen=True, kw_only=True):
    """Firmware as printed (`text`), the numbers of its version, and the day of its build.

    `version` is None where nothing says how the maker counts. `track` tells branches apart between
    which there is no order; `mark` is a build that is no date.
    """

    maker: str
    text: str
    version: tuple[int, ...] | None
    build: date | None = None
    track: str = ""
    mark: str = ""

    def compared(self, other: Firmware) -> int | None:
        """-1 older than `other`, 0 the same version and build, 1 newer, None: nobody can tell.

        Sound for the same product of one maker: most makers number each product by itself.
        """
        if self.maker != other.maker or self.version is None or other.version is None:
            return None
        if self.track != other.track:
            return None
        mine, theirs = _padded(self.version), _padded(other.version)
        if mine != theirs:
            return -1 if mine < theirs else 1
        if self.build is not None and other.build is not None:
            return (self.build > other.build) - (self.build < other.build)
        same = self.build is other.build and self.mark == other.mark
        return 0 if same else None


def firmware(
    maker: str, text: str, version: str | None = None, build: str | None = None
) -> Firmware:
    """Firmware of what a grammar read: dotted `version`, `build` an ISO date or any mark."""
    numbers, track = _numbers(maker, version or "")
    day = _day(build)
    mark = "" if build is None or day is not None else build
    return Firmware(maker=maker, text=text, version=numbers, build=day, track=track, mark=mark)


def claimed(maker: str, claim: FirmwareClaim) -> Firmware:
    """Firmware of a claim about a device made by `maker`."""
    return firmware(maker, claim.value, claim.version, claim.build)


def _numbers(maker: str, version: str) -> tuple[tuple[int, ...] | None, str]:
    scheme = _COMPILED.get(maker)
    if scheme is None:
        if not _DECIMAL.fullmatch(version):
            return None, ""
        # A lone number is another way of counting than a dotted one: 1029 is not above 3.1.0.956.
        return _integers(version.split(".")), "" if "." in version else "number"
    found = scheme.fullmatch(version)
    if found is None:
        return None, ""
    groups = found.groupdict()
    numbers = [text for name, text in groups.items() if name.startswith("n") and text]
    track = groups["track"].upper() + (" test" if groups.get("test") else "")
    return _integers(numbers), track


def _integers(texts: list[str]) -> tuple[int, ...] | None:
    if any(len(text) > _LONGEST_NUMBER for text in texts):
        return None
    return tuple(int(text) for text in texts)


def _padded(version: tuple[int, ...]) -> tuple[int, ...]:
    """Without zeros at the end: 5.4 and 5.4.0 are one version."""
    end = len(version)
    while end and version[end - 1] == 0:
        end -= 1
    return version[:end]


def _day(build: str | None) -> date | None:
    """The day of `2017-01-24`; no other form."""
    if build is None or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", build):
        return None
    try:
        return date.fromisoformat(build)
    except ValueError:
        return None
