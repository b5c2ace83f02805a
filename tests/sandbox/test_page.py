"""The page as a person uses it, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import urllib3
from playwright.sync_api import Browser, Page, expect

from tests.sandbox.answering import answering
from tests.sandbox.browser import browsing
from tests.sandbox.client import ZendeskClient
from tests.sandbox.stocked import SAMPLES, stock

pytestmark = [pytest.mark.integration, pytest.mark.browser]

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def ids(zendesk: ZendeskClient) -> list[int]:
    """The desk's tickets, in the order of SAMPLES."""
    return stock(zendesk)


@pytest.fixture
def page(browser: Browser, zendesk: ZendeskClient, ids: list[int]) -> Iterator[Page]:
    """A page that fails the test on any error in its console."""
    context = browser.new_context(base_url=zendesk.sandbox.url)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [error for error in errors if "status of 4" not in error] == []


def test_the_inbox_is_in_order_of_rank_and_the_untriaged_come_last(page: Page) -> None:
    page.goto("/")

    subjects = page.locator(".row .subject").all_inner_texts()

    assert subjects[:4] == [SAMPLES[index].subject for index in (2, 1, 5, 0)]
    assert subjects[-2:] == ["hello??", "Kan inte logga in"]


def test_a_row_says_what_an_agent_has_to_know(page: Page) -> None:
    page.goto("/")

    row = page.locator(".row", has_text="We are leaving")
    for words in ("Sofia Rinaldi", "enterprise", "Complaint", "Critical", "At risk", "Customer care", "Goran Petrov",
                  "Briefing", "Key customer", "in 1"):  # fmt: skip
        expect(row).to_contain_text(words)
    expect(page.locator(".row", has_text="Import fails")).to_contain_text("late")


CLOCK = {
    "target": "first_response", "minutes": 60, "used_minutes": 45.5, "rule": "vip",
    "started_at": "2026-11-25T12:00:00Z",
    "due_at": "2099-11-25T13:00:00Z", "paused_at": None, "stopped_at": None, "stands": "running",
    "stages": [
        {"name": "at_50", "at": "2026-11-25T12:30:00Z", "recorded": True},
        {"name": "breach", "at": "2026-11-25T13:00:00Z", "recorded": False},
    ],
}  # fmt: skip
PAUSED = {**CLOCK, "target": "resolution", "stands": "paused", "paused_at": "2026-11-25T12:10:00Z"}
BESIDE = {
    "clocks": [CLOCK, PAUSED],
    "rank": {"now": 17, "reasons": ["top: its last warning has passed"]},
    "decided": {"rank_reasons": ["in the order of deadlines"], "agent_reasons": ["speaks en"]},
    "desk_sla": {"differences": [{"in_words": "first response: due later on the desk"}]},
}


def test_beside_a_ticket_stand_its_clocks_and_its_place_with_their_reasons(
    page: Page, zendesk: ZendeskClient, ids: list[int]
) -> None:
    with answering(BESIDE) as address:
        zendesk.sandbox.control("PUT", "/sidebar", {"url": address + "/tickets/{id}"})
        page.goto(f"/tickets/{ids[0]}")
        clocks, place = page.get_by_label("Clocks"), page.get_by_label("Place in the queue")
        for words in ("First response", "45.5 min used of 60 min by the rule vip", "Resolution", "Paused",
                      "stands still since 2026-11-25 12:10 UTC", "due later on the desk"):  # fmt: skip
            expect(clocks).to_contain_text(words)
        expect(clocks.locator(".stages .done")).to_have_text(["50 %", "50 %"])
        for words in ("its last warning has passed", "when it was decided: in the order of deadlines", "rank 17",
                      "speaks en"):  # fmt: skip
            expect(place).to_contain_text(words)
    page.goto(f"/tickets/{ids[0]}")
    expect(page.locator(".about")).to_contain_text("First answer")


