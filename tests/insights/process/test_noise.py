"""Of pure noise there is no finding, at the rate that is promised."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from insights.process.finding import find
from insights.process.report import Options
from tests.insights.process.made import Year, year

# Whatever is significant counts, however little it is.
TRIFLES = {"least_hours": 0.01, "least_share": 0.0, "least_ratio": 1.001, "least_events": 1}


def test_some_years_of_noise_give_no_finding_even_where_trifles_count() -> None:
    for seed in range(4):
        report = find(year(Year(seed=seed, orders=600, conversations=700)), Options(**TRIFLES))
        assert report.findings == ()
        assert report.tests_made > 1000


@pytest.mark.slow
def test_in_200_years_of_noise_no_more_than_alpha_have_a_finding() -> None:
    alpha, years = 0.1, 200
    options = Options(alpha=alpha, **TRIFLES)
    found = [
        bool(find(year(Year(seed=1000 + seed, orders=400, conversations=450)), options).findings)
        for seed in range(years)
    ]
    assert np.sum(found) <= binom.ppf(0.999, years, alpha)
