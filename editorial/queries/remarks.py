"""The annotations on a manuscript as one reader sees them, beside the version that they read."""

from __future__ import annotations

from collections.abc import Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask_babel import gettext as _
from sqlalchemy import select

from editorial import access, i18n
from editorial.db import db
from editorial.documents import Followed, Passage, Remark, Text, TooLarge, follow, paragraphs
from editorial.models import Manuscript, Version
from editorial.parties import AUTHOR, Actor, Party
from editorial.queries.reader import Reader, reader_of, reviewer_word, signer_word
from editorial.tables.remarks import Annotation, Answer, FileMarks
from editorial.terms import RemarkAction
from editorial.workflow import REMARK_TABLE, Refusal, permit

MOST_CHOICES = 1000
"""Paragraphs among which one can choose without scripts; what is selected may stand further down."""
_SHOWN = 24
"""Characters of a paragraph by which one knows it in a list of choices."""


@dataclass(frozen=True)
class Word:
    """What somebody said, and when."""

    who: str
    at: datetime
    body: str


@dataclass(frozen=True)
class Thread:
    """An annotation with its answers. `place` is where its passage stands in the text that is shown, None where it is
    gone, or where it was not `sought`, the texts being too large; `quote` are the words as they were when it was
    written, in version `version`."""

    id: int
    said: Word
    quote: str
    version: int
    place: Followed | None
    sought: bool
    internal: bool
    answers: list[Word]
    settled: Word | None
    may_answer: bool
    may_settle: bool

    @property
    def is_open(self) -> bool:
        """Not settled yet."""
        return self.settled is None


@dataclass(frozen=True)
class Remarks:
    """All annotations that a reader sees beside one version: the open ones in the order of their passages, those whose
    passage is gone last; then the settled ones. `party` is by which they may write more."""

    version: int
    threads: Sequence[Thread]
    party: Party | None
    choices: Sequence[tuple[int, str]]
    """The paragraphs on which one may write, by their first words."""
    from_file: Sequence[Remark]
    """The comments of the Word file from which the version was made."""

    @property
    def open(self) -> list[Thread]:
        """Those that are not settled."""
        return [thread for thread in self.threads if thread.is_open]

    @property
    def settled(self) -> list[Thread]:
        """Those that are."""
        return [thread for thread in self.threads if not thread.is_open]

    @property
    def passages(self) -> list[tuple[int, Passage]]:
        """What is marked in the text: the passages of the open ones, by the annotations' ids."""
        return [(thread.id, thread.place.passage) for thread in self.open
                if thread.place and thread.place.passage.paragraph]

    def number(self, thread: Thread) -> int:
        """Which of the marked passages is a thread's, from 1; 0 for one on the title, or whose passage is gone."""
        numbers = {key: number for number, (key, _place) in enumerate(self.passages, 1)}
        return numbers.get(thread.id, 0)


def beside(reader: Reader, manuscript: Manuscript, version: Version) -> Remarks:
    """What `reader` sees beside `version`: what was written on it and on versions before it."""
    found = [one for one in access.annotations_for(db.session(), reader.actor, manuscript)
             if _number(manuscript, one) <= version.number]
    party = _party(reader, manuscript, RemarkAction.ANNOTATE)
    texts = _texts(version, {one.version_id for one in found})
    places = _places(found, texts, version)
    answering = _party(reader, manuscript, RemarkAction.ANSWER)
    threads = [_thread(reader, manuscript, one, places.get(one.id), one.id in places, answering, party)
               for one in found]
    threads.sort(key=lambda thread: (not thread.is_open, thread.place is None,
                                     (thread.place.passage.paragraph, thread.place.passage.start) if thread.place
                                     else (0, 0), thread.id))
    return Remarks(version.number, threads, party,
                   _choices(texts[version.id]) if party else (), from_file(manuscript, version))


def while_writing(actor: Actor, manuscript: Manuscript) -> Remarks | None:
    """What somebody who writes on a manuscript's present text sees beside it; None where nothing was remarked."""
    found = beside(reader_of(actor, manuscript), manuscript, manuscript.version) if manuscript.version else None
    return found if found and found.threads else None


def manuscript_of(actor: Actor, code: str, annotation_id: int) -> Manuscript:
    """The manuscript under `code`, with an annotation that exists for `actor`; raises Invisible."""
    found = access.manuscript_for(db.session(), actor, code)
    access.annotation_for(db.session(), actor, found, annotation_id)
    return found


def from_file(manuscript: Manuscript, version: Version) -> list[Remark]:
    """The comments that the file of a version brought, with their authors and dates as the file has them.

    Those that we wrote into a file which came back, with what answers them, are no comments of the file: not everybody
    who reads the version may read them.
    """
    kept = db.session.get(FileMarks, version.original_sha256) if version.original_sha256 else None
    brought = [Remark(**one) for one in kept.remarks] if kept else []
    if not brought:
        return []
    ours = db.session.scalars(select(Annotation.body).join(Manuscript, Manuscript.id == Annotation.manuscript_id).where(
        Manuscript.story_id == manuscript.story_id)).all()
    known = {place for place, remark in enumerate(brought) if any(same(remark.text, body) for body in ours)}
    return [remark for place, remark in enumerate(brought) if question_of(place, brought, known) is None]


