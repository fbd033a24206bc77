"""Words that are used again: an office's reasons, and one's own phrases."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from editorial.db import db
from editorial.errors import Invisible
from editorial.models import Manuscript, Office
from editorial.tables.desk import OfficeReasons, Phrases
from editorial.workflow import STAFF, Actor, Role


def office_that_keeps(actor: Actor, slug: str) -> Office:
    """The office whose reasons `actor` may keep; raises Invisible for all but its chief editors and administrators."""
    office = db.session.scalar(select(Office).where(Office.slug == slug))
    if office is None or not (actor.holds(Role.CHIEF_EDITOR, office.id) or Role.ADMINISTRATOR in actor.grants):
        raise Invisible
    return office


def reasons(office: Office) -> tuple[int, list[str]]:
    """The revision of the office's list (0 where there is none yet), and its lines."""
    kept = db.session.get(OfficeReasons, office.id)
    return (kept.revision, kept.lines) if kept else (0, [])


def phrases(actor: Actor) -> tuple[int, list[str]]:
    """The revision of one's own list (0 where there is none yet), and its lines."""
    kept = db.session.get(Phrases, actor.id)
    return (kept.revision, kept.lines) if kept else (0, [])


def openings(actor: Actor, found: Manuscript) -> list[tuple[str, list[str]]]:
    """What `actor` may begin a reason with, by whose words they are: the office's for its staff, and one's own."""
    named = []
    if found.office and STAFF.includes(actor, found):
        named.append((_("The office's reasons"), reasons(found.office)[1]))
    named.append((_("My phrases"), phrases(actor)[1]))
    return [(title, lines) for title, lines in named if lines]
