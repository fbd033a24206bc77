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
from editorial.queries import writing
from editorial.workflow import Actor


@dataclass(frozen=True)
class Revision:
    """What a revised file says: kept for its author alone until they put it into the form."""

    manuscript: Manuscript
    scratch_id: int
    name: str
    sent: Version
    comparison: Comparison
    remarks: Sequence[Remark]
    """Comments of the file, answers to ours among them."""
    warnings: Sequence[dict[str, str]]


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
    return Revision(found, kept.id, upload.shown_name, sent, changes,
                    [Remark(**one) for one in json.loads(fields["remarks"])], upload.warnings)
