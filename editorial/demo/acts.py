"""What the people of the demonstration do to a story, each act by somebody who may, through the actions."""

from __future__ import annotations

from datetime import timedelta
from html import escape

from sqlalchemy import select

from editorial import access, clock, documents
from editorial.actions import (
    authors,
    calls,
    manuscripts,
    notices,
    proofs,
    proposing,
    publishing,
    readings,
    remarks,
    reviewing,
    steps,
)
from editorial.actions.manuscripts import Particulars
from editorial.actions.publishing import Placement
from editorial.actions.remarks import Note
from editorial.actions.texts import Text
from editorial.db import db
from editorial.demo.house import PLACES_ON
from editorial.demo.pieces import Piece
from editorial.models import Channel, Genre, Manuscript, Membership, Office, Person
from editorial.parties import Actor
from editorial.tables.calls import Call
from editorial.tables.publication import Proof
from editorial.tables.reading import Reading
from editorial.terms import Action, Role


def actor_named(login: str) -> Actor:
    """The person with this log-in name, as the table of transitions knows them."""
    person = db.session.scalars(select(Person).where(Person.login_key == login)).one()
    return access.actor_for(db.session(), person.id, person.name)


def actor_of(person_id: int) -> Actor:
    """The same, by id."""
    return access.actor_for(db.session(), person_id, db.session.get_one(Person, person_id).name)


def publisher_of(manuscript: Manuscript) -> Actor:
    """The publisher of its office."""
    return actor_of(_held(Role.PUBLISHER, office_id=manuscript.office_id)[0])


