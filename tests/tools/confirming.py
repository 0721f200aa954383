"""A process that confirms a proposal and, if told so, dies at the commit.

Usage: confirming.py URL PROPOSAL_ID DIGEST never|before|after
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.tools.builders import CARD_FILE, NOW
from tools.desk.proposals import confirm
from tools.desk.records import Receipt
from tools.policy.return_card import load_return_card
from tools.store.database import make_engine
from tools.store.sql import SqlStore, SqlUnit


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingUnit(SqlUnit):
    moment = "never"

    def commit(self) -> None:
        if self.moment == "before":
            die()
        super().commit()
        if self.moment == "after":
            die()


class DyingStore(SqlStore):
    @contextmanager
    def unit_of_work(self) -> Iterator[SqlUnit]:
        with self._writer.connect() as connection:
            yield DyingUnit(connection)


def main(url: str, proposal_id: str, digest: str, moment: str) -> None:
    DyingUnit.moment = moment
    store, card = DyingStore(make_engine(url)), load_return_card(CARD_FILE)
    later = NOW + timedelta(minutes=5)
    receipt = confirm(store, card, proposal_id, digest, "K-1", "C-1", later)
    assert isinstance(receipt, Receipt), receipt
    print(receipt.id)


if __name__ == "__main__":
    main(*sys.argv[1:])
