"""The page's addresses, and what its forms do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.desk import Desk
from sandbox.inbox.errors import InboxError, NotThere
from sandbox.inbox.records import Channel, NewMessage, Patch, Role
from sandbox.page.views import Choice, article_view, deliveries_view, help_view, inbox_view, pulse, ticket_view

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
Act = Callable[[int, FormData], Any]


class Pages:
    """The pages of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [
            Route("/", self.inbox),
            Route("/deliveries", self.deliveries),
            Route("/help", self.help_centre),
            Route("/help/{id:int}", self.article),
            Route("/new", self.new),
            Route("/new", self._act_on_new, methods=["POST"]),
            Route("/tickets/{id:int}", self.ticket),
            Route("/tickets/{id:int}/reply", self._form(self.reply), methods=["POST"]),
            Route("/tickets/{id:int}/customer-reply", self._form(self.customer_reply), methods=["POST"]),
            Route("/tickets/{id:int}/status", self._form(self.set_status), methods=["POST"]),
            Route("/tickets/{id:int}/rate", self._form(self.rate), methods=["POST"]),
            Mount("/static", app=StaticFiles(directory=HERE / "static")),
        ]

    def inbox(self, request: Request) -> Response:
        """GET /, or only its list with part=list."""
        asked = request.query_params
        choice = Choice(
            asked.get("queue", ""), asked.get("show", "all"), asked.get("status", "open"), asked.get("q", "")
        )
        only_list = asked.get("part") == "list"
        return self._page(
            "_list.html" if only_list else "inbox.html", inbox_view(self._desk, choice), link=_link(choice)
        )

    def ticket(self, request: Request) -> Response:
        """GET /tickets/{id}."""
        use = request.query_params.get("use", "")
        return self._ticket(request.path_params["id"], int(use) if use.isdigit() else None)

    def _ticket(self, ticket_id: int, use: int | None = None, notice: str = "") -> Response:
        try:
            ticket = self._desk.inbox.tickets.get(ticket_id)
        except NotThere:
            return self._page("gone.html", {"what": "ticket", "id": ticket_id}, status=404)
        view = ticket_view(self._desk, ticket, use)
        return self._page("ticket.html", view, notice=notice, status=422 if notice else 200)

    def new(self, request: Request) -> Response:
        """GET /new."""
        return self._new()

    def _new(self, notice: str = "") -> Response:
        customers = self._desk.inbox.people.with_roles({Role.CUSTOMER})
        return self._page("new.html", {"customers": customers}, notice=notice, status=422 if notice else 200)

    def deliveries(self, request: Request) -> Response:
        """GET /deliveries."""
        return self._page("deliveries.html", deliveries_view(self._desk))

    def help_centre(self, request: Request) -> Response:
        """GET /help."""
        return self._page("help.html", help_view(self._desk))

    def article(self, request: Request) -> Response:
        """GET /help/{id}: where the faces' public links to an article lead."""
        try:
            article = self._desk.inbox.article(request.path_params["id"])
        except NotThere:
            return self._page("gone.html", {"what": "article", "id": request.path_params["id"]}, status=404)
        return self._page("article.html", article_view(self._desk, article))

    def reply(self, ticket_id: int, form: FormData) -> None:
        """Answer the customer, or leave a note, as an agent."""
        agent = self._desk.inbox.people.find(_text(form, "agent"))
        public = _text(form, "kind") != "note"
        message = NewMessage(agent.id, _needed(form, "body"), public=public)
        status = _text(form, "status")
        changes = {"status": status} if public and status else {}
        self._update(ticket_id, Patch(changes, message=message), agent.id)
        if public:
            self._desk.inbox.tickets.discard_drafts(ticket_id)

    def customer_reply(self, ticket_id: int, form: FormData) -> int:
        """Write again as the customer."""
        tickets = self._desk.inbox.tickets
        ticket = tickets.get(ticket_id)
        message = NewMessage(ticket.requester_id, _needed(form, "body"))
        return tickets.customer_reply(ticket_id, message, channel=ticket.channel).ticket.id

    def set_status(self, ticket_id: int, form: FormData) -> None:
        """Solve or reopen as an agent."""
        agent = self._desk.inbox.people.find(_text(form, "agent"))
        ticket = self._desk.inbox.tickets.get(ticket_id)
        changes: dict[str, Any] = {"status": _text(form, "status")}
        if changes["status"] == "solved" and ticket.assignee_id is None:
            changes["assignee_id"] = agent.id
        self._update(ticket_id, Patch(changes), agent.id)

    def rate(self, ticket_id: int, form: FormData) -> None:
        """Rate the service as the customer."""
        score = "good" if _text(form, "score") == "good" else "bad"
        self._desk.inbox.tickets.rate(ticket_id, score, _text(form, "comment") or None)

    def _update(self, ticket_id: int, patch: Patch, agent_id: int) -> None:
        self._desk.inbox.tickets.update(ticket_id, patch, actor_id=agent_id, channel=Channel.AGENT)

    def _form(self, act: Act) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            ticket_id = request.path_params["id"]
            async with request.form() as form:
                try:
                    follow_up = await run_in_threadpool(act, ticket_id, form)
                except NotThere:
                    return self._page("gone.html", {"what": "ticket", "id": ticket_id}, status=404)
                except (InboxError, ValueError) as error:
                    return await run_in_threadpool(self._ticket, ticket_id, None, str(error))
            return RedirectResponse(f"/tickets/{follow_up or ticket_id}#latest", status_code=303)

        return endpoint

    async def _act_on_new(self, request: Request) -> Response:
        async with request.form() as form:
            try:
                ticket_id = await run_in_threadpool(self._open, form)
            except (InboxError, ValueError) as error:
                return await run_in_threadpool(self._new, str(error))
        return RedirectResponse(f"/tickets/{ticket_id}", status_code=303)

    def _open(self, form: FormData) -> int:
        channel = Channel(_text(form, "channel") or "email")
        customer = self._desk.inbox.people.find(_needed(form, "customer"))
        message = NewMessage(customer.id, _needed(form, "body"))
        subject = _text(form, "subject") or message.body.split("\n")[0][:80]
        change = self._desk.inbox.tickets.open(subject, message, requester_id=customer.id, channel=channel)
        return change.ticket.id

    def _page(self, template: str, view: dict[str, Any], *, status: int = 200, **more: Any) -> Response:
        shared = {"pulse": pulse(self._desk), "notice": "", "path": template}
        html = self._templates.get_template(template).render({**shared, **view, **more})
        return HTMLResponse(html, status, headers=HEADERS)


def _link(choice: Choice) -> Callable[..., str]:
    """Makes an address of the inbox that differs from this one in what is named."""

    def link(**other: str) -> str:
        asked = {"queue": choice.queue, "show": choice.show, "status": choice.status, "q": choice.words} | other
        defaults = {"queue": "", "show": "all", "status": "open", "q": ""}
        return "/?" + urlencode({name: value for name, value in asked.items() if value != defaults[name]})

    return link


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _needed(form: FormData, name: str) -> str:
    text = _text(form, name)
    if not text:
        raise ValueError("Please write something first." if name == "body" else f"Please choose a {name}.")
    return text


def page_routes(desk: Desk) -> list[BaseRoute]:
    """The page of one desk."""
    return Pages(desk).routes()
