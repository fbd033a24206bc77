"""What the domain says no with. Each error carries a reason key; `i18n.reason_text` turns the key into words.

Layer 0: imports nothing of ours.
"""

from collections.abc import Sequence


class DomainError(Exception):
    """The base of every refusal; `reason` is a key such as ``wrong-state``."""

    status = 400

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Refused(DomainError):
    """The person may see the object but not do this to it (403)."""

    status = 403


class Invisible(DomainError):
    """For this person the object does not exist (404)."""

    status = 404

    def __init__(self) -> None:
        super().__init__("not-found")


class Conflict(DomainError):
    """The object is no longer, or not yet, in a state that allows this: stale page, wrong state, lost race (409)."""

    status = 409


class Invalid(DomainError):
    """What was typed is not complete or not right; `fields` names each field with its reason key (400).

    `found` are the other things that a reason is about, for the page to show.
    """

    status = 400

    def __init__(self, fields: dict[str, str], found: Sequence[object] = ()) -> None:
        super().__init__("incomplete", ", ".join(f"{name}={why}" for name, why in fields.items()))
        self.fields = fields
        self.found = found


class UnreadableDocument(DomainError):
    """A file that is refused; `reason` is one of the keys of docs/documents.md, such as ``macros`` (400)."""


class StoreUnavailable(DomainError):
    """The file store, the database or the virus scanner takes nothing just now: full, locked, or away (503)."""

    status = 503


class TooMany(DomainError):
    """Too much or too often; try again after `retry_after` seconds (429). `said` are the numbers of the sentence."""

    status = 429

    def __init__(self, reason: str, retry_after: int, **said: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.said = said
