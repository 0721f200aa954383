"""A process that confirms a proposal over the shop's API and, if told so, dies between two steps.

Usage: carrying.py API_URL TOKEN DATABASE_URL PROPOSAL_ID DIGEST CONVERSATION_ID MOMENT
MOMENT is "never", or "before" or "after" a step: before:begin, after:begin, after:send, after:finish.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from typing import Any

from tests.tools.builders import NOW, POLICIES
from tools.desk.proposals import confirm
from tools.desk.records import Receipt
from tools.errors import OutcomeUnknown
from tools.policy.cards import load_policy_book
from tools.store.database import make_engine
from tools.store.rest.address import ApiSettings
from tools.store.rest.client import open_api
from tools.store.rest.courier import Courier
from tools.store.rest.remote import RemoteShop
from tools.store.rest.store import RestStore
from tools.store.sql import SqlStore


class DyingCourier(Courier):
    moment = "never"

    def begin(self, *given: Any) -> Any:
        return self._step("begin", super().begin, *given)

    def send(self, *given: Any) -> Any:
        return self._step("send", super().send, *given)

    def finish(self, *given: Any) -> Any:
        return self._step("finish", super().finish, *given)

    def _step(self, name: str, step: Any, *given: Any) -> Any:
        if self.moment == f"before:{name}":
            os.kill(os.getpid(), signal.SIGKILL)
        result = step(*given)
        if self.moment == f"after:{name}":
            os.kill(os.getpid(), signal.SIGKILL)
        return result


class DyingStore(RestStore):
    def __init__(self, shop: RemoteShop, local: SqlStore) -> None:
        super().__init__(shop, local)
        self._courier = DyingCourier(shop, local, lambda: NOW)


def main(
    api: str, token: str, url: str, proposal_id: str, digest: str, conversation_id: str, moment: str
) -> None:
    DyingCourier.moment = moment
    cards, later = load_policy_book(POLICIES).at(NOW), NOW + timedelta(minutes=5)
    with open_api(ApiSettings(api, token, failures=100)) as shop_api:
        store = DyingStore(RemoteShop(shop_api), SqlStore(make_engine(url)))
        given = (store, cards, proposal_id, digest, conversation_id, "C-1", later)
        try:
            receipt = confirm(*given)
        except OutcomeUnknown:
            # Another process is at it; whoever called us would ask again.
            receipt = confirm(*given)
    assert isinstance(receipt, Receipt), receipt
    print(receipt.id)


if __name__ == "__main__":
    main(*sys.argv[1:])
