"""Files that take long to read: stored at once, read by a job, and taken when their form is saved.

What was typed beside them is kept as for every form that is not saved (`scratch`); so whatever dies meanwhile, files
and words are there, and who brought them may leave the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from editorial import clock, documents
from editorial.actions import jobs, uploads
from editorial.actions.uploads import Brought, Delivery, Named
from editorial.db import db
from editorial.documents import Change, Document, Picture, Remark, Warning
from editorial.errors import Conflict, Invisible
from editorial.models import Scratch
from editorial.storage import LocalStore
from editorial.tables.arrivals import Arrival

BUSY = "converter-busy"
"""Why a file may be refused now and read a minute later."""


class Later(Exception):
    """What a form brought is read later, under this number."""

    def __init__(self, arrival_id: int) -> None:
        super().__init__(arrival_id)
        self.arrival_id = arrival_id


def bring(store: LocalStore, scratch: Scratch, document: Named | None, pictures: Sequence[Named],
          known: Set[str]) -> int:
    """Store what was brought beside what is kept in `scratch`, and ask for it to be read; gives its number. `known` is
    as in `receive`.

    Raises StoreUnavailable.
    """
    brought = [*([document] if document else []), *pictures]
    arrival = Arrival(
        person_id=scratch.person_id, form=scratch.form, scratch_id=scratch.id,
        name=documents.shown_name(brought[0][0]), size=sum(len(data) for _name, data in brought), made_at=clock.now(),
        files={"document": [document[0], store.put(document[1])] if document else None,
               "photos": [[name, store.put(data)] for name, data in pictures]}, known=sorted(known))
    db.session.add(arrival)
    db.session.flush()
    arrival.job_id = jobs.ask("read", {"arrival": arrival.id}).id
    db.session.flush()
    return arrival.id


def read(store: LocalStore, arrival_id: int) -> None:
    """Read it, and note what was read or why it is refused. Commits first, so that nothing is locked meanwhile.

    Raises RefusedFile where the converter has too much to do, and StoreUnavailable: both pass.
    """
    arrival = db.session.get(Arrival, arrival_id)
    if arrival is None or arrival.read_at is not None:
        return
    files, known = arrival.files, frozenset(arrival.known)
    db.session.commit()
    named = files["document"]
    document = (named[0], store.read(named[1])) if named else None
    delivery, refusal = None, None
    try:
        delivery = uploads.receive(store, document, [(name, store.read(it)) for name, it in files["photos"]], known)
    except uploads.RefusedFile as error:
        if BUSY in error.fields.values():
            raise
        refusal = error
    arrival = db.session.get_one(Arrival, arrival_id)
    arrival.read_at, arrival.delivery = clock.now(), packed(delivery) if delivery else None
    if refusal:
        (arrival.field, arrival.error), = refusal.fields.items()
        arrival.refused = refusal.detail[:300]
    db.session.flush()


def give_up(arrival_id: int) -> None:
    """It can't be read, however often it is tried."""
    arrival = db.session.get_one(Arrival, arrival_id)
    arrival.read_at, arrival.field, arrival.error = clock.now(), "document", "too-complex"
    arrival.refused = arrival.name
    db.session.flush()


def mine(person_id: int, arrival_id: int) -> Arrival:
    """What this person brought and has not taken yet; raises Invisible."""
    arrival = db.session.scalar(select(Arrival).where(
        Arrival.id == arrival_id, Arrival.person_id == person_id, Arrival.taken_at.is_(None)))
    if arrival is None:
        raise Invisible
    return arrival


def delivery(person_id: int, arrival_id: int, form: str) -> Delivery:
    """What was read of what this person brought to this form. Raises Invisible, and Conflict while it is read."""
    arrival = mine(person_id, arrival_id)
    if arrival.form != form[:80]:
        raise Invisible
    if arrival.delivery is None:
        raise Conflict("being-read")
    return unpacked(arrival.delivery)


def offered(person_id: int, form: str) -> Sequence[Arrival]:
    """What this person brought to a form and has not taken yet, the latest first."""
    return db.session.scalars(select(Arrival).where(
        Arrival.person_id == person_id, Arrival.form == form[:80], Arrival.taken_at.is_(None)).order_by(
        Arrival.id.desc())).all()


def taken(person_id: int, arrival_id: int | None) -> None:
    """It stands in what was saved, or is thrown away."""
    if arrival_id is not None:
        arrival = mine(person_id, arrival_id)
        arrival.taken_at, arrival.delivery = clock.now(), None
        db.session.flush()


# --- As JSON -----------------------------------------------------------------------------------------------------


def packed(delivery: Delivery) -> dict[str, Any]:
    """What was read, to keep: the bytes of its pictures are in the store."""
    read = delivery.document
    whole: dict[str, Any] | None = None
    if read:
        whole = asdict(replace(read, pictures=()))
        whole["pictures"] = [{name: value for name, value in vars(picture).items()
                              if name not in ("data", "thumbnail")} for picture in read.pictures]
    return {"document": whole, "files": [asdict(file) for file in delivery.files]}


def unpacked(kept: Mapping[str, Any]) -> Delivery:
    """The same again."""
    read = kept["document"]
    document = Document(**{
        **read, "warnings": tuple(Warning(**one) for one in read["warnings"]),
        "pictures": tuple(Picture(**one, data=b"") for one in read["pictures"]),
        "changes": tuple(Change(**one) for one in read["changes"]),
        "remarks": tuple(Remark(**one) for one in read["remarks"])}) if read else None
    return Delivery(document, tuple(_brought(one) for one in kept["files"]))


def _brought(kept: Mapping[str, Any]) -> Brought:
    lists = {name: tuple(kept[name]) for name in ("warnings", "remarks", "changes")}
    return Brought(**{**kept, **lists, "thumbnail": _brought(kept["thumbnail"]) if kept["thumbnail"] else None})
