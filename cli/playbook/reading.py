"""The playbook as a whole: what a company edits, checked before it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cli.playbook.finding import Finding, Note
from cli.playbook.policy_file import read_policy
from cli.playbook.resolution_files import read_resolutions
from shared.domain.claims import deed_in
from shared.domain.errors import PolicyInvalid
from shared.domain.observation import Category
from shared.domain.policy import Policy
from shared.domain.resolution import Resolution

POLICY_FILE = "policy.yaml"
RESOLUTIONS_FOLDER = "resolutions"


@dataclass(frozen=True)
class Playbook:
    """A playbook that holds together."""

    policy: Policy
    resolutions: tuple[Resolution, ...]


@dataclass(frozen=True)
class PlaybookReading:
    """What was found in a playbook's folder; `playbook` is None when there are findings."""

    playbook: Playbook | None
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...] = ()


def read_playbook(folder: Path, *, today: date) -> PlaybookReading:
    """Read a playbook and collect every fault of it."""
    policy_file, answers = folder / POLICY_FILE, folder / RESOLUTIONS_FOLDER
    policy, findings = read_policy(policy_file, today=today)
    plans = tuple(policy.sla.first_response_minutes.by_plan) if policy else ()
    resolutions, faults = read_resolutions(answers, plans)
    if policy is None or findings or faults:
        return PlaybookReading(playbook=None, findings=(*findings, *faults))
    notes = (*_notes_on_policy(policy, policy_file), *_notes_on_resolutions(resolutions, answers, today))
    return PlaybookReading(playbook=Playbook(policy, resolutions), findings=(), notes=notes)


def load_playbook(folder: Path, *, today: date) -> Playbook:
    """A playbook that may be published.

    Raises:
        PolicyInvalid: it has faults; the message lists them all.
    """
    reading = read_playbook(folder, today=today)
    if reading.playbook is None:
        raise PolicyInvalid("\n".join(map(str, reading.findings)))
    return reading.playbook


def _notes_on_policy(policy: Policy, file: Path) -> list[Note]:
    staffed = {queue for agent in policy.agents for queue in agent.queues}
    taken = {category for queue in policy.queues for category in queue.categories}
    fallback = policy.routing.fallback_queue
    nobody = [f"nobody works in the queue '{queue.id}'" for queue in policy.queues if queue.id not in staffed]
    homeless = [f"no queue takes {one.value}; it goes to '{fallback}'" for one in Category if one not in taken]
    unread = (
        [] if policy.report.recipients else ["the Monday report has no recipients; it is written and nobody gets it"]
    )
    return [Note(file, text) for text in (*nobody, *homeless, *unread)]


def _notes_on_resolutions(resolutions: tuple[Resolution, ...], folder: Path, today: date) -> list[Note]:
    if not resolutions:
        return [Note(folder, "there is no approved answer, so nothing is ever drafted")]
    outdated = [
        Note(
            folder / f"{one.id}.md",
            f"is not valid today (from {one.valid_from}, until {one.valid_until or 'further notice'})",
        )
        for one in resolutions
        if not one.holds_on(today)
    ]
    return [*outdated, *_notes_on_deeds(resolutions, folder)]


def _notes_on_deeds(resolutions: tuple[Resolution, ...], folder: Path) -> list[Note]:
    """Answers that tell a customer of a deed which nobody tells the agent to do."""
    told = ((one, deed_in(one.full_wording)) for one in resolutions if not one.before_sending)
    return [
        Note(
            folder / f"{one.id}.md",
            f"says that something was done (“{deed}”); tell the agent in `before_sending` to do it",
        )
        for one, deed in told
        if deed
    ]
