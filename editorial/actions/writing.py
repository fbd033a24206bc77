"""What a writing page does in one go: put down the files it brought, save the text, send it where that was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from editorial.actions import calls, manuscripts, publishing, reviewing, steps, uploads
from editorial.actions.manuscripts import Particulars
from editorial.actions.texts import Text
from editorial.actions.uploads import Delivery
from editorial.models import Manuscript
from editorial.parties import Actor
from editorial.terms import Action
from editorial.workflow import available


@dataclass(frozen=True)
class Sheet:
    """What a writing page holds when one of its buttons is pressed.

    `send` says that it is to be submitted as well; `remark` is the sentence on what was changed (resubmit), or the note
    that readers see (correct); `call_id` is the call for manuscripts that a draft answers.
    """

    text: Text
    particulars: Particulars | None = None
    delivery: Delivery = field(default_factory=Delivery)
    send: bool = False
    remark: str = ""
    call_id: int | None = None


def start(actor: Actor, unit_id: int, sheet: Sheet, co_authors: Sequence[int] = ()) -> Manuscript:
    """A new draft with what is on the sheet, submitted where that was asked. Raises as `create` and `submit` do."""
    first, *rest = uploads.texts(sheet.delivery, sheet.text)
    manuscript = manuscripts.create(actor, unit_id, first, sheet.particulars or Particulars(), co_authors,
                                    sheet.delivery.files)
    for text in rest:
        manuscripts.save(actor, manuscript, None, text)
    calls.tie(actor, manuscript, sheet.call_id)
    if sheet.send:
        manuscripts.submit(actor, manuscript, None)
    return manuscript


def bring_back(actor: Actor, manuscript: Manuscript, revision: int | None, sheet: Sheet) -> Text:
    """The text of a revised file, which its author has not confirmed: the file and its pictures are put down, and what
    was typed is saved, so that neither is lost. Raises as `save` does.
    """
    manuscripts.save(actor, manuscript, revision, sheet.text, sheet.particulars, sheet.delivery.files)
    return uploads.texts(sheet.delivery, sheet.text)[-1]


def bring_pictures(actor: Actor, manuscript: Manuscript, revision: int | None, action: Action, sheet: Sheet) -> Text:
    """The text with the pictures that an editor brought: they are put down for the story, and the text is none of its
    versions yet, since each needs its caption and credit first. Raises as `action` (edit or correct) does.
    """
    step = steps.begin(actor, action, manuscript, revision)
    uploads.attach(actor, manuscript, sheet.delivery.files, step.role, step.place)
    return uploads.texts(sheet.delivery, sheet.text)[-1]


def go_on(actor: Actor, manuscript: Manuscript, revision: int | None, action: Action, sheet: Sheet) -> bool:
    """Save what the sheet holds, by `action`: save, edit or correct; gives whether anything was changed or sent."""
    if action is Action.EDIT:
        return reviewing.edit(actor, manuscript, revision, sheet.text) is not None
    if action is Action.CORRECT:
        return publishing.correct(actor, manuscript, revision, sheet.text, sheet.remark) is not None
    first, *rest = uploads.texts(sheet.delivery, sheet.text)
    versions = [manuscripts.save(actor, manuscript, revision, first, sheet.particulars, sheet.delivery.files)]
    versions += [manuscripts.save(actor, manuscript, None, text) for text in rest]
    if sheet.particulars:
        calls.tie(actor, manuscript, sheet.call_id)
    if sheet.send:
        if any(row.action is Action.RESUBMIT for row in available(actor, manuscript)):
            manuscripts.resubmit(actor, manuscript, None, sheet.remark)
        else:
            manuscripts.submit(actor, manuscript, None)
    return sheet.send or any(versions)
