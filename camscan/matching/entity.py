"""Firms and products that rules speak of: makers, brands, OUI blocks, platforms, software."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct


class Entity(Struct, frozen=True, kw_only=True):
    """A firm or a name on a box. `maker` is the owner of a maker's own brand, else None.

    `names` are what it calls itself, `names_alone` those that are also ordinary words. `only` is
    the class of a maker that makes nothing else with a network.
    """

    id: str
    name: str
    country: str | None
    file: str
    legal_name: str = ""
    maker: str | None = None
    reviewed: str = ""
    sources: tuple[str, ...] = ()
    default_ports: tuple[int, ...] = ()
    note: str = ""
    names: tuple[str, ...] = ()
    names_alone: tuple[str, ...] = ()
    only: str | None = None


class Product(Struct, frozen=True, kw_only=True):
    """A firmware family (`kind` empty) or software that a rule's `platform` names."""

    id: str
    name: str
    kind: str
    file: str
    reviewed: str = ""
    sources: tuple[str, ...] = ()
    note: str = ""


class Oui(Struct, frozen=True, kw_only=True):
    """A MAC prefix. Only `owner` maker speaks for the maker; module says nothing of it."""

    prefix: str
    owner: Literal["maker", "brand", "module"]
    maker: str | None
    brand: str | None
    file: str
    source: tuple[str, ...]
    note: str = ""

    @property
    def id(self) -> str:
        """What an explanation calls it: `hikvision.oui.c42f90`."""
        digits = self.prefix.replace(":", "")
        return f"{self.brand or self.maker or 'module'}.oui.{digits}"


class _FirmHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the heads of makers' and brands' files share."""

    id: str
    name: str
    reviewed: date
    sources: tuple[str, ...]
    legal_name: str = ""
    default_ports: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    names_alone: tuple[str, ...] = ()
    note: str = ""


class MakerHead(_FirmHead, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[maker]` as it is written."""

    country: str
    only: str | None = None


class BrandHead(_FirmHead, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[brand]` of a file in brands/ as it is written."""

    country: str | None = None


class BrandTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[brand]]` of a maker's file, of oem.toml, and `[[vendor]]` of a software file."""

    id: str
    name: str
    country: str
    legal_name: str = ""
    source: tuple[str, ...] = ()
    note: str = ""


class OuiTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[oui]]` as it is written."""

    prefix: str
    owner: Literal["maker", "brand", "module"]
    brand: str | None = None
    source: tuple[str, ...] = ()
    note: str = ""


class PlatformHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[platform]` as it is written."""

    id: str
    name: str
    reviewed: date
    sources: tuple[str, ...]
    note: str = ""


class SoftwareHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[software]` as it is written."""

    id: str
    name: str
    kind: str
    reviewed: date
    sources: tuple[str, ...]
    note: str = ""
