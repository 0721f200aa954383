"""While the server runs, facts follow what happens, and one failure is no end."""

from __future__ import annotations

import threading

from insights.facts.build import Refreshed
from service.insights.follower import FactsFollower


def test_it_goes_on_after_a_failure_and_stops_when_told() -> None:
    calls, enough = [0], threading.Event()

    def refresh() -> Refreshed:
        calls[0] += 1
        if calls[0] == 1:
            raise OSError("the disk is away")
        if calls[0] == 3:
            enough.set()
        return Refreshed(damaged=calls[0] - 2, named=["turn t_1"])

    follower = FactsFollower(refresh, every_s=0.001)
    follower.start()
    assert enough.wait(10)
    follower.stop()
    seen = calls[0]
    assert not threading.Event().wait(0.05)
    assert calls[0] == seen