def test_key_customers_can_be_looked_at_alone(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Key customers 2").click()
    expect(page.locator(".row .chip.value")).to_have_count(2)


def test_queue_badge_and_search_narrow_the_list(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Billing 2").click()
    expect(page.locator(".row")).to_have_count(2)
    page.get_by_role("link", name="Draft ready").click()
    expect(page.locator(".row .subject")).to_have_text(["Charged twice in October"])

    page.goto("/")
    page.get_by_role("link", name="Untriaged").click()
    expect(page.locator(".row")).to_have_count(2)

    page.goto("/")
    page.get_by_label("Search tickets").fill("VAT")
    page.keyboard.press("Enter")
    expect(page.locator(".row .subject")).to_have_text(["VAT number missing on the last three invoices"])


def test_the_pulse_counts_what_lies_in_the_desk(page: Page) -> None:
    page.goto("/")

    expect(page.locator("#pulse")).to_contain_text("8 open")
    expect(page.locator("#pulse")).to_contain_text("3 drafts")
    expect(page.locator("#pulse")).to_contain_text("0 violations")


def test_a_public_message_by_the_integration_user_shows_as_a_violation(
    page: Page, zendesk: ZendeskClient, ids: list[int]
) -> None:
    zendesk.put(ids[0], comment={"body": "Dear Ines"})
    page.goto("/deliveries")

    expect(page.locator("#pulse")).to_contain_text("1 violation")
    expect(page.get_by_role("alert")).to_contain_text(f"#{ids[0]}")


def test_a_draft_is_taken_edited_and_sent(page: Page, zendesk: ZendeskClient, ids: list[int]) -> None:
    page.goto(f"/tickets/{ids[0]}")
    expect(page.locator(".message.draft")).to_contain_text("Only agents see this")

    page.get_by_role("link", name="Use this draft").click()
    box = page.get_by_label("Message", exact=True)
    expect(box).to_have_value(
        "Hello Ines,\n\nthe invoice for October was paid twice, on the 3rd and on the 5th. I have returned the second"
        " payment; it is back on your card within ten working days.\n\nKind regards\nAda"
    )
    box.press("Control+End")
    box.press_sequentially(" Brandt")
    page.get_by_role("button", name="Send", exact=True).click()

    sent = page.locator(".message.agent")
    expect(sent).to_contain_text("Sent to the customer")
    expect(sent).to_contain_text("Ada Brandt")
    expect(page.get_by_role("link", name="Use this draft")).to_have_count(0)
    told = zendesk.sandbox.control("GET", f"/tickets/{ids[0]}")["ticket"]
    assert (told["status"], told["messages"][-1]["public"]) == ("pending", True)
    assert told["messages"][-1]["body"].endswith("Kind regards\nAda Brandt")
    assert zendesk.sandbox.control("GET", "/report")["ok"] is True


def test_a_draft_can_be_taken_without_script(browser: Browser, zendesk: ZendeskClient, ids: list[int]) -> None:
    context = browser.new_context(base_url=zendesk.sandbox.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/tickets/{ids[0]}")
    page.get_by_role("link", name="Use this draft").click()

    assert page.get_by_label("Message", exact=True).input_value().startswith("Hello Ines,")
    context.close()


def test_a_briefing_offers_nothing_to_send(page: Page, ids: list[int]) -> None:
    page.goto(f"/tickets/{ids[1]}")

    expect(page.locator(".message.briefing")).to_contain_text("How to answer")
    expect(page.get_by_role("link", name="Use this draft")).to_have_count(0)
    expect(page.locator(".clock")).to_contain_text("in 1")


def test_a_draft_that_was_replaced_cannot_be_used(page: Page, zendesk: ZendeskClient, ids: list[int]) -> None:
    note = "<h3>Briefing — a person answers this one</h3><p>replaces the earlier note</p>"
    zendesk.put(ids[0], comment={"html_body": note, "public": False})
    page.goto(f"/tickets/{ids[0]}")

    expect(page.locator(".message.draft")).to_contain_text("replaced")
    expect(page.get_by_role("link", name="Use this draft")).to_have_count(0)


def test_what_a_customer_writes_is_text_and_nothing_else(page: Page, ids: list[int]) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(f"/tickets/{ids[2]}")

    expect(page.locator(".message.customer .body")).to_contain_text("<b>unexpected</b>")
    expect(page.locator("h1")).to_contain_text("<script>alert('hi')</script>")
    assert page.locator(".message.customer b, .message.customer script").count() == 0
    assert dialogs == []


def test_html_of_a_note_keeps_its_shape_and_loses_its_teeth(page: Page, zendesk: ZendeskClient, ids: list[int]) -> None:
    note = (
        '<p onmouseover="steal()">x <a href="javascript:steal()">y</a> <b>bold</b></p><img src=x onerror=steal()>'
        "<style>body{display:none}</style><iframe src=//evil></iframe>"
    )
    zendesk.put(ids[0], comment={"html_body": note, "public": False})
    page.goto(f"/tickets/{ids[0]}")

    body = page.locator("#latest .body")
    expect(body.locator("b")).to_have_text("bold")
    assert body.locator("img, style, iframe, [onmouseover], [href^=javascript]").count() == 0


def test_a_ticket_is_written_as_a_customer(page: Page, zendesk: ZendeskClient) -> None:
    page.goto("/")
    page.get_by_role("link", name="New ticket").click()
    page.get_by_label("Customer").select_option(label="Ben Osei · team, 79 a month, since 2026-09-08")
    page.get_by_label("Chat").check()
    page.get_by_label("Subject").fill("Invoice twice")
    page.get_by_label("Message").fill("Hello,\nI got it twice.")
    page.get_by_role("button", name="Send to the desk").click()

    expect(page.locator("h1")).to_have_text("Invoice twice")
    newest = max(zendesk.sandbox.control("GET", "/tickets")["tickets"], key=lambda ticket: ticket["id"])
    assert (newest["requester"]["email"], newest["channel"]) == ("ben@oseiplumbing.example", "chat")


def test_a_ticket_is_solved_rated_and_reopened_by_the_customer(
    page: Page, zendesk: ZendeskClient, ids: list[int]
) -> None:
    page.goto(f"/tickets/{ids[3]}")
    page.get_by_role("button", name="Solve").click()
    expect(page.locator(".status")).to_have_text("Solved")
    page.get_by_text("Rate the service").click()
    page.get_by_label("Comment").fill("quick")
    page.get_by_role("button", name="Good").click()
    expect(page.locator(".about")).to_contain_text("Good · quick")
    page.get_by_text("Write again").click()
    page.get_by_label("Message as the customer").fill("One more thing")
    page.get_by_role("button", name="Send as customer").click()

    expect(page.locator(".status")).to_have_text("Open")
    assert zendesk.sandbox.desk.inbox.tickets.get(ids[3]).reopens == 1


def test_an_internal_note_stays_internal(page: Page, zendesk: ZendeskClient, ids: list[int]) -> None:
    page.goto(f"/tickets/{ids[1]}")
    page.get_by_text("Internal note", exact=True).click()
    page.get_by_label("Message", exact=True).fill("I call her at three.")
    page.get_by_role("button", name="Send", exact=True).click()

    expect(page.locator("#latest")).to_contain_text("Internal note")
    assert zendesk.sandbox.control("GET", f"/tickets/{ids[1]}")["ticket"]["messages"][-1]["public"] is False


def test_the_open_list_keeps_up_with_the_desk(page: Page, zendesk: ZendeskClient) -> None:
    page.goto("/")
    zendesk.sandbox.control("POST", "/tickets", {"customer": 900015, "subject": "Came in meanwhile", "body": "x"})

    expect(page.locator(".row", has_text="Came in meanwhile")).to_be_visible(timeout=10_000)


def test_the_list_can_be_walked_by_keyboard(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text(SAMPLES[1].subject)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_on_a_phone(browser: Browser, zendesk: ZendeskClient, ids: list[int], scheme: str) -> None:
    context = browser.new_context(base_url=zendesk.sandbox.url, viewport=PHONE, color_scheme=scheme)
    page = context.new_page()
    for path in ("/", f"/tickets/{ids[0]}", f"/tickets/{ids[2]}", "/new", "/deliveries"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    context.close()


def test_a_ticket_that_is_not_there_says_so(page: Page) -> None:
    answer = page.goto("/tickets/424242")

    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("There is no ticket #424242")


def test_pages_forbid_foreign_scripts(zendesk: ZendeskClient) -> None:
    with urllib3.PoolManager() as http:
        headers = http.request("GET", zendesk.sandbox.url + "/").headers

    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
