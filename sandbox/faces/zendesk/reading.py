"""GET: tickets, people, ratings, articles."""

from __future__ import annotations

from typing import Any

from sandbox.faces.zendesk.answers import invalid, not_found
from sandbox.faces.zendesk.call import Body, Call
from sandbox.faces.zendesk.search import matches
from sandbox.faces.zendesk.shapes import ROLES
from sandbox.faces.zendesk.slas import of_ticket
from sandbox.inbox.records import Change, Message, Move, Person, Role, Ticket
from sandbox.inbox.times import iso

AUDIT_FIELDS = {"kind": "type"}


def ticket(call: Call) -> Body:
    """GET /tickets/{id}."""
    found = call.inbox.tickets.get(call.number())
    shape = call.shapes.ticket(found)
    if "metric_sets" in call.includes():
        shape["metric_set"] = _metric_set(call, found)
    if "slas" in call.includes() and (figures := of_ticket(call, found)) is not None:
        shape["slas"] = figures
    return {"ticket": shape, **_ticket_loads(call, [found])}


def tickets(call: Call) -> Body:
    """GET /tickets and /tickets/show_many?ids=."""
    found = sorted(call.inbox.tickets.all(), key=lambda one: one.id)
    if ids := call.query.get("ids"):
        wanted = {word.strip() for word in ids.split(",")}
        found = [one for one in found if str(one.id) in wanted]
    return {**call.page("tickets", [call.shapes.ticket(one) for one in found]), **_ticket_loads(call, found)}


def _ticket_loads(call: Call, found: list[Ticket]) -> Body:
    return call.side_loads(
        {person for one in found for person in (one.requester_id, one.submitter_id, one.assignee_id)},
        {one.group_id for one in found},
        {one.organization_id for one in found},
    )


def comments(call: Call) -> Body:
    """GET /tickets/{id}/comments, oldest first unless sorted otherwise."""
    found = call.inbox.tickets.messages(call.inbox.tickets.get(call.number()).id)
    if call.query.get("sort") == "-created_at" or call.query.get("sort_order") == "desc":
        found.reverse()
    by_id = {message.id: message for message in found}
    page = call.page("comments", [call.shapes.comment(message) for message in found])
    authors: set[int | None] = {by_id[row["id"]].author_id for row in page["comments"]}
    return {**page, **call.side_loads(authors, set(), set())}


def audits(call: Call) -> Body:
    """GET /tickets/{id}/audits."""
    return call.page("audits", [_audit(call, change) for change in call.inbox.tickets.history(call.number())])


def _audit(call: Call, change: Change) -> Body:
    actor = call.inbox.people.get(change.actor_id)
    events: list[Body] = []
    if change.message is not None:
        events.append(_comment_event(call, change.message))
    for move in change.moves:
        events.extend(_audit_events(move, change))
    numbered = [{"id": change.id * 100 + n, **event} for n, event in enumerate(events)]
    return {
        "id": change.id,
        "ticket_id": change.ticket.id,
        "created_at": iso(change.at),
        "author_id": change.actor_id,
        "via": call.shapes.via(change.channel, actor),
        "metadata": {"system": {}, "custom": {}},
        "events": numbered,
    }


def _comment_event(call: Call, message: Message) -> Body:
    shape = call.shapes.comment(message)
    kept = ("author_id", "body", "html_body", "plain_body", "public", "attachments")
    return {"type": "Comment", **{name: shape[name] for name in kept}}


def _audit_events(move: Move, change: Change) -> list[Body]:
    if move.kind == "created":
        return [
            {"type": "Create", "field_name": name, "value": value}
            for name, value in (("subject", change.ticket.subject), ("requester_id", str(change.ticket.requester_id)))
        ]
    if move.kind in ("field", "value", "tags"):
        name = AUDIT_FIELDS.get(move.name, move.name)
        return [
            {"type": "Change", "field_name": name, "value": _text(move.current), "previous_value": _text(move.previous)}
        ]
    if move.kind == "rating":
        return [{"type": "SatisfactionRating", "score": move.current}]
    return []


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, list | bool) else str(value)


def metrics(call: Call) -> Body:
    """GET /tickets/{id}/metrics."""
    return {"ticket_metric": _metric_set(call, call.inbox.tickets.get(call.number()))}


