"""How a person stands to a manuscript, and the words for those whose names this person does not see (rule 8)."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from editorial import i18n
from editorial.models import Decision, Manuscript, Office
from editorial.parties import ANYONE, AUTHOR, COORDINATOR, STAFF, UNIT_SIGNER, Actor
from editorial.workflow import sights


@dataclass(frozen=True)
class Reader:
    """A person before a manuscript: by which parties of `workflow` they see it, and which office has it."""

    actor: Actor
    parties: frozenset[str]
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

    @property
    def decides(self) -> bool:
        """Signs for its unit, or belongs to the office that has it, and wrote nothing of it."""
        return bool(self.parties & {UNIT_SIGNER.name, STAFF.name}) and not self.is_author

    def names_at(self, office: Office | None) -> bool:
        """Whether they see who acts for `office`, which may be one that had it before.

        The coordinator does, and the office's own staff; the authors and their unit where the office's setting says so.
        """
        if office is None or COORDINATOR.name in self.parties:
            return COORDINATOR.name in self.parties
        return (self.is_staff and office.id == self.office_id) or (
            office.shows_reviewers and bool(self.parties - {ANYONE.name, STAFF.name}))


def reader_of(actor: Actor, manuscript: Manuscript) -> Reader:
    """How `actor` stands to a manuscript that they see."""
    parties = frozenset(sight.party.name for sight in sights(actor, manuscript))
    return Reader(actor, parties, manuscript.office_id)


def reviewer_word(reader: Reader, name: str, title: str, office: Office | None) -> str:
    """Who reads at a stage: by name where `reader` sees it, else by stage and office."""
    if name and reader.names_at(office):
        return _("%(name)s (%(stage)s)", name=name, stage=title) if title else name
    return _("the %(stage)s reviewer of %(office)s", stage=title, office=i18n.title_of(office) if office else "")


def signer_word(name: str, unit: str) -> str:
    """Who signs: always by name, since a signature is a person's."""
    return _("%(name)s, signer of %(unit)s", name=name, unit=unit)


def decider_word(reader: Reader, decision: Decision, manuscript: Manuscript, office: Office | None) -> str:
    """By whom a decision on `manuscript` holds, the stage being called as its rules do."""
    if decision.unit is not None:
        return signer_word(decision.person.name, i18n.title_of(decision.unit))
    if decision.confirmed_by is not None:
        if reader.names_at(office):
            return _("%(name)s (%(stage)s)", name=decision.confirmed_by.name, stage=_("chief editor"))
        return _("the chief editor of %(office)s", office=i18n.title_of(office) if office else "")
    stage = manuscript.named(decision.stage) if decision.stage else None
    return reviewer_word(reader, decision.person.name, i18n.title_of(stage) if stage else "", office)
