from datetime import UTC

import pytest

from camscan.cli.common import Settings
from camscan.cli.traffic import baseline_path, inputs_of, kept, reading_of, zone_of
from camscan.errors import StoreError, UsageError
from camscan.inventory.journal import Started
from camscan.inventory.store import Store


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Those of a user who has nothing yet."""
    monkeypatch.chdir(tmp_path)
    return Settings(db=str(tmp_path / "own" / "db"))


def test_a_zone_is_known_or_an_error():
    assert zone_of("utc") is UTC
    assert str(zone_of("Europe/London")) == "Europe/London"
    for name in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(UsageError, match="no such time zone"):
            zone_of(name)


def test_without_an_inventory_everybody_is_judged(settings):
    inputs = inputs_of(settings, (), (), (), (), all_devices=True)
    assert inputs.run is None
    assert inputs.devices == ()
    reading = reading_of(inputs, "Europe/London")
    assert (reading.keep, str(reading.zone)) == (inputs.keep, "Europe/London")


def test_an_inventory_that_is_not_there(settings):
    with pytest.raises(StoreError, match="nowhere"):
        inputs_of(settings, ("nowhere.json",), (), (), (), all_devices=False)


def test_a_run_is_kept_beside_the_usual_calls(settings, sample_run):
    assert kept(sample_run, settings, command="watch") is sample_run
    store = Store(settings.db)
    assert store.folder.parent == baseline_path(settings).parent
    (run_id,) = store.run_ids()
    begun = next(one for one in store.records(run_id) if isinstance(one, Started))
    assert (begun.id, begun.command) == (sample_run.run.id, "watch")


def test_nowhere_to_keep_a_run_is_a_skip(tmp_path, sample_run):
    (tmp_path / "file").write_text("")
    run = kept(sample_run, Settings(db=str(tmp_path / "file" / "db")), command="egress")
    (skip,) = set(run.coverage.skips) - set(sample_run.coverage.skips)
    assert (skip.subject, skip.what) == ("journal", "keeping the run")
