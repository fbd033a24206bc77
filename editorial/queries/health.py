"""Whether the database answers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from editorial.db import db
from editorial.models import ChainHead


def database_answers() -> bool:
    """True where the database answers and holds our tables."""
    try:
        db.session.connection(execution_options={"readonly": True})
        return db.session.scalar(select(ChainHead.id)) is not None
    except SQLAlchemyError:
        db.session.rollback()
        return False
