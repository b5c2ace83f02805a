"""Reading what a company edits: policy.yaml and the approved answers."""

from cli.playbook.finding import Finding, Note
from cli.playbook.reading import Playbook, PlaybookReading, load_playbook, read_playbook

__all__ = ["Finding", "Note", "Playbook", "PlaybookReading", "load_playbook", "read_playbook"]
