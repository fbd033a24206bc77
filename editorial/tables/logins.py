"""Log-ins: sessions, failed attempts, links that work once. Of tokens only hashes are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, link, moment, row_id
from editorial.models import Person


class WebSession(Model):
    """A log-in. The cookie holds a random token; here is only its SHA-256. Deleting the row logs the person out."""

    __tablename__ = "web_sessions"

    id: Mapped[int] = row_id()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = link("people.id", index=True)
    created_at: Mapped[datetime] = moment()
    seen_at: Mapped[datetime] = moment(index=True)
    address: Mapped[str] = mapped_column(String(60), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")
    person: Mapped[Person] = relationship()


class LoginAttempt(Model):
    """A failed log-in, for the throttle: keys are hashes of the account name and of the address. Also a returned mail
    that was handed over by HTTP: its key is ``bounces``."""

    __tablename__ = "login_attempts"
    __table_args__ = (Index("ix_login_attempts_key_at", "key", "at"),)

    id: Mapped[int] = row_id()
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = moment(index=True)


class OneTimeLink(Model):
    """An invitation or a password reset. The link holds a random token; here is only its SHA-256."""

    __tablename__ = "one_time_links"
    __table_args__ = (CheckConstraint("purpose IN ('invite', 'reset')", name="purpose"),)

    id: Mapped[int] = row_id()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = link("people.id", index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = moment()
    expires_at: Mapped[datetime] = moment()
    used_at: Mapped[datetime | None] = moment()
    person: Mapped[Person] = relationship()
