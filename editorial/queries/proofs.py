"""The page of a publication's proofs, and the files that were brought as proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from editorial.db import db
from editorial.documents import Comparison
from editorial.errors import Invisible, Refused
from editorial.models import File, Manuscript, Publication
from editorial.parties import COORDINATOR, STAFF, Actor
from editorial.queries import manuscripts, proved
from editorial.queries.reader import reader_of
from editorial.tables.publication import ChannelNotice, DifferenceAnswer, Proof, ProofDifference, compared
from editorial.terms import NoticeAction, PublicationAction
from editorial.workflow import TABLES, Refusal, permit


@dataclass(frozen=True)
class Page:
    """A publication with its proofs, the newest first, and the comparison of the one that is shown."""

    manuscript: Manuscript
    publication: Publication
    mark: str
    proofs: Sequence[Proof]
    shown: Proof | None
    comparison: Comparison | None
    may_prove: bool
    may_settle: bool
    may_tell: bool
    may_put_right: bool

    @property
    def open(self) -> list[ProofDifference]:
        """The differences of the shown proof that wait for a word."""
        return [one for one in self.shown.differences if one.answer is None] if self.shown else []


def page(actor: Actor, code: str, publication_id: int, proof_id: int | None = None) -> Page:
    """A publication and its proofs, for the office's staff and the coordinator; one proof, else the last with a text.

    Raises Invisible; Refused where somebody else sees the manuscript.
    """
    found, publication = place(actor, code, publication_id)
    proofs = list(db.session.scalars(
        select(Proof).where(Proof.publication_id == publication.id).order_by(Proof.id.desc()).options(
            joinedload(Proof.recorded_by), joinedload(Proof.version),
            joinedload(Proof.notice).options(joinedload(ChannelNotice.made_by), joinedload(ChannelNotice.mended_by)),
            selectinload(Proof.differences).joinedload(ProofDifference.answer).joinedload(DifferenceAnswer.by))))
    shown = next((one for one in proofs if (one.id == proof_id if proof_id else one.outcome)), None)
    if proof_id and shown is None:
        raise Invisible
    proven = compared(shown.version, shown.headline, shown.text) if shown and shown.outcome else None
    return Page(found, publication, proved.marks([publication.id])[publication.id], proofs, shown,
                proven.comparison if proven else None, _may(actor, PublicationAction.PROVE, found),
                _may(actor, PublicationAction.SETTLE_DIFFERENCES, found),
                *(shown is not None and _may(actor, action, shown) for action in NoticeAction))


def manuscript(actor: Actor, code: str) -> Manuscript:
    """The manuscript, for whoever sees how its publications are proved. Raises Invisible, and Refused."""
    found = manuscripts.manuscript(actor, code)
    if not {STAFF.name, COORDINATOR.name} & reader_of(actor, found).parties:
        raise Refused("not-yours")
    return found


def place(actor: Actor, code: str, publication_id: int) -> tuple[Manuscript, Publication]:
    """A manuscript and one of its publications; raises as `manuscript`."""
    found = manuscript(actor, code)
    for one in found.publications:
        if one.id == publication_id:
            return found, one
    raise Invisible


def proof_of(actor: Actor, code: str, proof_id: int) -> tuple[Manuscript, Proof]:
    """A manuscript and a proof of one of its publications; raises as `manuscript`."""
    found = manuscript(actor, code)
    proof = db.session.get(Proof, proof_id)
    if proof is None or proof.publication_id not in {one.id for one in found.publications}:
        raise Invisible
    return found, proof


def file(actor: Actor, code: str, proof_id: int, part: str) -> tuple[File, str]:
    """A file of a proof, ``page`` or ``exhibit``, and its name; raises as `manuscript`."""
    proof = proof_of(actor, code, proof_id)[1]
    found, name = {"page": (proof.file, proof.file_name), "exhibit": (proof.exhibit, proof.exhibit_name)}.get(
        part, (None, ""))
    if found is None:
        raise Invisible
    return found, name


def _may(actor: Actor, action: PublicationAction | NoticeAction, found: Manuscript | Proof) -> bool:
    return not isinstance(permit(actor, TABLES[type(action)], action, found), Refusal)
