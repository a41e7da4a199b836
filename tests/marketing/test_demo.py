"""The demo shop's campaigns and their card on the first page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from generation.models import Draft, State
from marketing.demo import Campaigns
from marketing.models import Campaign, CopyText, DailyResult
from marketing.results import results_of
from opsportal.access import Actor
from opsportal.access.models import User
from products.demo import Catalogue

pytestmark = pytest.mark.django_db(transaction=True)


def test_three_campaigns_load_once_one_of_them_live(person, client):
    reader = person("admin")
    User.objects.filter(pk=reader.user.pk).update(username="demo-reviewer", is_superuser=True)
    actor = Actor(User.objects.get(pk=reader.user.pk), "command")
    list(Catalogue().load(actor))
    told = list(Campaigns().load(actor))
    assert told[-1].startswith("3 ")
    found = dict(Campaign.objects.values_list("key", "status"))
    assert found == {"winter-coffee": "live", "trail-days": "review", "new-year-home": "plan"}, told
    assert set(CopyText.objects.filter(campaign__key="winter-coffee").values_list("content_hash", flat=True)) - {""}
    assert Draft.objects.filter(state=State.IN_REVIEW, errors__gt=0).count() == 0
    (feed,) = results_of(Campaign.objects.get(key="winter-coffee").placements.filter(key="feed"))
    assert (feed.verdict.code, feed.verdict.winner) == ("better", "B")
    before = (Draft.objects.count(), DailyResult.objects.count())
    assert list(Campaigns().load(actor))[-1].startswith("0 ")
    assert (Draft.objects.count(), DailyResult.objects.count()) == before

    client.force_login(actor.user)
    page = client.get(reverse("admin:index")).content.decode()
    assert "Winter Coffee Weeks" in page
    assert "texts to publish" in page
