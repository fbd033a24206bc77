"""Proof of what was published: its text beside the cleared one, pictures and PDFs of it, and what differs.

A page's revision is not asked for: proofs are only added, and make nobody's open page stale.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from editorial import access, audit, clock, documents
from editorial.actions import manuscripts, steps
from editorial.actions.uploads import Brought, Named, RefusedFile, demand_harmless, put_down
from editorial.db import db
from editorial.errors import Conflict, Invalid, Invisible, UnreadableDocument
from editorial.models import Manuscript, Publication
from editorial.parties import PUBLISHER, Actor
from editorial.storage import LocalStore
from editorial.tables.publication import DifferenceAnswer, Proof, ProofDifference, compared
from editorial.terms import PublicationAction

LONGEST = 200_000
"""Characters of a published text."""
LONGEST_HEADLINE = 200
MOST_DIFFERENCES = 300
"""More than these, and it is another text."""


@dataclass(frozen=True)
class Found:
    """What was found published: its headline where it is known, its text as lines, and the files that were stored: the
    one from which the text was read, and a picture or PDF."""

    headline: str = ""
    text: str = ""
    file: Brought | None = None
    exhibit: Brought | None = None


def receive(store: LocalStore, found: Found, page: Named | None, exhibit: Named | None,
            scanner: Sequence[str] = ()) -> Found:
    """`found` with what the files bring, which are stored; a page's text takes the place of one that was pasted.

    Raises Invalid with the reason beside ``page`` or ``exhibit``, and StoreUnavailable.
    """
    for field, named in (("page", page), ("exhibit", exhibit)):
        if named:
            demand_harmless(scanner, field, *named)
    headline, text, kept, shown = found.headline, found.text, None, None
    if page:
        read_headline, text = _read_page(page)
        headline = headline or read_headline[:LONGEST_HEADLINE]
    picture = _read_exhibit(exhibit) if exhibit else None
    if page:
        kept = Brought("original", store.put(page[1]), "application/octet-stream", len(page[1]),
                       documents.shown_name(page[0])[:LONGEST_HEADLINE])
    if exhibit and picture:
        media_type, data = picture
        shown = Brought("original", store.put(data), media_type, len(data),
                        documents.shown_name(exhibit[0])[:LONGEST_HEADLINE])
    return Found(headline, text, kept, shown)


def _read_page(page: Named) -> tuple[str, str]:
    try:
        return documents.read_published(page[1], page[0])
    except UnreadableDocument as error:
        raise RefusedFile("page", error, page[0]) from error


def _read_exhibit(exhibit: Named) -> tuple[str, bytes]:
    """The media type and the bytes to store: a PDF as it is, a picture written anew, without place and camera."""
    name, data = exhibit
    if data.startswith(b"%PDF-") and len(data) <= documents.LARGEST_FILE:
        return "application/pdf", data
    try:
        picture = documents.read_picture(data)
    except UnreadableDocument as error:
        raise RefusedFile("exhibit", error, name) from error
    return picture.media_type, picture.data


def prove(actor: Actor, manuscript: Manuscript, publication: Publication, found: Found) -> Proof:
    """Put down what was found published, compared with what is cleared now.

    Raises Invisible where the publication is another manuscript's; Invalid where there is neither text nor exhibit, or
    where nothing of the cleared text is in it; and what `access.permitted` raises.
    """
    if publication not in manuscript.publications:
        raise Invisible
    access.permitted(actor, PublicationAction.PROVE, manuscript)
    if not found.text.strip() and found.exhibit is None:
        raise Invalid({"body": "no-proof"})
    if len(found.text) > LONGEST:
        raise Invalid({"page" if found.file else "body": "too-long"})
    version = manuscript.cleared_version
    assert version is not None
    proven = compared(version, found.headline, found.text) if found.text.strip() else None
    if proven and (proven.is_another or len(proven.differences) > MOST_DIFFERENCES):
        raise Invalid({"page" if found.file else "body": "another-text"})
    for file in filter(None, (found.file, found.exhibit)):
        put_down(file)
    proof = Proof(
        publication_id=publication.id, version_id=version.id, digest=version.digest,
        outcome=proven.level if proven else None, headline=found.headline, text=found.text if proven else "",
        file_sha256=found.file.sha256 if found.file else None, file_name=found.file.shown_name if found.file else "",
        exhibit_sha256=found.exhibit.sha256 if found.exhibit else None,
        exhibit_name=found.exhibit.shown_name if found.exhibit else "",
        recorded_by_id=actor.id, recorded_at=clock.now())
    db.session.add(proof)
    db.session.flush()
    for number, one in enumerate(proven.differences if proven else (), 1):
        db.session.add(ProofDifference(proof_id=proof.id, number=number, kind=one.kind, what=one.what,
                                       before=one.before, after=one.after))
    files = [file for file in (found.file, found.exhibit) if file]
    _record(actor, PublicationAction.PROVE, manuscript, proof, "", {
        "outcome": proof.outcome or "", "differences": len(proven.differences) if proven else 0,
        "sha256": [file.sha256 for file in files], "bytes": sum(file.size for file in files)})
    return proof


def settle(actor: Actor, manuscript: Manuscript, proof: Proof, numbers: Collection[int], outcome: str,
           reason: str) -> None:
    """Say of some differences of a proof that they may stand, or ask the chief editor for a correction of them.

    Raises Invisible, Invalid, Conflict where one is settled already or a correction can't be asked for now, and what
    `access.permitted` raises.
    """
    if proof.publication not in manuscript.publications:
        raise Invisible
    access.permitted(actor, PublicationAction.SETTLE_DIFFERENCES, manuscript)
    wrong = {}
    if outcome not in ("accepted", "correction"):
        wrong["outcome"] = "no-choice"
    if not reason.strip():
        wrong["reason"] = "no-reason"
    chosen = [one for one in proof.differences if one.number in numbers]
    if not chosen or len(chosen) < len(set(numbers)):
        wrong["numbers"] = "no-difference"
    if wrong:
        raise Invalid(wrong)
    if any(one.answer for one in chosen):
        raise Conflict("difference-settled")
    now = clock.now()
    for one in chosen:
        db.session.add(DifferenceAnswer(difference_id=one.id, outcome=outcome, reason=reason, by_id=actor.id,
                                        answered_at=now))
    if outcome == "correction":
        manuscripts.request_correction(actor, manuscript, None, reason)
    _record(actor, PublicationAction.SETTLE_DIFFERENCES, manuscript, proof, reason, {
        "outcome": outcome, "differences": sorted(one.number for one in chosen)})


def _record(actor: Actor, action: PublicationAction, manuscript: Manuscript, proof: Proof, reason: str,
            data: dict[str, object]) -> None:
    db.session.flush()
    audit.record(
        db.session(), action.value, actor, role=PUBLISHER.name, place=steps.place_of(PUBLISHER, manuscript),
        manuscript=manuscript, digest=proof.digest, before=manuscript.state.value, after=manuscript.state.value,
        reason=reason, data={"proof_id": proof.id, "publication_id": proof.publication_id,
                             "channel": proof.publication.channel.title, **data})
