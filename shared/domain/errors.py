"""Every error this product raises on purpose, as a tree of what to do next.

    FirstlineError
    ├── PermanentError            a person has to look; trying again changes nothing
    │   ├── UnknownDesk             a webhook for a desk that is not connected
    │   ├── SignatureRefused        a webhook that does not prove where it comes from: refused, not parked
    │   ├── BodyTooLarge            a webhook too large to take in: reconcile finds its ticket
    │   ├── UnreadableEvent         the desk sent something we cannot parse: parked with its reason
    │   ├── TicketGone              the desk has no such ticket (deleted, or never was)
    │   ├── DeskRefused             the desk said no: bad token, missing permission, invalid field
    │   │   ├── DeskAccessLost        401, 403: a person gives the permission back; then waiting was worth it
    │   │   └── TicketLocked          the ticket takes no further note or change: closed for good, or full
    │   ├── EngineUnavailable       the triage artifact is missing, corrupt, or of another format
    │   ├── PolicyInvalid           the playbook does not hold together
    │   ├── StoredItemCorrupt       our own table holds something we cannot read
    │   └── DraftForbidden          somebody asked for a draft past the empathy boundary
    └── TransientError            try again, later
        ├── DeskUnavailable         the desk did not answer, or answered 5xx
        ├── DeskRateLimited         the desk asked us to slow down (429)
        ├── DeskConflict            somebody edited the ticket between our read and our write (409)
        ├── StoreConflict           somebody else wrote the item first
        ├── StoreUnavailable        DynamoDB, SQS or S3 throttled or failed
        ├── TicketBusy              another run holds the ticket's lease
        └── StillWriting            a chat whose customer wrote seconds ago: wait for the rest

The class names are an interface: Step Functions matches them in `ErrorEquals`, and a test holds the
state machine to this tree. Messages name ids and reasons, never a customer's words.
"""

from __future__ import annotations


class FirstlineError(Exception):
    """Any error raised on purpose."""


class PermanentError(FirstlineError):
    """Trying again changes nothing: a person has to look."""


class UnknownDesk(PermanentError):
    """No such desk is connected."""


class BodyTooLarge(PermanentError):
    """The body is larger than we take in; the ticket is found by reconcile all the same."""


class SignatureRefused(PermanentError):
    """A webhook does not prove that it comes from the desk."""


class UnreadableEvent(PermanentError):
    """The desk sent something we cannot parse."""


class TicketGone(PermanentError):
    """The desk has no such ticket."""


class DeskRefused(PermanentError):
    """The desk refused the request: token, permission, or an invalid value.

    Attributes:
        status: the HTTP status the desk answered with.
        permission: what the request needs to be allowed, in the vendor's words, where we know.
    """

    def __init__(self, message: str, *, status: int, permission: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.permission = permission


class DeskAccessLost(DeskRefused):
    """The desk no longer lets us in, or no longer lets us do this: a token or a permission is gone."""


class TicketLocked(DeskRefused):
    """The desk takes nothing more on this ticket: closed for good, locked by age, or full."""


class EngineUnavailable(PermanentError):
    """The triage artifact is missing, corrupt, or of another format."""


class PolicyInvalid(PermanentError):
    """The playbook does not hold together."""


class StoredItemCorrupt(PermanentError):
    """Our own table holds something we cannot read."""


class DraftForbidden(PermanentError):
    """A draft was asked for where the stored decision does not allow one."""


class TransientError(FirstlineError):
    """Trying again later may help.

    Attributes:
        retry_after: seconds that the other side asked us to wait, if it said so.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DeskUnavailable(TransientError):
    """The desk did not answer in time, or answered with a server error."""


class DeskRateLimited(TransientError):
    """The desk asked us to slow down."""


class DeskConflict(TransientError):
    """Somebody edited the ticket between our read and our write."""


class StoreConflict(TransientError):
    """Somebody else wrote the item first."""


class StoreUnavailable(TransientError):
    """A storage service throttled or failed."""


class TicketBusy(TransientError):
    """Another run holds the ticket's lease."""


class StillWriting(TransientError):
    """The customer of a chat wrote seconds ago and is probably not done."""
