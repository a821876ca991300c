"""All loaded fingerprint data, frozen."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from camscan.matching.data import DataFile
from camscan.matching.destination import Destination
from camscan.matching.egress_file import EgressData, read_egress
from camscan.matching.entity import Entity, Oui, Product
from camscan.matching.first_bytes import FirstBytes
from camscan.matching.grammar import FirmwareGrammar, ModelGrammar
from camscan.matching.relation import Relation
from camscan.matching.rule import Rule
from camscan.matching.vocabulary import Vocabulary
from camscan.model.run import DataVersion


class Fingerprints(Struct, frozen=True, kw_only=True, dict=True):
    """Everything that matching knows. `models` and `firmware` are keyed by owner, in file order."""

    vocabulary: Vocabulary
    version: DataVersion
    makers: dict[str, Entity]
    brands: dict[str, Entity]
    platforms: dict[str, Product]
    software: dict[str, Product]
    rules: tuple[Rule, ...]
    models: dict[str, tuple[ModelGrammar, ...]]
    firmware: dict[str, tuple[FirmwareGrammar, ...]]
    ouis: tuple[Oui, ...]
    relations: tuple[Relation, ...]
    egress_files: tuple[DataFile, ...]
    list_files: tuple[DataFile, ...] = ()

    @cached_property
    def egress_data(self) -> EgressData:
        """What the files of egress/ hold; read when first asked for."""
        return read_egress(self.egress_files)

    @property
    def egress(self) -> tuple[Destination, ...]:
        """Known destinations of all makers."""
        return self.egress_data.destinations

    @cached_property
    def first_bytes(self) -> FirstBytes:
        """The signatures of all P2P libraries, compiled."""
        return FirstBytes(self.egress_data.libraries)

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """Rules by id."""
        return {rule.id: rule for rule in self.rules}

    def entity(self, name: str) -> Entity | None:
        """The brand or maker of an id."""
        return self.brands.get(name) or self.makers.get(name)
