"""A day of the small estate, and exchanges made by hand."""

import datetime

import pytest

from camscan.lab.day.exchange import Exchange, Purpose
from camscan.lab.day.story import tell
from camscan.lab.estates import small
from camscan.lab.frames import End

DATE = datetime.date(2026, 11, 24)
CAMERA, SERVER = End("44:19:b6:01:02:03", "10.66.1.10"), End("00:1d:aa:66:00:01", "35.177.48.91")


@pytest.fixture(scope="session")
def date():
    return DATE


@pytest.fixture(scope="session")
def day():
    return tell(small(), "10.66", DATE)


@pytest.fixture
def exchange():
    def make(**more):
        known = {
            "at": 1795478400.0, "purpose": Purpose.CHINA, "client": CAMERA, "server": SERVER,
            "ends": (40000, 443), "protocol": "tcp",
        }  # fmt: skip
        return Exchange(**(known | more))

    return make
