from __future__ import annotations

import pytest

from cli.desks.setup import FIELDS
from shared.domain.errors import DeskRefused
from tests.fakes.requesttracker import OWN, SECRET, SmallTracker, set_up_on

HOOK = "https://api.example/webhooks/requesttracker"
ACCOUNT = {"base_url": SECRET["base_url"], "token": SECRET["token"], "tags_field": "", "hint_secret": ""}


def test_it_makes_the_fields_for_every_queue_and_puts_our_user_s_clock_right():
    tracker = SmallTracker()
    connected = set_up_on(tracker).connect(ACCOUNT, HOOK)
    assert set(tracker.fields) == {*FIELDS.values(), "Firstline tags"}
    assert len(connected.created) == len(tracker.fields)
    assert tracker.users[OWN].zone == "UTC"
    assert connected.api == {
        "base_url": SECRET["base_url"],
        "token": SECRET["token"],
        "integration_user_id": OWN,
        "fields": FIELDS,
        "tags_field": "Firstline tags",
    }
    kinds = {request.body["Name"]: request.body["Type"] for request in tracker.written if request.method == "POST"}
    assert kinds["Firstline tags"] == "FreeformMultiple"
    assert kinds["Firstline rank"] == "FreeformSingle"


def test_a_second_time_makes_nothing_and_keeps_the_secret():
    tracker = SmallTracker()
    first = set_up_on(tracker).connect(ACCOUNT, HOOK)
    written = len(tracker.written)
    second = set_up_on(tracker).connect(ACCOUNT, HOOK, before=first)
    assert (second.created, second.signing_secrets) == ((), first.signing_secrets)
    assert len(tracker.written) == written


def test_fields_that_it_may_not_make_are_clicks():
    tracker = SmallTracker()
    tracker.makes_fields = False
    connected = set_up_on(tracker).connect(ACCOUNT, HOOK)
    assert connected.created == ()
    assert sum("Custom Fields > Create" in click for click in connected.clicks) == len(FIELDS) + 1


def test_the_search_on_top_is_a_click_and_the_scrip_only_where_somebody_chose_a_secret():
    plain = set_up_on(SmallTracker()).connect(ACCOUNT, HOOK)
    (search,) = plain.clicks
    assert "Search/Build.html?Query=Status+%3D+%27__Active__%27&OrderBy=CustomField.%7BFirstline+rank%7D" in search
    told = set_up_on(SmallTracker()).connect({**ACCOUNT, "hint_secret": "chosen"}, HOOK)
    assert told.signing_secrets == ("chosen",)
    assert any(HOOK in click for click in told.clicks)
    assert any("X-Firstline-Signature" in click for click in told.clicks)
    assert not any("chosen" in click for click in told.clicks)


@pytest.mark.parametrize("token", ["", "word", "1-x-2", "1-14"])
def test_what_is_no_token_is_said_so_and_not_told(token: str):
    with pytest.raises(DeskRefused, match="no token"):
        set_up_on(SmallTracker()).connect({**ACCOUNT, "token": token}, HOOK)


def test_examining_names_what_is_missing_and_what_to_do():
    tracker = SmallTracker()
    set_up = set_up_on(tracker)
    api = set_up.connect(ACCOUNT, HOOK).api
    assert all(finding.ok for finding in set_up.examine(api, HOOK))
    del tracker.fields["Firstline rank"]
    tracker.users[OWN].zone = "America/New_York"
    wrong = [finding for finding in set_up.examine(api, HOOK) if not finding.ok]
    assert [finding.what for finding in wrong] == ["time zone", "custom fields"]
    assert "America/New_York" in wrong[0].says
    assert wrong[1].says == "Firstline rank"
    assert all(finding.remedy for finding in wrong)


def test_a_token_that_ended_is_the_first_thing_to_be_said():
    tracker = SmallTracker()
    api = set_up_on(tracker).connect(ACCOUNT, HOOK).api
    tracker.answers[f"GET /user/{OWN}"] = (401, {"message": "Unauthorized"})
    (finding,) = set_up_on(tracker).examine(api, HOOK)
    assert (finding.what, finding.ok) == ("sign-in", False)


def test_removing_takes_our_fields_away_and_leaves_a_tags_field_of_the_company_s_own():
    tracker = SmallTracker()
    tracker.fields["Tags"] = "1"
    set_up = set_up_on(tracker)
    connected = set_up.connect({**ACCOUNT, "tags_field": "Tags"}, HOOK)
    removed = set_up.remove(connected.api, HOOK)
    assert set(removed) == set(connected.created)
    assert set(tracker.fields) == {"Tags"}
    assert set_up.remove(connected.api, HOOK) == ()
