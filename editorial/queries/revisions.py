"""A revised file that came back from its author: what was understood, against what was returned to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from editorial.db import db
from editorial.documents import Comparison, Remark, Text, clean, compare
from editorial.errors import Invisible
from editorial.models import Manuscript, Scratch, Upload, Version
from editorial.parties import Actor
from editorial.queries import remarks, writing
from editorial.queries.reader import reader_of
from editorial.queries.remarks import Thread


@dataclass(frozen=True)
class Revision:
    """What a revised file says: kept for its author alone until they put it into the form."""

    manuscript: Manuscript
    scratch_id: int
    name: str
    sent: Version
    comparison: Comparison
    answers: Sequence[tuple[Thread, str]]
    """The annotations that the file answers and that have not got this answer yet, each with what it says."""
    remarks: Sequence[Remark]
    """The other comments of the file; those that we wrote into it are not among them."""
    warnings: Sequence[dict[str, str]]

    @property
    def is_another(self) -> bool:
        """Hardly anything of what was returned is left: it may be the file of another manuscript."""
        return self.comparison.removed * 5 > self.sent.characters * 4 > 0


def page(actor: Actor, code: str, scratch_id: int) -> Revision:
    """What `actor` brought to a manuscript and has not confirmed; raises Invisible where there is nothing."""
    found = writing.manuscript(actor, code)
    kept = db.session.scalar(select(Scratch).where(
        Scratch.id == scratch_id, Scratch.person_id == actor.id, Scratch.form == f"/manuscripts/{code}/edit"))
    fields: dict[str, Any] = kept.fields if kept else {}
    upload = db.session.scalar(
        select(Upload).join(Manuscript, Manuscript.id == Upload.manuscript_id)
        .where(Manuscript.story_id == found.story_id, Upload.sha256 == str(fields.get("original", "")))
        .order_by(Upload.id.desc()).limit(1))
    returned = writing.why_returned(found)
    if kept is None or upload is None or returned is None or "remarks" not in fields:
        raise Invisible
    sent = returned.version
    changes = compare(Text(sent.title, sent.byline, sent.html),
                      Text(str(fields["title"]), str(fields["byline"]), clean(str(fields["body"]))))
    answers, others = understood([Remark(**one) for one in json.loads(fields["remarks"])],
                                 remarks.beside(reader_of(actor, found), found, sent).threads)
    return Revision(found, kept.id, upload.shown_name, sent, changes, answers, others, upload.warnings)


def understood(
    brought: Sequence[Remark], threads: Sequence[Thread]
) -> tuple[list[tuple[Thread, str]], list[Remark]]:
    """Of a file's comments, which answer our annotations, and which are others. Ours are known by their words: programs
    change dates and the ways in which they write names."""
    ours: dict[int, Thread] = {}
    for place, remark in enumerate(brought):
        thread = next((one for one in threads if one not in ours.values()
                       and remarks.same(remark.text, one.said.body)), None)
        if thread is not None and remark.answers < 0:
            ours[place] = thread
    answers: list[tuple[Thread, str]] = []
    others: list[Remark] = []
    for place, remark in enumerate(brought):
        question = remarks.question_of(place, brought, ours.keys())
        asked = ours[question] if question is not None else None
        if place in ours or (asked and any(remarks.same(remark.text, said.body) for said in asked.answers)):
            continue
        if asked and asked.may_answer and remark.text.strip():
            answers.append((asked, remark.text.strip()))
        else:
            others.append(remark)
    return answers, others
