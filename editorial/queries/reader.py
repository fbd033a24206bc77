"""How a person stands to a manuscript, and the words for those whose names this person does not see (rule 8)."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from editorial import i18n
from editorial.models import Decision, Manuscript, Office, Stage
from editorial.workflow import ANYONE, AUTHOR, COORDINATOR, STAFF, Actor, sights


@dataclass(frozen=True)
class Reader:
    """A person before a manuscript: by which parties of `workflow` they see it.

    `names` says whether they see who reads and decides at the office: its own staff and the coordinator do, others
    where the office's setting shows it.
    """

    actor: Actor
    parties: frozenset[str]
    names: bool
    office_id: int | None

    @property
    def is_author(self) -> bool:
        """Wrote or co-wrote it."""
        return AUTHOR.name in self.parties

    @property
    def is_staff(self) -> bool:
        """Belongs to the office that has it."""
        return STAFF.name in self.parties

    @property
    def is_inside(self) -> bool:
        """Has to do with it, beyond reading what is published."""
        return bool(self.parties - {ANYONE.name})


def reader_of(actor: Actor, manuscript: Manuscript) -> Reader:
    """How `actor` stands to a manuscript that they see."""
    parties = frozenset(sight.party.name for sight in sights(actor, manuscript))
    shown = manuscript.office is not None and manuscript.office.shows_reviewers and bool(parties - {ANYONE.name})
    return Reader(actor, parties, shown or bool(parties & {STAFF.name, COORDINATOR.name}), manuscript.office_id)


def reviewer_word(reader: Reader, name: str, stage: Stage | str | None, office: Office | None) -> str:
    """Who reads at a stage: by name where `reader` sees it, else by stage and office."""
    title = stage if isinstance(stage, str) else i18n.title_of(stage) if stage else ""
    if reader.names and name:
        return _("%(name)s (%(stage)s)", name=name, stage=title) if title else name
    return _("the %(stage)s reviewer of %(office)s", stage=title, office=i18n.title_of(office) if office else "")


def signer_word(name: str, unit: str) -> str:
    """Who signs: always by name, since a signature is a person's."""
    return _("%(name)s, signer of %(unit)s", name=name, unit=unit)


def decider_word(reader: Reader, decision: Decision, office: Office | None) -> str:
    """Who took a decision."""
    if decision.unit is not None:
        return signer_word(decision.person.name, decision.unit.name)
    return reviewer_word(reader, decision.person.name, decision.stage, office)