class Telling:
    """A story under way. Each method is one act, on the manuscript `place` (0 the first, 1 the second office's)."""

    def __init__(self, piece: Piece, author: str, offices: tuple[str, ...], *, urgent: bool, co_author: str) -> None:
        self.piece, self.author, self.offices = piece, author, offices
        self.urgent, self.co_author = urgent, co_author
        self.title, self.html = piece.title, piece.html
        self.manuscripts: list[Manuscript] = []
        self.place = 0
        self.last_note = 0
        self.last_proof: Proof

    @property
    def manuscript(self) -> Manuscript:
        return self.manuscripts[self.place]

    def _text(self) -> Text:
        names = [person.person.name for person in self.manuscripts[0].story.authors] if self.manuscripts else []
        byline = "通讯员 " + " ".join(names or [actor_named(login).name for login in self._writers()])
        return Text(self.title, byline, self.html)

    def _writers(self) -> list[str]:
        return [self.author] + ([self.co_author] if self.co_author else [])

    def _change(self, old: str, new: str) -> None:
        """Replace `old` in title and text by `new`; an empty `old` adds a paragraph."""
        if not old:
            self.html += f"<p>{escape(new, quote=False)}</p>"
            return
        if old not in self.title + self.html:
            raise ValueError(f"{self.piece.key} does not say {old!r}")
        self.title, self.html = self.title.replace(old, new), self.html.replace(old, new)

    # The author's acts

    def write(self) -> None:
        author = actor_named(self.author)
        genre = db.session.scalars(select(Genre).where(Genre.slug == self.piece.genre)).one()
        offices = [_office(slug).id for slug in self.offices]
        unit_id = min(author.grants[Role.CORRESPONDENT])
        others = [actor_named(login).id for login in self._writers()[1:]]
        self.manuscripts = [manuscripts.create(
            author, unit_id, self._text(), Particulars(genre.id, offices, self.urgent, is_original=True), others)]

    def reply(self, topic: str) -> None:
        """Say which call for manuscripts the draft answers."""
        call_id = db.session.scalars(select(Call.id).where(Call.topic == topic)).one()
        calls.tie(actor_named(self.author), self.manuscript, call_id)

    def save(self, old: str, new: str) -> None:
        self._change(old, new)
        manuscripts.save(actor_named(self.author), self.manuscript, None, self._text())

    def submit(self) -> None:
        self.manuscripts = manuscripts.submit(actor_named(self.author), self.manuscripts[0], None)

    def revise(self, summary: str, old: str, new: str) -> None:
        """Change the text as was asked, and send it again."""
        self.save(old, new)
        self.resubmit(summary)

    def resubmit(self, summary: str) -> None:
        manuscripts.resubmit(actor_named(self.author), self.manuscript, None, summary)

    def recall(self) -> None:
        manuscripts.recall(actor_named(self.author), self.manuscript, None)

    def withdraw(self, reason: str) -> None:
        manuscripts.withdraw(actor_named(self.author), self.manuscript, None, reason)

    def appeal(self, grounds: str) -> None:
        manuscripts.appeal(actor_named(self.author), self.manuscript, None, grounds)

    def anew(self) -> None:
        """Begin a new draft with the text of what is closed."""
        manuscripts.begin_anew(actor_named(self.author), self.manuscript, None)

    def join(self, login: str) -> None:
        """A colleague writes with them."""
        authors.add_author(actor_named(self.author), self.manuscript, None, actor_named(login).id)

    def request(self, reason: str) -> None:
        manuscripts.request_correction(actor_named(self.author), self.manuscript, None, reason)

    def decline(self, reason: str) -> None:
        """The chief editor lets what is published stand."""
        publishing.decline_correction(self._chief(), self.manuscript, None, reason)

    # The unit's and the stages' acts

    def _having_read(self, actor: Actor) -> Actor:
        """Whoever decides has had the text before them as long as one reads it; one in nine without a script."""
        version = self.manuscript.version
        assert version is not None
        seconds = 20 + version.characters * 60 // 400
        last = db.session.scalar(select(Reading.version_id).where(
            Reading.person_id == actor.id, Reading.manuscript_id == self.manuscript.id))
        with clock.at(clock.now() - timedelta(seconds=seconds + 15)):
            readings.note(db.session.connection(), actor.id, self.manuscript.id, version.id, last, True)
        readings.credit(actor, self.manuscript, version.number, seconds if version.id % 9 else None)
        return actor

    def sign(self) -> None:
        reviewing.sign_off(self._having_read(self._signer()), self.manuscript, None, True)

    def send_back(self, reason: str) -> None:
        """The unit returns it."""
        reviewing.return_(self._having_read(self._signer()), self.manuscript, None, reason)

    def refuse(self, reason: str) -> None:
        """The unit rejects it."""
        reviewing.reject(self._having_read(self._signer()), self.manuscript, None, reason)

    def claim(self) -> None:
        reviewing.claim(actor_of(self._readers()[0]), self.manuscript, None)

    def assign(self) -> None:
        reviewing.assign(self._chief(), self.manuscript, None, self._readers()[-1])

    def release(self) -> None:
        reviewing.release(self._reader(), self.manuscript, None)

    def ok(self, remark: str = "") -> None:
        """Pass it at its stage, every line of the checklist answered."""
        reader = self._having_read(self._reader())
        rules = reviewing.ruleset_step(self.manuscript)
        answers = {line["key"]: "yes" for line in rules.checklist} if rules else {}
        if self.manuscript.proposes:
            proposing.propose(reader, Action.PROPOSE_PASS, self.manuscript, None, remark, answers)
            self.confirm()  # in the same hour
        else:
            reviewing.pass_(reader, self.manuscript, None, answers, remark)

    def propose(self, verdict: str, words: str = "") -> None:
        """At a stage that proposes, put it to the chief editor: to pass, return or reject it."""
        reader = self._having_read(self._reader())
        rules = reviewing.ruleset_step(self.manuscript)
        answers = {line["key"]: "yes" for line in rules.checklist} if rules else {}
        proposing.propose(reader, Action(f"propose-{verdict}"), self.manuscript, None, words, answers)

    def confirm(self) -> None:
        """The chief editor lets what is proposed hold, having read the text."""
        proposing.confirm(self._having_read(self._chief()), self.manuscript, None)

    def look_again(self, reason: str) -> None:
        """The chief editor sends a proposal back to its reader."""
        proposing.send_back(self._having_read(self._chief()), self.manuscript, None, reason)

    def edit(self, old: str, new: str) -> None:
        self._change(old, new)
        reviewing.edit(self._reader(), self.manuscript, None, self._text())

    def note(self, quote: str, body: str, audience: str = "author") -> None:
        """Whoever reads it remarks on words of the text."""
        version = self.manuscript.version
        assert version is not None
        lines = documents.paragraphs(documents.Text(version.title, version.byline, version.html))
        place = next(number for number, line in enumerate(lines) if number and quote in line)
        self.last_note = remarks.annotate(
            self._reader(), self.manuscript, Note(version.number, place, body, audience, quote)).id

    def answer(self, body: str) -> None:
        """The author answers the last remark."""
        remarks.answer(actor_named(self.author), self.manuscript, self.last_note, body)

    def settle(self) -> None:
        """Whoever reads it has the last remark settled."""
        remarks.settle(self._reader(), self.manuscript, self.last_note)

    def back(self, reason: str) -> None:
        """The stage returns it."""
        reviewing.return_(self._having_read(self._reader()), self.manuscript, None, reason)

    def reject(self, reason: str) -> None:
        reviewing.reject(self._having_read(self._reader()), self.manuscript, None, reason)

    def undo(self) -> None:
        """Whoever decided last takes it back, within the minutes of the hold."""
        decision = self.manuscript.last_decision
        if decision is None:
            raise ValueError("there is no decision to undo")
        with clock.at(decision.decided_at + timedelta(minutes=2)):
            reviewing.undo(actor_of(decision.person_id), self.manuscript, None)

    # The office's acts

    def transfer(self, office: str, reason: str) -> None:
        reviewing.transfer(self._chief(), self.manuscript, None, _office(office).id, reason)

    def share(self, office: str) -> None:
        self.manuscripts.append(manuscripts.share(self._chief(), self.manuscript, None, _office(office).id))

    def reopen(self, reason: str) -> None:
        publishing.reopen(self._chief(), self.manuscript, None, reason)

    def uphold(self, reason: str) -> None:
        publishing.uphold(self._chief(), self.manuscript, None, reason)

    def publish(self, number: str = "0") -> None:
        manuscript = self.manuscript
        channels = db.session.scalars(
            select(Channel).where(Channel.office_id == manuscript.office_id).order_by(Channel.id)).all()
        channel = channels[int(number)]
        place = PLACES_ON.get(channel.kind, "")
        publishing.publish(publisher_of(manuscript), manuscript, None, Placement(
            channel.id, clock.now() - timedelta(minutes=25),
            "" if place else f"https://news.example/{manuscript.code}/{number}", place))

    def found(self, old: str, new: str, number: str = "0") -> None:
        """The publisher brings the proof of a publication, which has other words."""
        text = self.manuscript.cleared_version
        assert text is not None
        words = "\n".join((text.title, text.byline, text.text))
        if old not in words:
            raise ValueError(f"{self.piece.key} does not say {old!r}")
        publisher = publisher_of(self.manuscript)
        self.last_proof = proofs.prove(publisher, self.manuscript, self.manuscript.publications[int(number)],
                                       proofs.Found(text=words.replace(old, new)))

    def tell(self, wrong: str, note: str) -> None:
        """The chief editor tells readers of the channel's mistake."""
        notices.tell(self._chief(), self.manuscript, self.last_proof, wrong, note)

    def put_right(self, place: str) -> None:
        """The publisher records where the channel corrected it."""
        notices.put_right(publisher_of(self.manuscript), self.manuscript, self.last_proof, clock.now(), "", place)

    def correct(self, note: str, old: str, new: str) -> None:
        self._change(old, new)
        publishing.correct(self._chief(), self.manuscript, None, self._text(), note)

    def retract(self, public_reason: str) -> None:
        publishing.retract(self._chief(), self.manuscript, None, public_reason)

    # Who they are

    def _signer(self) -> Actor:
        """Somebody who signs for the unit that is due: the nearest, who neither wrote nor signed it."""
        manuscript = self.manuscript
        unit = manuscript.signoff_unit
        barred = manuscript.author_ids | manuscript.elsewhere_ids
        for unit_id in reversed(unit.lineage if unit else []):
            if able := sorted(set(_held(Role.SIGNER, unit_id=unit_id)) - barred):
                return actor_of(able[0])
        raise ValueError(f"nobody may sign {manuscript.code}")

    def _readers(self) -> list[int]:
        manuscript = self.manuscript
        there = _held(Role.STAGE_REVIEWER, stage_id=manuscript.stage_id)
        turn = manuscript.id % len(there)
        return [person for person in there[turn:] + there[:turn] if steps.may_read(manuscript, person)]

    def _reader(self) -> Actor:
        """Whoever has it; where nobody does, somebody takes it now."""
        if self.manuscript.assignee_id is None:
            self.claim()
        assert self.manuscript.assignee_id is not None
        return actor_of(self.manuscript.assignee_id)

    def _chief(self) -> Actor:
        return actor_of(_held(Role.CHIEF_EDITOR, office_id=self.manuscript.office_id)[0])


def _office(slug: str) -> Office:
    return db.session.scalars(select(Office).where(Office.slug == slug)).one()


def _held(role: Role, **place: int | None) -> list[int]:
    """The ids of those who hold a role at a place."""
    return list(db.session.scalars(
        select(Membership.person_id).where(Membership.role == role).filter_by(**place).order_by(Membership.id)))
