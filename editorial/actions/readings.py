"""What somebody opened last: that, and nothing else about how people read."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from editorial.tables.remarks import Reading


def note(connection: Connection, person_id: int, manuscript_id: int, version_id: int) -> None:
    """Put down that a person opened a version; the other one that they had opened before stays known."""
    own = (Reading.person_id == person_id, Reading.manuscript_id == manuscript_id)
    last = connection.scalar(select(Reading.version_id).where(*own))
    if last is None:
        connection.execute(insert(Reading).values(person_id=person_id, manuscript_id=manuscript_id,
                                                  version_id=version_id))
    elif last != version_id:
        connection.execute(update(Reading).where(*own).values(version_id=version_id, earlier_version_id=last))
