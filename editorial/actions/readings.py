"""What somebody opened last: that, and nothing else about how people read."""

from __future__ import annotations

from sqlalchemy import Connection, insert, update

from editorial.tables.remarks import Reading


def note(
    connection: Connection, person_id: int, manuscript_id: int, version_id: int, earlier_id: int | None
) -> None:
    """Put down that a person opened a version, and before it the other one, if any. Raises IntegrityError where a page
    that they opened at the same moment was first: then it is known already."""
    if earlier_id is None:
        connection.execute(insert(Reading).values(person_id=person_id, manuscript_id=manuscript_id,
                                                  version_id=version_id))
    else:
        connection.execute(
            update(Reading).where(Reading.person_id == person_id, Reading.manuscript_id == manuscript_id,
                                  Reading.version_id == earlier_id)
            .values(version_id=version_id, earlier_version_id=earlier_id))
