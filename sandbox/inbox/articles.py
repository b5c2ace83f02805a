"""The help centre of Lumen Board, an invented product for planning work and sending invoices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One article as written."""

    section: str
    title: str
    updated: str
    body: str


ARTICLES = (
    Page(
        "Account", "Reset your password", "2026-06-02",
        "<p>Choose <strong>Forgot password</strong> on the sign-in page and enter the address you use for Lumen Board."
        " The link we send works once and for 60 minutes.</p><p>If no mail arrives within five minutes, look in your"
        " spam folder, and check with an owner of your workspace that the address is spelled as you think.</p>",
    ),
    Page(
        "Account", "Turn on two-step sign-in", "2026-05-18",
        "<p>Open <em>Profile &gt; Security</em> and choose <strong>Two-step sign-in</strong>. Scan the code with an"
        " authenticator app and enter the six digits it shows. Keep the ten recovery codes somewhere safe: each one"
        " works once if your phone is lost.</p>",
    ),
    Page(
        "Account", "Invite and remove people", "2026-04-09",
        "<p>Owners and managers invite people under <em>Workspace &gt; People</em>. An invitation holds for seven days."
        "</p><p>When you remove somebody, their boards and invoices stay with the workspace and their seat is free from"
        " the next billing day on.</p>",
    ),
    Page(
        "Billing", "Find and download your invoices", "2026-07-21",
        "<p>All invoices are under <em>Workspace &gt; Billing &gt; History</em> as PDF. Under <em>Billing contact</em>"
        " you can have each new one sent to another address, your accountant's for instance.</p>",
    ),
    Page(
        "Billing", "Change your card or billing address", "2026-07-21",
        "<p>Open <em>Workspace &gt; Billing &gt; Payment</em>. A new card is used from the next payment on. A changed"
        " address or tax number shows on future invoices; write to us if an issued invoice has to be corrected.</p>",
    ),
    Page(
        "Billing", "Move to another plan", "2026-08-13",
        "<p>Upgrades take effect at once, and you pay the difference for the rest of the period. Downgrades take effect"
        " at the end of the period you have paid for. Compare the plans under <em>Workspace &gt; Billing &gt;"
        " Plan</em>.</p>",
    ),
    Page(
        "Billing", "How refunds work", "2026-09-30",
        "<p>A yearly plan can be returned within 30 days of payment. A payment that was taken twice is always returned"
        " in full. The money is back on the card after five to ten working days, depending on the bank.</p>",
    ),
    Page(
        "Billing", "Cancel your subscription", "2026-09-30",
        "<p>An owner cancels under <em>Workspace &gt; Billing &gt; Plan &gt; Cancel</em>. Everything keeps working"
        " until the end of the paid period; after that the workspace is read-only for 90 days, for exports.</p>",
    ),
    Page(
        "Boards", "Import tasks from a spreadsheet", "2026-03-26",
        "<p>Save the sheet as CSV with a heading row and choose <em>Board &gt; Import</em>. We match columns by their"
        " headings; up to 5,000 rows at a time. Dates are read as year-month-day.</p>",
    ),
    Page(
        "Boards", "Share a board with a client", "2026-06-30",
        "<p>Choose <em>Share &gt; Guest link</em>. Guests see the board and its files, may comment if you allow it, and"
        " never see prices or invoices. You can end a link at any time.</p>",
    ),
    Page(
        "Integrations", "Connect your calendar", "2026-08-05",
        "<p>Under <em>Profile &gt; Connections</em> choose your calendar and allow access. Due dates appear within"
        " fifteen minutes. If they stop appearing, disconnect and connect again: the permission had run out.</p>",
    ),
    Page(
        "Integrations", "Use the API", "2026-10-12",
        "<h2>Make a key</h2><p>Keys are made under <em>Workspace &gt; Developer</em>, on the Business and Enterprise"
        " plans.</p><h2>How many requests</h2><p>A key may make 120 requests a minute. Above that the answer is 429,"
        " with the wait in <code>Retry-After</code>.</p><!-- asked for by support -->"
        '<p style="display:none">For ourselves: the limit is raised on request.</p>',
    ),
    Page(
        "Data", "Export everything", "2026-05-29",
        "<p>An owner starts an export under <em>Workspace &gt; Data</em>. We send a link when the archive is ready,"
        " mostly within an hour. It holds boards as JSON and CSV, files as they are, and invoices as PDF.</p>",
    ),
    Page(
        "Data", "Where your data is kept", "2026-02-17",
        "<p>Workspaces are kept in Frankfurt, with an encrypted copy in Stockholm. Deleted boards can be brought back"
        " for 30 days, after that they are gone from the copies as well.</p>",
    ),
)  # fmt: skip
