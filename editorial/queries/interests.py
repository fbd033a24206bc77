"""The interests that somebody declared, and what they may declare about a manuscript."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from editorial.db import db
from editorial.models import Manuscript, Story
from editorial.parties import Actor
from editorial.tables.interests import Interest


def declared(actor: Actor) -> Sequence[Interest]:
    """What `actor` declared and has not ended, the last first."""
    return db.session.scalars(select(Interest).where(
        Interest.person_id == actor.id, Interest.ended_at.is_(None)).order_by(Interest.id.desc()).options(
        joinedload(Interest.author), joinedload(Interest.unit),
        joinedload(Interest.story).selectinload(Story.manuscripts))).all()


def abouts(found: Manuscript) -> list[tuple[str, str]]:
    """What can be declared about a manuscript: the form's value, and its words."""
    people = [(author.person_id, author.person.name) for author in found.story.authors]
    return [
        *((f"author:{id_}", _("I know the author %(name)s closely", name=name)) for id_, name in people),
        *((f"kin:{id_}", _("The author %(name)s is of my family", name=name)) for id_, name in people),
        ("unit", _("I have to do with the unit: %(unit)s", unit=found.unit.name)),
        ("other", _("Another reason, for this manuscript alone")),
    ]