def _metric_set(call: Call, found: Ticket) -> Body:
    staff = {person.id for person in call.inbox.people.with_roles({Role.AGENT, Role.ADMIN})}
    messages = call.inbox.tickets.messages(found.id)
    replies = [one for one in messages if one.public and one.author_id in staff]
    first = int((replies[0].created_at - found.created_at) // 60) if replies else None
    full = int((found.solved_at - found.created_at) // 60) if found.solved_at else None
    return {
        "id": found.id + 30_000_000,
        "ticket_id": found.id,
        "created_at": iso(found.created_at),
        "updated_at": iso(found.updated_at),
        "reopens": found.reopens,
        "replies": len(replies),
        # There is no schedule in this desk: business time is calendar time.
        "reply_time_in_minutes": {"calendar": first, "business": first},
        "full_resolution_time_in_minutes": {"calendar": full, "business": full},
        "assigned_at": iso(found.assigned_at),
        "initially_assigned_at": iso(found.assigned_at),
        "solved_at": iso(found.solved_at),
        "latest_comment_added_at": iso(messages[-1].created_at),
    }


def user(call: Call) -> Body:
    """GET /users/{id}."""
    person = call.inbox.people.get(call.number())
    return {"user": call.shapes.user(person), **call.side_loads(set(), set(), {person.organization_id})}


def me(call: Call) -> Body:
    """GET /users/me."""
    return {"user": call.shapes.user(call.user)}


def users(call: Call) -> Body:
    """GET /users, all or with role[]=."""
    asked = set(call.query.getlist("role[]") or call.query.getlist("role"))
    roles = {role for role, word in ROLES.items() if not asked or word in asked}
    return call.page("users", [call.shapes.user(person) for person in call.inbox.people.with_roles(roles)])


def users_show_many(call: Call) -> Body:
    """GET /users/show_many?ids=."""
    ids = {int(word) for word in call.query.get("ids", "").split(",") if word.strip().isdigit()}
    return call.page("users", [call.shapes.user(person) for person in call.inbox.people.many(ids)])


def requested(call: Call) -> Body:
    """GET /users/{id}/tickets/requested."""
    person: Person = call.inbox.people.get(call.number())
    found = call.inbox.tickets.of_requester(person.id)
    if call.query.get("sort_order") == "desc" or call.query.get("sort", "").startswith("-"):
        found.reverse()
    return call.page("tickets", [call.shapes.ticket(one) for one in found])


def groups(call: Call) -> Body:
    """GET /groups."""
    return call.page("groups", [call.shapes.group(group) for group in call.inbox.people.groups()])


def memberships(call: Call) -> Body:
    """GET /group_memberships."""
    return call.page("group_memberships", [call.shapes.membership(row) for row in call.inbox.people.memberships()])


def organization(call: Call) -> Body:
    """GET /organizations/{id}."""
    return {"organization": call.shapes.organization(call.inbox.people.organization(call.number()))}


def organizations(call: Call) -> Body:
    """GET /organizations."""
    return call.page("organizations", [call.shapes.organization(one) for one in call.inbox.people.organizations()])


def search(call: Call) -> Body:
    """GET /search: tickets only, and few of the operators."""
    if "query" not in call.query:
        raise invalid("query", "Query: cannot be blank")
    found = [one for one in call.inbox.tickets.all() if matches(call.query["query"], one, call.inbox)]
    page = call.page("results", [{**call.shapes.ticket(one), "result_type": "ticket"} for one in found])
    return {**page, "facets": None}


def ratings(call: Call) -> Body:
    """GET /satisfaction_ratings?score=&start_time=."""
    score, since = call.query.get("score", "received"), call.number_asked("start_time", 0)
    found = []
    for rating in call.inbox.tickets.ratings():
        commented = "with_comment" if rating.comment else "without_comment"
        names = {rating.score, "received", f"received_{commented}", f"{rating.score}_{commented}"}
        if score in names and rating.created_at >= since:
            found.append(call.shapes.rating(rating, call.inbox.tickets.get(rating.ticket_id, even_gone=True)))
    return call.page("satisfaction_ratings", found)


def articles(call: Call) -> Body:
    """GET /help_center/articles, and its incremental form with start_time=."""
    since = call.number_asked("start_time", 0)
    found = [article for article in call.inbox.articles() if article.updated_at >= since]
    if call.query.get("sort_by") == "updated_at":
        found.sort(key=lambda article: article.updated_at, reverse=call.query.get("sort_order", "desc") == "desc")
    return call.page("articles", [call.shapes.article(article) for article in found])


def article(call: Call) -> Body:
    """GET /help_center/articles/{id}."""
    wanted = call.number()
    for one in call.inbox.articles():
        if one.id == wanted:
            return {"article": call.shapes.article(one)}
    raise not_found()
