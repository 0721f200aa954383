"""What a document may be limited to is known of whoever writes, as far as it is known."""

from __future__ import annotations

from dataclasses import replace

from agent.retrieve import reader_of
from retrieval.readers import Reader, Scope
from tests.agent.goods import buyer


def test_of_somebody_unknown_only_the_channel_is_known() -> None:
    assert reader_of(None, "web") == Reader(channel="web")


def test_a_customer_has_a_tier_and_a_place() -> None:
    customer = buyer()
    reader = reader_of(customer, None)
    assert reader.tier == customer.tier.value
    assert Scope(regions=(customer.address.country,)).admits(reader)
    assert Scope(regions=(f"{customer.address.country}-{customer.address.region}",)).admits(reader)
    assert not Scope(regions=("XX",)).admits(reader)
    nowhere = replace(customer, address=replace(customer.address, country="", region=""))
    assert reader_of(nowhere, None).region is None
