"""Retrying, bounds and the end, with a sender that does as it is told."""

import threading

from camscan.net.alert import Alert, AlertError
from camscan.net.alert_queue import AlertQueue


def alert(number):
    return Alert(kind="k", severity="low", title=str(number), line="l", json=b"{}")


class Sender:
    name = "there"

    def __init__(self, failures=0):
        self.failures = failures
        self.arrived = []
        self.closed = False
        self.gate = threading.Event()
        self.gate.set()
        self.tried = threading.Event()

    def send(self, one):
        self.tried.set()
        self.gate.wait(10)
        if self.failures:
            self.failures -= 1
            raise AlertError("refused")
        self.arrived.append(int(one.title))

    def close(self):
        self.closed = True


def test_in_order_after_failures_that_are_told_once():
    said = []
    sender = Sender(failures=3)
    queue = AlertQueue(sender, said.append, first_wait=0.01)
    for number in range(5):
        queue.put(alert(number))
    queue.close()
    assert sender.arrived == [0, 1, 2, 3, 4]
    assert said == [
        "alerts to there fail: refused; trying again",
        "alerts to there arrive again",
    ]
    assert sender.closed
    assert (queue.sent, queue.lost) == (5, 0)


def test_the_oldest_goes_when_it_is_full_and_nobody_waits():
    said = []
    sender = Sender()
    sender.gate.clear()
    queue = AlertQueue(sender, said.append, most=10)
    queue.put(alert(0))
    assert sender.tried.wait(10)
    for number in range(1, 100):
        queue.put(alert(number))  # would hang here if it waited for the sender
    assert queue.lost == 90
    sender.gate.set()
    queue.close()
    assert sender.arrived == [0, *range(90, 100)]
    assert said == ["90 alerts never reached there"]


def test_a_dead_destination_does_not_hold_up_the_end():
    said = []
    sender = Sender(failures=10_000)
    queue = AlertQueue(sender, said.append, first_wait=30)
    queue.put(alert(0))
    assert sender.tried.wait(10)
    queue.close(patience=0.1)
    assert said[-1] == "1 alerts never reached there"
