"""The sandbox's Prometheus answers queries as Prometheus does, and refuses what it does not know."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.prometheus.evaluating import Known, Series, evaluate
from sandbox.prometheus.promql import BadQueryError, parse

MINUTES = tuple(float(60 * number) for number in range(11))


def counter(each: float, **labels: str) -> Series:
    """Return ten minutes of a counter that grows by so much a minute."""
    return Series(labels, MINUTES, tuple(each * number for number in range(11)))


SERIES = Known(
    [
        counter(60, __name__="requests_total", app="checkout", code="200"),
        counter(20, __name__="requests_total", app="checkout", code="500"),
        counter(30, __name__="requests_total", app="catalog", code="200"),
        *(
            counter(each, __name__="seconds_bucket", app="checkout", le=bound)
            for bound, each in (("0.1", 50), ("1", 90), ("+Inf", 100))
        ),
    ]
)


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ('rate(requests_total{app="checkout",code="200"}[5m])', 1.0),
        ('increase(requests_total{code=~"5.."}[5m])', 100.0),
        ('sum(rate(requests_total{app!="catalog"}[5m]))', 80 / 60),
        ('100 * sum(rate(requests_total{code=~"5..",app="checkout"}[5m])) / sum(rate(requests_total[5m]))', 2000 / 110),
        ("sum(rate(none[5m])) or 0 * sum(rate(requests_total[5m]))", 0.0),
        ("histogram_quantile(0.9, sum by (le) (rate(seconds_bucket[5m])))", 1.0),
        ("histogram_quantile(0.25, sum(rate(seconds_bucket[5m])) by (le))", 0.05),
        ('requests_total{app="catalog"}', 300.0),
    ],
)
def test_a_query_is_worked_out(query: str, value: float) -> None:
    """Rates over a whole range of steady growth are exact."""
    found = evaluate(parse(query), SERIES, 600)

    assert isinstance(found, dict)
    assert list(found.values()) == [pytest.approx(value)]


def test_a_reset_counts_as_a_beginning() -> None:
    """A counter that fell was restarted; what it had counted is not taken off."""
    fallen = Series({"__name__": "c"}, (0.0, 60.0, 120.0, 180.0), (100.0, 160.0, 10.0, 70.0))

    found = evaluate(parse("increase(c[4m])"), Known([fallen]), 180)

    assert isinstance(found, dict)
    assert next(iter(found.values())) >= 130


def test_what_was_measured_too_long_ago_is_not_there() -> None:
    """A sample counts for five minutes."""
    assert evaluate(parse("requests_total"), SERIES, 600 + 301) == {}


@pytest.mark.parametrize(
    "query",
    ["", "sum(", "rate(requests_total)", "topk(3, requests_total)", "a{b}", "a[5m", 'a{b=~"("}', "a offset 5m", "a;b"],
)
def test_what_is_no_query_here_is_refused(query: str) -> None:
    """Never an empty answer, which would read as no data."""
    with pytest.raises(BadQueryError):
        parse(query)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing else comes of it."""
    try:
        parse(text)
    except BadQueryError:
        return


def test_nothing_by_nothing_is_no_number() -> None:
    """As Prometheus has it."""
    found = evaluate(parse('0 * requests_total{app="catalog"} / (0 * requests_total{app="catalog"})'), SERIES, 600)

    assert isinstance(found, dict)
    assert all(map(math.isnan, found.values()))
