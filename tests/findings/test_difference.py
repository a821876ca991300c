"""The changes of two runs as one list."""

from msgspec.structs import replace

from camscan.findings.changes import with_changes
from camscan.findings.difference import ChangeKind, difference
from camscan.findings.status import with_status
from camscan.inventory.compare import compare
from camscan.model.coverage import Method, MethodStatus

MAC = "c0:56:e3:00:00:01"


def changes(before, after, **options):
    run = with_status(with_changes(after, before), before)
    found = difference(compare(before, run), **options)
    return [(one.kind.value, one.name, one.was, one.now, one.detail) for one in found.changes]


def test_devices(keyed, scanned):
    before = scanned(
        keyed("10.1.0.5", mac=MAC, firmware="5.5.0"),
        keyed("10.1.0.6"),
        keyed("10.1.1.7"),
        keyed("10.1.0.30", kind="other"),
    )
    after = scanned(
        keyed("10.1.0.9", mac=MAC, firmware="5.4.5", site="Ripon", maker="dahua"),
        keyed("10.1.0.8", serial="SN8"),
        keyed("10.1.1.9"),
    )
    assert changes(before, after) == [
        ("new", "Hikvision camera 10.1.0.8", None, None, "DS-2CD2032F-I, serial SN8"),
        ("gone", "Hikvision camera 10.1.0.6", None, None, "asked, and nothing answered"),
        ("moved", "Dahua camera 10.1.0.9", "10.1.0.5", "10.1.0.9", "address"),
        ("moved", "Dahua camera 10.1.0.9", "Town", "Ripon", "site"),
        ("identity", "Dahua camera 10.1.0.9", "Hikvision", "Dahua", "maker"),
        ("firmware", "Dahua camera 10.1.0.9", "5.5.0", "5.4.5", "which is older cannot be told"),
        (
            "not-checked",
            "Hikvision camera 10.1.1.9",
            None,
            None,
            "whether it is new: the earlier run did not ask there: nothing at all answered in"
            " 10.1.1.0/24",
        ),
        (
            "not-checked",
            "Hikvision camera 10.1.1.7",
            None,
            None,
            "whether it is gone: nothing at all answered in 10.1.1.0/24",
        ),
    ]
    more = changes(before, after, all_devices=True)
    assert ("gone", "Hikvision other 10.1.0.30", None, None, "asked, and nothing answered") in more


def test_the_order_of_firmware_and_who_took_an_address(keyed, scanned):
    old, new = (scanned(keyed("10.1.0.5", mac=MAC, firmware=text)) for text in ("5.4.5", "5.5.0"))
    assert [one[-1] for one in changes(old, new)] == ["newer"]
    assert [one[-1] for one in changes(new, old)] == ["older"]
    other = scanned(keyed("10.1.0.5", mac="c0:56:e3:00:00:02"))
    gone = [one for one in changes(old, other) if one[0] == "gone"]
    assert gone[0][-1] == "another device answers at its address: Hikvision camera 10.1.0.5 (Town)"


def test_findings(sample_run):
    finding = sample_run.findings[0]
    other = replace(finding, id="f2", title="another")
    before = replace(sample_run, findings=(finding,))
    after = replace(sample_run, findings=(other,))
    assert changes(before, after) == [
        ("new-finding", "another", None, None, "unexpected-egress"),
        ("closed-finding", finding.title, None, None, "unexpected-egress"),
    ]
    silent = replace(sample_run, findings=(), conversations=())
    (told,) = changes(before, silent)
    assert told[0] == "not-checked"
    assert told[1] == "whether 1 known finding of unexpected-egress still stands"


def test_conversations(sample_run):
    talk = sample_run.conversations[0]
    other = replace(talk, id="c2", peer="203.0.113.6")
    inside = replace(talk, id="c3", peer="10.1.0.1", verdict="internal")
    after = replace(sample_run, conversations=(talk, other, inside))
    (told,) = changes(sample_run, after)
    assert told == (
        "new-conversation",
        "Annke camera 10.1.0.9",
        None,
        "203.0.113.6 tcp/8800",
        "unexpected, first at 2026-11-24 02:13 UTC",
    )
    (unknown,) = changes(
        replace(sample_run, conversations=(), findings=()), replace(after, findings=())
    )
    assert unknown[-1] == "which are new: no traffic was read in the earlier run"
    method = Method(name="egress", status=MethodStatus.DONE)
    read = replace(sample_run.coverage, methods=(*sample_run.coverage.methods, method))
    quiet = replace(sample_run, conversations=(), findings=(), coverage=read)
    kinds = [one[0] for one in changes(quiet, replace(after, findings=()))]
    assert kinds == [ChangeKind.NEW_CONVERSATION] * 2


def test_the_two_sides(keyed, scanned):
    found = difference(compare(scanned(name="a"), scanned(keyed("10.1.0.5"), name="b")))
    assert (found.before.id, found.after.id) == ("a", "b")
    assert (found.before.devices, found.after.devices) == (0, 1)
