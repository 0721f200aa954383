"""Spikes: a reason that far more customers than usual write about within some days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from insights.process.draft import Draft, examples, selection
from insights.process.estimates import count_interval
from insights.process.families import Family, bounded
from insights.process.groupings import Bools
from insights.process.report import Effect, Evidence, Options
from insights.process.series import Contacts, Series, read_contacts, series_of
from insights.process.surges import Surge, surges, windows_of

if TYPE_CHECKING:
    import pandas as pd

MOST = 12


@dataclass(frozen=True, eq=False, slots=True)
class Spike:
    series: Series
    surge: Surge
    log_p: float

    @property
    def subject(self) -> tuple[tuple[str, str], ...]:
        return self.series.grouping.subject(self.surge.series)


def find_spikes(reasons: pd.DataFrame, alpha: float, options: Options) -> tuple[list[Draft], int]:
    """Spikes, the surest first, each without those before it; and how many tests were made."""
    contacts = read_contacts(reasons)
    if contacts is None:
        return [], 0
    all_series = series_of(contacts)
    windows = windows_of(contacts.days)
    single = windows * sum(len(each.enough) for each in all_series if not each.part)
    parts = windows * sum(len(each.enough) for each in all_series if each.part)
    families = Family("spikes", single), Family("spikes of a part", parts)
    drafts: list[Draft] = []
    while len(drafts) < MOST:
        best = min(_found(all_series, families, alpha, options), key=lambda one: one.log_p, default=None)
        if best is None:
            break
        family = families[best.series.part]
        drafts.append(_draft(contacts, best, best.log_p - family.log_factor, options))
        all_series = [_without(each, best, contacts) for each in all_series]
    return drafts, single + parts


def _found(
    all_series: Sequence[Series], families: tuple[Family, Family], alpha: float, options: Options
) -> Iterator[Spike]:
    for each in all_series:
        factor = families[each.part].log_factor
        for surge in surges(
            each.counts,
            each.others,
            each.left_out,
            each.enough,
            float(np.log(alpha)) - factor,
            options.least_ratio,
            options.least_events,
        ):
            yield Spike(each, surge, surge.log_p + factor)


def _without(series: Series, spike: Spike, contacts: Contacts) -> Series:
    """Without the spike's days for its reason, whole or cut, and without its contacts among the others'."""
    reason, days = spike.subject[0][1], slice(spike.surge.first, spike.surge.last + 1)
    taken = spike.series.counts[spike.surge.series, days]
    counts, others, left_out = series.counts.copy(), series.others.copy(), series.left_out.copy()
    for place, value in enumerate(series.grouping.values):
        if value[0] != reason:
            others[place, days] = np.maximum(others[place, days] - taken, 0.0)
        elif not spike.series.part or spike.subject == series.grouping.subject(place):
            counts[place, days], left_out[place, days] = 0.0, True
        elif not series.part:
            counts[place, days] -= taken
    return replace(series, counts=counts, others=others, left_out=left_out)


def _rows(contacts: Contacts, spike: Spike) -> Bools:
    day, surge = contacts.day, spike.surge
    return np.asarray(spike.series.grouping.of(surge.series) & (day >= surge.first) & (day <= surge.last))


def _draft(contacts: Contacts, spike: Spike, raw: float, options: Options) -> Draft:
    surge, rows = spike.surge, _rows(contacts, spike)
    window = contacts.date_of(surge.first), contacts.date_of(surge.last)
    usual = max(surge.expected, 0.5)
    low, high = count_interval(surge.contacts, usual)
    more = surge.contacts - surge.expected
    months = max(1.0, contacts.days / 30)
    evidence = Evidence(
        "contacts", int(surge.contacts), int(surge.contacts), surge.contacts, surge.expected,
        surge.contacts / usual, low, high,
        bounded(raw), bounded(spike.log_p),
        share_of_all=float(rows.sum() / max(1, spike.series.counts[surge.series].sum())),
    )  # fmt: skip
    found = selection(contacts.frame, spike.subject, since=str(window[0]), until=str(window[1]))
    return Draft(
        "spike", spike.subject, evidence, Effect(contacts_a_month=more / months), found,
        examples(contacts.frame["conversation_id"][rows], options.examples), excess=more / months, window=window,
    )  # fmt: skip
