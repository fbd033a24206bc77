"""What a publication has beside it: proofs, how they differ from the cleared text, what was said to that; readers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial import documents
from editorial.db import Model, link, moment, row_id
from editorial.models import File, Manuscript, Person, Publication, Version
from editorial.terms import State


class Proof(Model):
    """What was found published: its text, compared with the version that was cleared then, or a picture or PDF of it.

    Only added: a later one stands beside those before it.
    """

    __tablename__ = "proofs"
    __table_args__ = (
        CheckConstraint("outcome IN ('same', 'marks', 'differs')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (text = '')", name="text"),
        CheckConstraint("outcome IS NOT NULL OR exhibit_sha256 IS NOT NULL", name="something"),
    )

    id: Mapped[int] = row_id()
    publication_id: Mapped[int] = link("publications.id", index=True)
    version_id: Mapped[int] = link("versions.id")
    digest: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(8))
    headline: Mapped[str] = mapped_column(String(200), default="")  # as published, where it was given or found
    text: Mapped[str] = mapped_column(Text, default="")
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("files.sha256"))  # from which the text was read
    file_name: Mapped[str] = mapped_column(String(200), default="")
    exhibit_sha256: Mapped[str | None] = mapped_column(ForeignKey("files.sha256"))
    exhibit_name: Mapped[str] = mapped_column(String(200), default="")
    recorded_by_id: Mapped[int] = link("people.id")
    recorded_at: Mapped[datetime] = moment()

    publication: Mapped[Publication] = relationship()
    version: Mapped[Version] = relationship()
    file: Mapped[File | None] = relationship(foreign_keys=[file_sha256])
    exhibit: Mapped[File | None] = relationship(foreign_keys=[exhibit_sha256])
    recorded_by: Mapped[Person] = relationship()
    differences: Mapped[list["ProofDifference"]] = relationship(order_by="ProofDifference.number")
    notice: Mapped["ChannelNotice | None"] = relationship()
    manuscript: Mapped[Manuscript] = relationship(
        secondary="publications", primaryjoin=publication_id == Publication.id,
        secondaryjoin=Publication.manuscript_id == Manuscript.id, viewonly=True)

    # --- What `workflow.NOTICE_TABLE` asks of it

    @property
    def state(self) -> State:
        """That of its manuscript."""
        return self.manuscript.state

    @property
    def office_id(self) -> int | None:
        """The office whose channel it is about."""
        return self.manuscript.office_id

    @property
    def author_ids(self) -> frozenset[int]:
        """Who wrote the text."""
        return self.manuscript.author_ids

    @property
    def concerns(self) -> frozenset[tuple[str, int]]:
        """What the text has to do with."""
        return self.manuscript.concerns

    @property
    def differs(self) -> bool:
        """Whether it found other words than those that were cleared."""
        return self.outcome == "differs"

    @property
    def is_mended(self) -> bool:
        """Whether the channel has put it right."""
        return self.notice is not None and self.notice.mended_at is not None


class ProofDifference(Model):
    """A place where what was published has other words than what was cleared."""

    __tablename__ = "proof_differences"
    __table_args__ = (UniqueConstraint("proof_id", "number"),)

    id: Mapped[int] = row_id()
    proof_id: Mapped[int] = link("proofs.id")
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    what: Mapped[str] = mapped_column(String(10))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)

    answer: Mapped["DifferenceAnswer | None"] = relationship()


class DifferenceAnswer(Model):
    """What the publisher said to a difference: it may stand, and why, or a correction was asked for. Once."""

    __tablename__ = "difference_answers"
    __table_args__ = (CheckConstraint("outcome IN ('accepted', 'correction')", name="outcome"),
                      CheckConstraint("length(trim(reason)) > 0", name="reason"))

    difference_id: Mapped[int] = mapped_column(ForeignKey("proof_differences.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = link("people.id")
    answered_at: Mapped[datetime] = moment()

    by: Mapped[Person] = relationship()


class ChannelNotice(Model):
    """What readers are told of a channel's own mistake, found by a proof; and where the channel put it right, once.

    The cleared text stays as it is.
    """

    __tablename__ = "channel_notices"
    __table_args__ = (
        CheckConstraint("length(trim(wrong)) > 0 AND length(trim(note)) > 0", name="words"),
        CheckConstraint("(mended_at IS NULL) = (mended_by_id IS NULL)"
                        " AND (mended_at IS NULL) = (recorded_at IS NULL)", name="mended"),
        CheckConstraint("(mended_at IS NULL) = (address = '' AND trim(place) = '')", name="somewhere"),
    )

    id: Mapped[int] = row_id()
    proof_id: Mapped[int] = link("proofs.id", unique=True)
    publication_id: Mapped[int] = link("publications.id")
    manuscript_id: Mapped[int] = link("manuscripts.id", index=True)
    wrong: Mapped[str] = mapped_column(Text)  # what was wrong there, for the house
    note: Mapped[str] = mapped_column(Text)  # what readers are told
    made_by_id: Mapped[int] = link("people.id")
    made_at: Mapped[datetime] = moment(index=True)
    mended_at: Mapped[datetime | None] = moment()  # when the channel corrected it
    address: Mapped[str] = mapped_column(String(500), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    mended_by_id: Mapped[int | None] = link("people.id")  # who recorded that
    recorded_at: Mapped[datetime | None] = moment()

    publication: Mapped[Publication] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    mended_by: Mapped[Person | None] = relationship(foreign_keys=[mended_by_id])


class ReadershipReading(Model):
    """How often a publication had been read, liked and commented on at a time, and who says so. Of no person.

    Only added: where two say something of one time, the later row holds.
    """

    __tablename__ = "readership_readings"
    __table_args__ = (
        CheckConstraint("coalesce(reads, likes, comments) IS NOT NULL", name="something"),
        CheckConstraint("coalesce(reads, 0) >= 0 AND coalesce(likes, 0) >= 0 AND coalesce(comments, 0) >= 0",
                        name="counts"),
        CheckConstraint("length(trim(source)) > 0", name="source"),
    )

    id: Mapped[int] = row_id()
    publication_id: Mapped[int] = link("publications.id", index=True)
    read_at: Mapped[datetime] = moment()
    reads: Mapped[int | None]
    likes: Mapped[int | None]
    comments: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(100))
    recorded_by_id: Mapped[int] = link("people.id")
    recorded_at: Mapped[datetime] = moment()


class Reprint(Model):
    """What somebody else made of a published piece: who brought it, when and where. Only added."""

    __tablename__ = "reprints"
    __table_args__ = (
        CheckConstraint("length(trim(outlet)) > 0", name="outlet"),
        CheckConstraint("length(address) > 0 OR length(trim(place)) > 0", name="somewhere"),
        UniqueConstraint("manuscript_id", "outlet", "address", "place"),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id")
    outlet: Mapped[str] = mapped_column(String(60))
    reprinted_at: Mapped[datetime] = moment()
    address: Mapped[str] = mapped_column(String(500), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    recorded_by_id: Mapped[int] = link("people.id")
    recorded_at: Mapped[datetime] = moment()

    recorded_by: Mapped[Person] = relationship()


def compared(version: Version, headline: str, text: str) -> documents.Proven:
    """What was published beside a version: what stands under its pictures may be in it or not."""
    captions = [said for line in version.pictures for said in (
        line["caption"], line["credit"], f"{line['caption']}{line['credit']}")]
    return documents.proven(documents.Text(version.title, version.byline, version.html), headline, text,
                            captions)
