"""How publications are proved: the mark that each has in lists, and the manuscripts that count by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, and_, func, or_, select

from editorial.db import db
from editorial.models import Manuscript, Office, Publication
from editorial.tables.publication import ChannelNotice, DifferenceAnswer, Proof, ProofDifference

NONE = "none"
SETTLED = frozenset({"same", "marks", "accepted", "told"})
"""The marks with which a publication counts everywhere."""

_ANSWERED = DifferenceAnswer.difference_id == ProofDifference.id
_OPEN = select(func.count(ProofDifference.id)).outerjoin(DifferenceAnswer, _ANSWERED).where(
    ProofDifference.proof_id == Proof.id, DifferenceAnswer.difference_id.is_(None)).correlate(Proof).scalar_subquery()
_ASKED = select(func.count(ProofDifference.id)).join(DifferenceAnswer, _ANSWERED).where(
    ProofDifference.proof_id == Proof.id, DifferenceAnswer.outcome == "correction").correlate(Proof).scalar_subquery()

_TOLD = select(ChannelNotice.id).where(ChannelNotice.proof_id == Proof.id).correlate(Proof).exists()


def marks(publication_ids: Collection[int]) -> Mapping[int, str]:
    """How each publication is proved, by what was brought last for it, in one query.

    ``none``; ``shown`` by a picture or PDF alone; ``same``; ``marks`` but for punctuation and spaces; ``accepted``,
    every difference with a reason; ``open`` where some wait; ``asked`` where a correction is; ``told`` where readers
    were told of the channel's mistake; ``earlier``, with a text that was corrected since.
    """
    if not publication_ids:
        return {}
    found: dict[int, str] = {}
    for id_, outcome, is_current, open_, asked, told in db.session.execute(
            select(Proof.publication_id, Proof.outcome, Proof.version_id == Manuscript.cleared_version_id,
                   _OPEN, _ASKED, _TOLD)
            .join(Publication, Publication.id == Proof.publication_id)
            .join(Manuscript, Manuscript.id == Publication.manuscript_id)
            .where(Proof.publication_id.in_(publication_ids)).order_by(Proof.id)):
        if outcome is None:
            found.setdefault(id_, "shown")
        elif not is_current:
            found[id_] = "earlier"
        elif outcome == "differs":
            found[id_] = "told" if told else "open" if open_ else "asked" if asked else "accepted"
        else:
            found[id_] = outcome
    return {id_: found.get(id_, NONE) for id_ in publication_ids}


def is_proved() -> ColumnElement[bool]:
    """That a row of publications, with its manuscript, is proved: what `marks` calls one of SETTLED, in SQL."""
    other = select(func.max(Proof.id)).where(
        Proof.publication_id == Publication.id, Proof.outcome.is_not(None)).correlate(Publication).scalar_subquery()
    waiting = select(ProofDifference.id).outerjoin(DifferenceAnswer, _ANSWERED).where(
        ProofDifference.proof_id == Proof.id,
        or_(DifferenceAnswer.difference_id.is_(None), DifferenceAnswer.outcome == "correction")).exists()
    return select(Proof.id).where(
        Proof.id == other, Proof.version_id == Manuscript.cleared_version_id, or_(~waiting, _TOLD)
    ).correlate(Publication, Manuscript).exists()


def _publications(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Publication.id).where(
        Publication.manuscript_id == Manuscript.id, where).correlate(Manuscript).exists()


def counted() -> ColumnElement[bool]:
    """Manuscripts with a publication that counts: proved, or at an office that counts those without proof."""
    generous = select(Office.id).where(Office.counts_unproved)
    return or_(and_(Manuscript.office_id.in_(generous), Manuscript.published_at.is_not(None)),
               _publications(is_proved()))


def unproved() -> ColumnElement[bool]:
    """Manuscripts with a publication that is not proved."""
    return _publications(~is_proved())
