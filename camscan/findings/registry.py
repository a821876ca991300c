"""The rules that exist, and the findings of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

import msgspec

from camscan.config import NetworkConfig
from camscan.findings.camera_gone import CameraGone
from camscan.findings.camera_moved import CameraMoved
from camscan.findings.conflicting_identity import ConflictingIdentity
from camscan.findings.critical_firmware import CriticalFirmware
from camscan.findings.end_of_life_model import EndOfLifeModel
from camscan.findings.expired_certificate import ExpiredCertificate
from camscan.findings.expired_exception import ExpiredException
from camscan.findings.expired_rule import ExpiredRule
from camscan.findings.factory_address import FactoryAddress
from camscan.findings.fleet_egress import FleetEgress
from camscan.findings.ftp_open import FtpOpen
from camscan.findings.inside_scan import InsideScan
from camscan.findings.interface import CheckedRule, Rule
from camscan.findings.known_exploited_firmware import KnownExploitedFirmware
from camscan.findings.listed_maker import ListedMaker
from camscan.findings.misplaced_camera import MisplacedCamera
from camscan.findings.new_camera import NewCamera
from camscan.findings.oem_of_listed_maker import OemOfListedMaker
from camscan.findings.older_firmware import OlderFirmware
from camscan.findings.onvif_without_login import OnvifWithoutLogin
from camscan.findings.possibly_affected_firmware import PossiblyAffectedFirmware
from camscan.findings.reachable_camera import ReachableCamera
from camscan.findings.recorder_channels import RecorderChannels
from camscan.findings.rtsp_without_login import RtspWithoutLogin
from camscan.findings.self_signed_certificate import SelfSignedCertificate
from camscan.findings.shared_key import SharedKey
from camscan.findings.telnet_open import TelnetOpen
from camscan.findings.unencrypted_management import UnencryptedManagement
from camscan.findings.unexpected_egress import UnexpectedEgress
from camscan.findings.unknown_camera import UnknownCamera
from camscan.findings.unused_exception import UnusedException
from camscan.findings.vendor_cloud import VendorCloud
from camscan.findings.weak_certificate import WeakCertificate
from camscan.findings.wrong_clock import WrongClock
from camscan.inventory.compare import Comparison
from camscan.lists.judge import Judge
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run

EGRESS_RULES: tuple[Rule, ...] = (
    FleetEgress(),
    UnexpectedEgress(),
    InsideScan(),
    VendorCloud(),
    ExpiredRule(),
)
EXCEPTION_RULES: tuple[type[ExpiredException | UnusedException], ...] = (
    ExpiredException,
    UnusedException,
)
"""Rules about the user's own exceptions, made with them."""

IDENTITY_RULES: tuple[Rule, ...] = (UnknownCamera(), ConflictingIdentity(), RecorderChannels())
"""Rules about what devices are, which need nothing but the run."""

NETWORK_RULES: tuple[Callable[[Sequence[NetworkConfig]], CheckedRule], ...] = (
    ReachableCamera,
    MisplacedCamera,
)
"""Rules that rest on the user's word about networks."""

CHANGE_RULES: tuple[Callable[[Comparison], CheckedRule], ...] = (
    NewCamera,
    CameraGone,
    CameraMoved,
    OlderFirmware,
)
"""Rules that hold a run against its baseline."""

# The gravest first. They look at devices, with lists and advisories in hand.
INVENTORY_RULES: tuple[Callable[[Judge], CheckedRule], ...] = (
    KnownExploitedFirmware,
    CriticalFirmware,
    PossiblyAffectedFirmware,
    ListedMaker,
    OemOfListedMaker,
    EndOfLifeModel,
    FactoryAddress,
)

# The gravest first. They look at what devices themselves said.
EXPOSURE_RULES: tuple[CheckedRule, ...] = (
    TelnetOpen(),
    RtspWithoutLogin(),
    FtpOpen(),
    SharedKey(),
    UnencryptedManagement(),
    WeakCertificate(),
    WrongClock(),
    ExpiredCertificate(),
    OnvifWithoutLogin(),
    SelfSignedCertificate(),
)

RULE_FILES: dict[str, str] = {
    KnownExploitedFirmware.id: KnownExploitedFirmware.__module__,
    CriticalFirmware.id: CriticalFirmware.__module__,
    PossiblyAffectedFirmware.id: PossiblyAffectedFirmware.__module__,
    ListedMaker.id: ListedMaker.__module__,
    OemOfListedMaker.id: OemOfListedMaker.__module__,
    ReachableCamera.id: ReachableCamera.__module__,
    MisplacedCamera.id: MisplacedCamera.__module__,
    NewCamera.id: NewCamera.__module__,
    CameraGone.id: CameraGone.__module__,
    CameraMoved.id: CameraMoved.__module__,
    OlderFirmware.id: OlderFirmware.__module__,
    EndOfLifeModel.id: EndOfLifeModel.__module__,
    FactoryAddress.id: FactoryAddress.__module__,
    **{rule.id: type(rule).__module__ for rule in EXPOSURE_RULES},
    **{rule.id: type(rule).__module__ for rule in (*IDENTITY_RULES, *EGRESS_RULES)},
}
"""Id of every rule about devices or their traffic, and the module that it is in."""


def with_findings(run: Run, rules: Sequence[Rule] = EGRESS_RULES) -> Run:
    """The run with the findings of `rules`, worst first; findings of other rules stay."""
    new = [finding for rule in rules for finding in rule.findings(run)]
    return with_these(run, {rule.id for rule in rules}, new)


def with_these(run: Run, ids: Set[str], new: Sequence[Finding]) -> Run:
    """The same with findings that were made; those that the run had of the rules `ids` go."""
    kept = [finding for finding in run.findings if finding.rule not in ids]
    order = tuple(Severity)
    found = sorted((*kept, *new), key=lambda finding: -order.index(finding.severity))
    return msgspec.structs.replace(run, findings=tuple(found))
