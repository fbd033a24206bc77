"""The words of the workflow: states, actions, roles, and what a row of the tables may ask for or name.

Layer 0: imports nothing of ours. `workflow.py` puts these words together in its tables.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a manuscript is (domain.md, "The life of a manuscript")."""

    DRAFT = "draft"
    AWAITING_SIGNOFF = "awaiting_signoff"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    RETRACTED = "retracted"


class AssignmentState(StrEnum):
    """Where one commentator's share of a commission is."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    FILED = "filed"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What people do to a manuscript. The value is the last part of the address that does it."""

    SAVE = "save"
    SUBMIT = "submit"
    SIGN_OFF = "sign-off"
    RECALL = "recall"
    RETURN = "return"
    RESUBMIT = "resubmit"
    CLAIM = "claim"
    ASSIGN = "assign"
    RELEASE = "release"
    EDIT = "edit"
    PASS = "pass"
    REJECT = "reject"
    APPEAL = "appeal"
    REOPEN = "reopen"
    UPHOLD = "uphold"
    TRANSFER = "transfer"
    SHARE = "share"
    UNDO = "undo"
    WITHDRAW = "withdraw"
    PUBLISH = "publish"
    ADD_AUTHOR = "add-author"
    BEGIN_ANEW = "begin-anew"
    REQUEST_CORRECTION = "request-correction"
    DECLINE_CORRECTION = "decline-correction"
    CORRECT = "correct"
    RETRACT = "retract"
    PROPOSE_PASS = "propose-pass"
    PROPOSE_RETURN = "propose-return"
    PROPOSE_REJECT = "propose-reject"
    CONFIRM = "confirm"
    SEND_BACK = "send-back"


class AssignmentAction(StrEnum):
    """What people do to an assignment."""

    ACCEPT = "accept"
    DECLINE = "decline"
    SAVE = "save"
    FILE = "file"
    WITHDRAW = "withdraw"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    EXPIRE = "expire"
    CANCEL = "cancel"


class RemarkAction(StrEnum):
    """What people do to the annotations on a manuscript's text, none of which moves it."""

    ANNOTATE = "annotate"
    ANSWER = "answer"
    SETTLE = "settle"
    TAKE_UP = "take-up"


class PublicationAction(StrEnum):
    """What is done about a publication that is recorded, none of which moves the manuscript."""

    PROVE = "prove"
    SETTLE_DIFFERENCES = "settle-differences"
    RECORD_READERS = "record-readers"
    RECORD_REPRINT = "record-reprint"


class NoticeAction(StrEnum):
    """What is said to readers where a channel erred and the cleared text is right; neither moves the manuscript."""

    CORRECT = "correct-channel"
    CORRECTED = "channel-corrected"


class PlanAction(StrEnum):
    """What is done to the plan of what comes out when, none of which moves the manuscript."""

    PLAN = "plan"
    REPLAN = "replan"
    TAKE_OFF = "take-off"
    EMBARGO = "embargo"


class ChannelKind(StrEnum):
    """What a channel is, hence how one finds a publication there again."""

    PAPER = "paper"  # by its page
    PROGRAMME = "programme"  # by the programme and the minute
    SITE = "site"  # the others by an address on the web
    ACCOUNT = "account"
    PLATFORM = "platform"

    @property
    def is_on_the_web(self) -> bool:
        """Whether each of its publications has an address on the web."""
        return self not in (ChannelKind.PAPER, ChannelKind.PROGRAMME)


class OutwardAction(StrEnum):
    """How a cleared text leaves the house: taken as a package, or delivered to a system of the house."""

    PACKAGE = "package"
    DELIVER = "deliver"


class CommentaryOutwardAction(StrEnum):
    """How a signed commentary leaves the house."""

    PACKAGE = "package"


class CallState(StrEnum):
    """Whether a call for manuscripts stands. That its date is past is no state: nothing has to happen for it."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CallAction(StrEnum):
    """What becomes of a call for manuscripts."""

    EXTEND = "extend"
    CLOSE = "close"
    CANCEL = "cancel"


class Role(StrEnum):
    """A role that a membership gives, in a unit, at an office or one of its stages, or in the whole city."""

    CORRESPONDENT = "correspondent"
    SIGNER = "signer"
    STAGE_REVIEWER = "stage_reviewer"
    CHIEF_EDITOR = "chief_editor"
    PUBLISHER = "publisher"
    COMMISSIONER = "commissioner"
    COMMENTATOR = "commentator"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    STAFF = "staff"  # never given: whoever reviews, publishes or is chief at an office is of its staff


class Verdict(StrEnum):
    """What a decision says. A signature is the unit's pass."""

    PASS = "pass"
    RETURN = "return"
    REJECT = "reject"


class Need(StrEnum):
    """A field, or a group of fields, that an action can't do without."""

    COMPLETE = "complete"  # everything that `submit` asks of a manuscript
    TEXT = "text"
    REASON = "reason"
    SUMMARY = "summary"  # what was changed, in a sentence
    STATEMENT = "statement"  # "who reports is responsible", ticked
    CHECKLIST = "checklist"
    GROUNDS = "grounds"
    PERSON = "person"
    COLLEAGUE = "colleague"
    OFFICE = "office"
    PUBLICATION = "publication"  # channel, time and address
    NOTE = "note"  # the correction note that readers see
    PUBLIC_REASON = "public_reason"


class Duty(StrEnum):
    """A kind of waiting: each is one list on somebody's home page."""

    REVISE = "revise"
    SIGN = "sign"
    CLAIM = "claim"
    READ = "read"
    CONFIRM = "confirm"
    PUBLISH = "publish"
    HEAR = "hear"
    CORRECT = "correct"
    ANSWER = "answer"
    WRITE = "write"
    APPROVE = "approve"
    PLACE = "place"


class Reach(StrEnum):
    """Which versions of a text a party reads."""

    ALL = "all"
    SUBMITTED = "submitted"
    OFFICE = "office"
    PUBLISHED = "published"
