"""Results of campaigns: files and rows recorded, rates compared, winners promoted by people."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from marketing import services
from marketing.models import CopyVariant, DailyResult
from marketing.proportions import Counts, difference_interval, judge, p_value, rate_interval, settings, trials_needed
from marketing.results import results_of, sentence
from opsportal.access import Forbidden
from opsportal.plugins import Conflict, Invalid
from products.imports.reading import UnreadableFile

from .conftest import SYSTEM

HEADER = ["Campaign", "Placement", "Variant", "Date", "Impr.", "Clicks", "Conversions", "Cost", "Conv. value"]


@pytest.fixture
def write(tmp_path):
    """``write(rows)``: a result file with our header."""

    def make(rows, header=HEADER, name="results.csv"):
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return make


def row(variant="A", day="2027-06-01", seen="1,000", clicks="20", orders="2", cost="10.50", value="80"):
    return ["autumn-camp", "search", variant, day, seen, clicks, orders, cost, value]


def test_a_file_is_recorded_once_and_again_changes_nothing(placement, write):
    path = write([row(), row("B"), row("A", "2027-06-02")])
    told = services.import_results(SYSTEM, path).to_json()
    assert told == {
        "rows": 3, "created": 3, "updated": 0, "unchanged": 0, "errors": [], "error_count": 0, "dry_run": False,
    }  # fmt: skip
    stored = DailyResult.objects.get(variant__label="B")
    assert (stored.impressions, stored.clicks, stored.conversions) == (1000, 20, 2)
    assert (stored.spend, stored.revenue) == (Decimal("10.5"), Decimal("80"))
    assert services.import_results(SYSTEM, path).counts == {"unchanged": 3}
    changed = services.import_results(SYSTEM, write([row(clicks="25")]))
    assert changed.counts == {"updated": 1}
    assert DailyResult.objects.get(variant__label="A", day=date(2027, 6, 1)).clicks == 25


def test_a_trial_records_nothing(placement, write):
    assert services.import_results(SYSTEM, write([row()]), dry_run=True).counts == {"created": 1}
    assert not DailyResult.objects.exists()


def test_every_bad_row_is_refused_with_its_reason_and_the_rest_recorded(placement, write):
    path = write(
        [
            row("Z"),
            row(day="yesterday"),
            row(clicks="2000"),
            row(seen="-5"),
            row(seen=""),
            row("A"),
            row("A"),
            row("B", cost="12 USD"),
            row("B", orders="two"),
        ]
    )
    outcome = services.import_results(SYSTEM, path)
    assert {(error.row, error.column) for error in outcome.errors} == {
        (2, "Variant"), (3, "Date"), (4, "Clicks"), (5, "Impr."), (6, "Impr."), (8, ""), (9, "Cost"), (10, "Conversions"),
    }  # fmt: skip
    assert outcome.rows == 9
    assert outcome.counts == {"created": 1}
    assert all(error.message for error in outcome.errors)


def test_chinese_headers_and_days(placement, write):
    header = ["活动", "投放位", "版本", "日期", "展现量", "点击量", "消耗"]
    path = write([["autumn-camp", "search", "A", "2027年6月1日", "300", "9", "12.5元"]], header)
    assert services.import_results(SYSTEM, path).counts == {"created": 1}


def test_a_file_without_the_columns_is_refused(placement, write, tmp_path):
    with pytest.raises(Invalid) as error:
        services.import_results(SYSTEM, write([["a", "1"]], ["Name", "Clicks"]))
    assert "campaign" in error.value.message
    with pytest.raises(UnreadableFile):
        services.import_results(SYSTEM, tmp_path / "none.csv")


def test_rows_of_the_api_are_recorded_alike(placement, person):
    rows = [
        {"campaign": "autumn-camp", "placement": "search", "variant": "A", "day": "2027-06-01", "impressions": "10"},
        {"campaign": "autumn-camp", "placement": "nowhere", "variant": "A", "day": "2027-06-01", "impressions": "10"},
    ]
    outcome = services.record_results(person("operator"), rows)
    assert (outcome.counts, outcome.error_count) == ({"created": 1}, 1)
    assert outcome.errors[0].row == 2
    with pytest.raises(Forbidden):
        services.record_results(person("viewer"), rows)


def test_many_rows_cost_few_queries(placement):
    rows = [
        {"campaign": "autumn-camp", "placement": "search", "variant": label, "day": f"2027-{month:02}-{day:02}",
         "impressions": "100", "clicks": "3"}
        for month in range(1, 11) for day in range(1, 29) for label in "AB"
    ]  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        services.record_results(SYSTEM, rows)
    assert DailyResult.objects.count() == 560
    assert len(queries) < 25


def give(placement, **figures):
    rows = [
        {"campaign": "autumn-camp", "placement": "search", "variant": label, "day": "2027-06-01",
         "impressions": str(seen), "clicks": str(clicks)}
        for label, (seen, clicks) in figures.items()
    ]  # fmt: skip
    assert not services.record_results(SYSTEM, rows).errors
    (results,) = results_of([placement])
    return results


def test_results_of_a_placement_with_a_plain_verdict(placement):
    early = give(placement, A=(100, 3), B=(100, 4))
    assert early.verdict.code == "not_enough_data"
    assert "Not enough data yet" in early.sentence()
    assert early.verdict.more > 1000
    clear = give(placement, A=(20_000, 400), B=(20_000, 520))
    assert (clear.verdict.code, clear.verdict.winner) == ("better", "B")
    assert clear.sentence().startswith("B is better than the others")
    assert [round(result.rate, 3) for result in clear.variants] == [0.02, 0.026]
    assert all(result.low < result.rate < result.high for result in clear.variants)
    assert clear.days == {date(2027, 6, 1): {"A": 0.02, "B": 0.026}}


def test_results_without_any_figures(placement, product):
    (results,) = results_of([placement])
    assert results.verdict.code == "not_enough_data"
    single = services.add_placement(SYSTEM, placement.campaign, key="single", ad_slot="meta.feed")
    assert results_of([single])[0].sentence() == "There is only one variant: nothing to compare."


def test_results_cost_three_queries_for_any_number_of_placements(placement, django_assert_num_queries):
    more = [
        services.add_placement(SYSTEM, placement.campaign, key=f"p{number}", ad_slot="meta.feed", variants=3)
        for number in range(5)
    ]
    with django_assert_num_queries(3):
        assert len(results_of([placement, *more])) == 6


def test_a_person_promotes_the_winner(placement, person):
    winner = placement.variants.get(label="B")
    with pytest.raises(Forbidden):
        services.promote_variant(person("operator"), winner)
    with pytest.raises(Invalid):
        services.promote_variant(SYSTEM, winner)
    publisher = person("publisher")
    services.promote_variant(publisher, winner)
    assert dict(placement.variants.values_list("label", "split")) == {"A": 0, "B": 100}
    assert CopyVariant.objects.get(label="B").promoted_by == publisher.user
    with pytest.raises(Conflict):
        services.promote_variant(publisher, winner)
    services.promote_variant(publisher, placement.variants.get(label="A"))
    assert CopyVariant.objects.get(label="B").promoted_at is None


def test_what_customers_did_stands_beside_what_reviewers_thought(in_review, published, django_assert_num_queries):
    from datetime import timedelta

    from django.core.cache import cache
    from django.utils import timezone

    from generation.console.statistics import by_writer, receptions
    from marketing.responses import CampaignResponses

    published(in_review)
    day = f"{timezone.localdate():%Y-%m-%d}"
    base = {"campaign": "autumn-camp", "placement": "search", "day": day, "impressions": "1000"}
    services.record_results(
        SYSTEM, [{**base, "variant": "A", "clicks": "30"}, {**base, "variant": "B", "clicks": "10"}]
    )
    cache.clear()
    headlines = next(row for row in by_writer(receptions()) if row.slot == "Ad headline")
    # Six headlines a variant, each with its variant's figures.
    assert (headlines.writer, headlines.shown, headlines.acted) == ("template-2", 12_000, 240)
    assert headlines.response == 2.0
    with django_assert_num_queries(3):
        list(CampaignResponses().responses(timezone.now() - timedelta(days=30)))


COUNTED = st.integers(0, 5000).flatmap(lambda n: st.builds(Counts, st.just(n), st.integers(0, n)))


@given(COUNTED, st.floats(0.5, 0.999))
def test_an_interval_holds_its_rate(counts, confidence):
    low, high = rate_interval(counts, confidence)
    assert 0 <= low <= counts.rate <= high <= 1 or not counts.trials


@given(COUNTED, COUNTED)
def test_comparing_is_symmetric(one, other):
    assert p_value(one, other) == pytest.approx(p_value(other, one))
    assert 0 <= p_value(one, other) <= 1
    low, high = difference_interval(one, other, 0.95)
    back = difference_interval(other, one, 0.95)
    assert (low, high) == pytest.approx((-back[1], -back[0]))


@given(st.dictionaries(st.sampled_from("ABCDE"), COUNTED, min_size=2))
def test_a_verdict_names_the_best_and_never_from_too_little(variants):
    verdict = judge(variants)
    assert variants[verdict.winner].rate == max(counts.rate for counts in variants.values())
    if min(counts.successes for counts in variants.values()) < settings().fewest_events:
        assert verdict.code == "not_enough_data"
    assert sentence(verdict)


def test_the_figures_of_the_literature():
    # Wilson's interval of 4 in 20 at 95 % (NIST/SEMATECH 7.2.4.1 gives the formula): 0.081 to 0.416.
    assert rate_interval(Counts(20, 4), 0.95) == pytest.approx((0.0807, 0.4160), abs=1e-3)
    # Newcombe 1998, table II, example (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    assert difference_interval(Counts(70, 56), Counts(80, 48), 0.95) == pytest.approx((0.0524, 0.3339), abs=2e-4)
    # Two proportions, 12 of 200 against 18 of 150: z = 2.0, two-sided.
    assert p_value(Counts(200, 12), Counts(150, 18)) == pytest.approx(0.0483, abs=2e-3)


def test_more_trials_are_needed_for_smaller_effects():
    assert trials_needed(0.02, 0.1, 0.95, 0.8) > trials_needed(0.02, 0.2, 0.95, 0.8) > 10_000
    assert trials_needed(0.0, 0.1, 0.95, 0.8) == 0


def test_chance_alone_is_seldom_taken_for_a_winner():
    import random

    chance = random.Random(7)
    wins = 0
    for _trial in range(300):
        drawn = {label: Counts(1000, sum(chance.random() < 0.05 for _ in range(1000))) for label in "ABC"}
        wins += judge(drawn).code == "better"
    assert wins / 300 <= 0.05


def test_each_reader_of_the_figures_has_the_words_of_their_language(in_review, published):
    from django.core.cache import cache
    from django.utils.translation import override

    from generation.console.statistics import receptions

    published(in_review)
    cache.clear()
    with override("en"):
        assert {row.slot for row in receptions()} == {"Ad headline", "Ad text"}
    with override("zh-hans"):
        assert {row.slot for row in receptions()} == {"广告标题", "广告文案"}
