import os
import signal

import pytest

from camscan.cli.stopping import Stopping


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_only_asks_and_the_second_interrupts(number):
    before = signal.getsignal(number)
    signal.signal(number, signal.default_int_handler)
    try:
        with Stopping() as stopping:
            os.kill(os.getpid(), number)
            assert stopping.stopped
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), number)
    finally:
        signal.signal(number, before)


def test_handlers_are_given_back():
    before = signal.getsignal(signal.SIGTERM)
    with Stopping() as stopping:
        assert signal.getsignal(signal.SIGTERM) != before
    assert not stopping.stopped
    assert signal.getsignal(signal.SIGTERM) == before
