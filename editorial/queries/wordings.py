"""Words that are used again: an office's reasons, and one's own phrases."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import Integer, bindparam, literal, select, union_all

from editorial.db import db
from editorial.errors import Invisible
from editorial.models import Manuscript, Office
from editorial.parties import STAFF, Actor
from editorial.tables.desk import OfficeReasons, Phrases
from editorial.terms import Role


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


_KEPT = union_all(
    select(literal("office").label("whose"), OfficeReasons.lines).where(
        OfficeReasons.office_id == bindparam("of_office", type_=Integer)),
    select(literal("mine"), Phrases.lines).where(Phrases.person_id == bindparam("of_person", type_=Integer)))
"""Both lists in one query."""


def openings_at(actor: Actor) -> list[tuple[str, list[str]]]:
    """The same for several manuscripts at once: the reasons of the offices of whose staff `actor` is, and one's own."""
    offices = db.session.scalars(_REASONS_AT, {"offices": sorted(actor.grants.get(Role.STAFF, frozenset()))})
    of_offices = list(dict.fromkeys(line for lines in offices for line in lines))
    mine = phrases(actor)[1]
    kept = ((_("The office's reasons"), of_offices), (_("My phrases"), mine))
    return [(title, lines) for title, lines in kept if lines]


_REASONS_AT = select(OfficeReasons.lines).where(
    OfficeReasons.office_id.in_(bindparam("offices", expanding=True, type_=Integer))).order_by(OfficeReasons.office_id)


def openings(actor: Actor, found: Manuscript) -> list[tuple[str, list[str]]]:
    """What `actor` may begin a reason with, by whose words they are: the office's for its staff, and one's own."""
    office_id = found.office_id if STAFF.includes(actor, found) else None
    kept = {row[0]: row[1] for row in db.session.execute(_KEPT, {"of_office": office_id, "of_person": actor.id})}
    titles = {"office": _("The office's reasons"), "mine": _("My phrases")}
    return [(title, kept[whose]) for whose, title in titles.items() if kept.get(whose)]