def question_of(place: int, brought: Sequence[Remark], ours: Set[int]) -> int | None:
    """Which of `ours` a comment of a file is, or answers: in its thread, or where a program kept none (LibreOffice), on
    the very same words after it; None for one that stands by itself."""
    seen = {place}
    while place not in ours and 0 <= brought[place].answers < len(brought) and brought[place].answers not in seen:
        place = brought[place].answers
        seen.add(place)
    if place in ours:
        return place
    here = brought[place].passage, brought[place].place
    return max((one for one in ours if one < place and here[0] and (brought[one].passage, brought[one].place) == here),
               default=None)


def same(one: str, other: str) -> bool:
    """The same words, wherever a program breaks lines; one that lost its passage has a line before them."""
    bare, wanted = "".join(one.split()), "".join(other.split())
    return bare == wanted or (bare.endswith(wanted) and "\n" in one)


def who(reader: Reader, manuscript: Manuscript, one: Annotation | Answer, name: str) -> str:
    """Who wrote it, as `reader` may know them: an author and a signer by name, an office's people by rule 8."""
    if one.unit is not None:
        return signer_word(name, i18n.title_of(one.unit))
    if one.office is None:
        return name
    if one.stage is not None:
        return reviewer_word(reader, name, i18n.title_of(manuscript.named(one.stage)), one.office)
    if reader.names_at(one.office):
        return _("%(name)s, chief editor", name=name)
    return _("the chief editor of %(office)s", office=i18n.title_of(one.office))


def _thread(
    reader: Reader, manuscript: Manuscript, one: Annotation, place: Followed | None, sought: bool,
    answering: Party | None, settling: Party | None,
) -> Thread:
    said = Word(who(reader, manuscript, one, one.by.name), one.written_at, one.body)
    answers = [Word(who(reader, manuscript, answer, answer.by.name), answer.written_at, answer.body)
               for answer in one.answers]
    settled = None
    if one.settled_at is not None and one.settled_by is not None:
        shown = one.office is None or reader.names_at(one.office)
        settled = Word(one.settled_by.name if shown else i18n.title_of(one.office), one.settled_at, "")
    return Thread(one.id, said, one.quote, _number(manuscript, one), place, sought, one.audience == "office", answers,
                  settled, _sees_to(answering, one), _sees_to(settling, one))


def _sees_to(party: Party | None, one: Annotation) -> bool:
    """A unit and an office each see to their own; authors answer both."""
    return party is not None and (party == AUTHOR or (party.scope == "signoff_unit_id") is bool(one.unit_id))


def _party(reader: Reader, manuscript: Manuscript, action: RemarkAction) -> Party | None:
    row = permit(reader.actor, REMARK_TABLE, action, manuscript)
    if isinstance(row, Refusal):
        return None
    return next(party for party in row.parties if party.includes(reader.actor, manuscript))


def _texts(version: Version, wanted: set[int]) -> dict[int, Text]:
    """The texts of the versions on which something was written, and of the one that is shown."""
    texts = {version.id: Text(version.title, version.byline, version.html)}
    others = wanted - set(texts)
    columns = select(Version.id, Version.title, Version.byline, Version.html).where(Version.id.in_(others))
    return texts | {row.id: Text(row.title, row.byline, row.html)
                    for row in (db.session.execute(columns) if others else ())}


def _number(manuscript: Manuscript, one: Annotation) -> int:
    return next(version.number for version in manuscript.versions if version.id == one.version_id)


def _places(found: Sequence[Annotation], texts: dict[int, Text], version: Version) -> dict[int, Followed | None]:
    """Where each stands in `version`, each pair of texts being compared once; without those not looked for."""
    places: dict[int, Followed | None] = {}
    for written_on in dict.fromkeys(one.version_id for one in found):
        own = [one for one in found if one.version_id == written_on]
        passages = tuple(Passage(one.paragraph, one.start_at, one.end_at, one.quote) for one in own)
        with suppress(TooLarge):
            places |= dict(zip([one.id for one in own], _followed(texts[written_on], texts[version.id], passages),
                               strict=True))
    return places


@lru_cache(maxsize=64)
def _followed(before: Text, after: Text, passages: tuple[Passage, ...]) -> list[Followed | None]:
    return follow(before, after, passages)


def _choices(text: Text) -> list[tuple[int, str]]:
    lines = paragraphs(text)
    return [(0, _("Title")), *(
        (number, _("%(number)s. %(words)s", number=number, words=_words(line)))
        for number, line in enumerate(lines[1:MOST_CHOICES], 1))]


def _words(line: str) -> str:
    line = " ".join(line.split())
    return line[:_SHOWN] + "…" if len(line) > _SHOWN else line or _("[picture]")
