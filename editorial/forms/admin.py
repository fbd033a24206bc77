"""Forms of the administration: people and their roles, units, offices, rules, genres and channels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional

from editorial import i18n
from editorial.actions.organisation import ChannelData, StepData, UnitData, times_of
from editorial.calendar import USUAL, Times
from editorial.forms.account import email, phone, radio
from editorial.forms.base import Form, PageForm, length, line, needed, no_controls, options, tidy, words
from editorial.models import Membership, Office, Ruleset, Unit
from editorial.queries.admin import Branch, StagePlan
from editorial.terms import ChannelKind, Role

KINDS: dict[str, Any] = {
    "city": _l("City"), "district": _l("District"), "department": _l("Department"), "enterprise": _l("Enterprise"),
    "branch": _l("Branch")}
UNIT_ROLES = (Role.CORRESPONDENT, Role.SIGNER, Role.COMMISSIONER, Role.COMMENTATOR)
MOST_STAGES, MOST_QUESTIONS, LONGEST_QUESTION = 9, 20, 200


def _number(label: Any, least: int, most: int, optional: bool = False, **more: Any) -> IntegerField:
    wrong: Any = _l("A whole number from %(min)s to %(max)s, please.")
    return IntegerField(label, [Optional() if optional else needed(), NumberRange(least, most, wrong)], **more)


def _pick(label: Any, *, coerce: Any = int, **more: Any) -> SelectField:
    """One of many; its options are given by the page."""
    return SelectField(label, coerce=coerce, validate_choice=True, **more)


def _several(label: Any, hint: Any) -> SelectMultipleField:
    """Some of many; their options are given by the page."""
    return SelectMultipleField(label, description=hint)


def _tick(label: Any, hint: Any = "") -> BooleanField:
    return BooleanField(label, description=hint)


# --- People -----------------------------------------------------------------------------------------------------


class PersonForm(PageForm):
    """Who somebody is, and how they are reached."""

    name = line(_l("Real name"), 40, needed(), description=_l("It stands under everything that they sign."))
    login = line(_l("Log-in name"), 60, needed(), description=_l(
        "2 to 60 letters, digits or characters, also . _ - + @, no spaces. Capitals make no difference."))
    email = email()
    phone = phone()


class LeavingForm(PageForm):
    """Who takes over what somebody leaves; each value names a unit and a person."""

    heirs = _several(_l("Who takes over their open manuscripts"), _l(
        "They become authors of what nobody else writes. What they signed or decided on stays as it is."))
    agreed = _tick(_l("Close the account all the same: nobody takes over what is listed above"))

    def offer(self, heirs: Sequence[Any]) -> None:
        """Who could take over; beside each what stands against it."""
        alone = gettext(" (the only one who signs for it)")
        self.heirs.choices = options(
            (f"{heir.unit.id}:{heir.person.id}",
             f"{heir.person.name} · {i18n.title_of(heir.unit)}{alone if heir.signs_alone else ''}") for heir in heirs)

    @property
    def named(self) -> list[tuple[int, int]]:
        """The units, each with who takes over there."""
        pairs = [str(one).split(":") for one in self.heirs.data or ()]
        return [(int(unit), int(person)) for unit, person in pairs]


class UnitRoleForm(Form):
    """A role in a unit."""

    role = radio(_l("Role"), [(role.value, i18n.LABELS[Role][role]) for role in UNIT_ROLES])
    unit_id = _pick(_l("Unit"))


class PlaceRoleForm(Form):
    """A role at an office, at one of its stages, or for the whole city; the value names all three."""

    place = _pick(_l("Role and place"), coerce=str, validators=[needed()])

    @property
    def chosen(self) -> tuple[Role, int | None, int | None]:
        """The role, the office and the stage."""
        role, office, stage = str(self.place.data).split(":")
        return Role(role), int(office) or None, int(stage) or None


def unit_options(branches: Iterable[Branch], none: Any = None) -> list[Any]:
    """Units to choose from, each indented below its parent; `none` are the words for no unit."""
    pairs: list[tuple[int, Any]] = [(0, none)] if none else []
    return options(pairs + [(branch.unit.id, "　" * branch.depth + i18n.title_of(branch.unit)) for branch in branches])


def place_options(offices: Iterable[Office]) -> list[Any]:
    """The roles that are not held in a unit, with their places."""
    pairs: list[tuple[str, str]] = []
    for office in offices:
        if office.is_active:
            name = i18n.title_of(office)
            reviewer = i18n.label(Role.STAGE_REVIEWER)
            pairs += [(f"stage_reviewer:{office.id}:{stage.id}", f"{name} · {reviewer} · {i18n.title_of(stage)}")
                      for stage in office.stages]
            pairs += [(f"{role.value}:{office.id}:0", f"{name} · {i18n.label(role)}")
                      for role in (Role.CHIEF_EDITOR, Role.PUBLISHER)]
    everywhere = (Role.COORDINATOR, Role.ADMINISTRATOR)
    return options([("", _l("Choose …")), *pairs, *((f"{role.value}:0:0", i18n.label(role)) for role in everywhere)])


def in_words(membership: Membership) -> str:
    """A role with its place, such as 审签人 · 江岸区."""
    places = [i18n.title_of(place) for place in (membership.unit, membership.office, membership.stage) if place]
    return " · ".join([i18n.label(membership.role), *places])


# --- Units ------------------------------------------------------------------------------------------------------


class UnitForm(PageForm):
    """A unit as it is kept."""

    name = line(_l("What it is called"), 60, needed())
    name_en = line(_l("English name"), 80)
    kind = radio(_l("Kind"), KINDS.items())
    signs = _tick(_l("Texts of this unit need its signature"), _l(
        "A signer of the unit, or of one above it, answers for each text before an office reads it."))
    further_unit_id = _pick(_l("Further signature"), description=_l(
        "A unit above that signs as well, after this one. It holds for what is submitted from now on."))
    commissions = _tick(_l("It may commission commentary"), _l(
        "It is a department with commissioners and commentators."))
    is_active = _tick(_l("Active"), _l("A closed unit takes no new people and sends no new manuscripts."))

    def data_of(self, parent_id: int | None) -> UnitData:
        """What was typed."""
        return UnitData(str(self.name.data), str(self.kind.data), parent_id, bool(self.signs.data),
                        self.further_unit_id.data or None, bool(self.commissions.data), bool(self.is_active.data),
                        self.name_en.data or "")

    @classmethod
    def showing(cls, unit: Unit) -> UnitForm:
        """What is kept of a unit."""
        return cls(obj=unit, further_unit_id=unit.further_unit_id or 0)


# --- Offices ----------------------------------------------------------------------------------------------------


class NewOfficeForm(Form):
    """What a new office is called."""

    name = line(_l("What it is called"), 60, needed())
    name_en = line(_l("English name"), 80)
    slug = line(_l("Short name in addresses"), 40, needed(), description=_l(
        "Small letters a to z, digits and hyphens. It can't be changed later, since others link to it."))


class OfficeForm(PageForm):
    """An office's name and settings."""

    name = line(_l("What it is called"), 60, needed())
    name_en = line(_l("English name"), 80)
    shows_reviewers = _tick(_l("Authors see who decided"), _l("Otherwise they see the office and the stage only."))
    undo_minutes = _number(_l("Minutes in which a decision can be undone"), 0, 60, description=_l(
        "So long its messages are held."))
    counts_unproved = _tick(_l("A publication counts without proof"), _l(
        "Otherwise it counts once its published text was compared with the cleared one, and every difference "
        "accepted."))
    is_public = _tick(_l("What it publishes is read without log-in"), _l(
        "Its published pieces stand on the public page, with corrections, retractions and the signed commentary on "
        "them."))
    is_active = _tick(_l("Active"), _l("Manuscripts can be sent to it."))


class TitledForm(Form):
    """A genre."""

    title = line(_l("What it is called"), 40, needed())
    title_en = line(_l("English name"), 60)
    is_active = _tick(_l("Can be chosen"), _l("Otherwise it stays where it was chosen, and can't be chosen any more."))


class NewGenreForm(Form):
    """A new genre."""

    title = line(_l("What it is called"), 40, needed())
    title_en = line(_l("English name"), 60)
    slug = line(_l("Short name"), 40, needed(), description=_l("Small letters a to z, digits and hyphens."))


class ChannelForm(TitledForm):
    """A channel of an office."""

    kind = radio(
        _l("What it is"), [(kind.value, i18n.LABELS[ChannelKind][kind]) for kind in ChannelKind],
        description=_l("On the web each publication is recorded with its address, in a paper with its page, on air "
                       "with the programme and the minute."))
    daily = _number(_l("Pieces a day"), 1, 999, optional=True, description=_l(
        "How many it has room for, where that is known: the plan says when a day is full."))

    @property
    def data_given(self) -> ChannelData:
        """What was typed."""
        return ChannelData(self.title.data or "", self.title_en.data or "", ChannelKind(self.kind.data),
                           self.daily.data, bool(self.is_active.data))


# --- Rules ------------------------------------------------------------------------------------------------------


def split_questions(text: str) -> list[tuple[str, str]]:
    """The questions of a checklist, one a line: Chinese, and after a vertical bar English."""
    pairs = [re.split(r"\s*[|｜]\s*", row.strip(), maxsplit=1) for row in text.splitlines() if row.strip()]
    return [(pair[0], pair[1] if len(pair) > 1 else "") for pair in pairs]


def _named(form: Any, field: Any) -> None:
    """A validator: a stage that is kept has a name."""
    if not form.is_blank and not field.data:
        raise ValidationError(gettext("Please fill this in."))


class StepForm(PlainForm):
    """One stage of a ruleset."""

    slug = HiddenField(validators=[length(40)])
    place = _number(_l("Place"), 1, MOST_STAGES)
    title = line(_l("What it is called"), 40, _named)
    title_en = line(_l("English name"), 60)
    purpose = line(_l("What it is for"), 200)
    purpose_en = line(_l("The same in English"), 300)
    days = _number(_l("Working days"), 1, 60)
    checklist = TextAreaField(_l("Checklist"), [length(8000), no_controls], filters=[tidy], description=_l(  # type: ignore[arg-type]
        "A question a line; after a vertical bar the same in English: 人名、职务无误 | Names and titles are right"))
    proposes = BooleanField(_l("The chief editor confirms what is decided here"), description=_l(  # type: ignore[arg-type]
        "What its reader decides is then a proposal. Nobody confirms what they wrote, signed or read: name two chief "
        "editors."))
    left_out = BooleanField(_l("Leave this stage out"))  # type: ignore[arg-type]

    @property
    def is_blank(self) -> bool:
        """A stage that was offered and not filled in, or is to be left out."""
        typed = (self.title, self.title_en, self.purpose, self.purpose_en, self.checklist)
        return bool(self.left_out.data) or not (self.slug.data or any(field.data for field in typed))

    def validate_checklist(self, field: Any) -> None:
        """A person answers them all, each time."""
        questions = split_questions(field.data or "")
        if len(questions) > MOST_QUESTIONS or any(len(part) > LONGEST_QUESTION for pair in questions for part in pair):
            raise ValidationError(gettext("At most 20 questions of 200 characters, please."))


class TimesForm(PlainForm):
    """Working days for what is no stage's; a field has the name of its duty."""

    sign = _number(_l("Signing off, at the unit"), 1, 60)
    revise = _number(_l("Revising what was returned, by the author"), 1, 60)
    confirm = _number(_l("Confirming what a reader proposed, by a chief editor"), 1, 60)
    hear = _number(_l("Hearing an appeal, by a chief editor"), 1, 60)
    publish = _number(_l("Publishing what is accepted, by the publisher"), 1, 60)
    correct = _number(_l("Answering a correction request, by a chief editor"), 1, 60)
    answer = _number(_l("Answering an offer of commentary, by the commentator"), 1, 60)
    approve = _number(_l("Reading filed commentary, by its department"), 1, 60)
    place = _number(_l("Publishing approved commentary, by its department"), 1, 60)
    urgent = _number(_l("The most for any step of an urgent manuscript"), 0, 60, description=_l(
        "0 is the same day for what begins before noon, and the next working day otherwise."))

    @property
    def given(self) -> Times:
        """What was typed."""
        return Times({duty: self[duty.value].data for duty in USUAL.days}, self.urgent.data or 0)

    def changed(self, before: Ruleset | None) -> list[tuple[str, int, int]]:
        """The lines that differ from what held before: what it is, the days until now, and from then on."""
        held = _days(times_of(before)) if before else self.data
        return [(field.label.text, held[field.short_name], field.data) for field in self
                if held[field.short_name] != field.data]

    @classmethod
    def lines(cls, ruleset: Ruleset) -> list[tuple[str, int]]:
        """What a ruleset says, to read: what it is, and the days."""
        return [(field.label.text, field.data) for field in cls(data=_days(times_of(ruleset)))]


def _days(times: Times) -> dict[str, int]:
    return {duty.value: days for duty, days in times.days.items()} | {"urgent": times.urgent}


class RulesetForm(Form):
    """An office's stages and times, and the day from which they hold."""

    effective_on = DateField(_l("Holds from"), [needed()], description=_l(  # type: ignore[arg-type]
        "For what comes to the office from this day on; what is under way keeps the rules that it has."))
    note = words(_l("Note"), 200, description=_l("Why it changes, for those who look back."))
    steps = FieldList(FormField(StepForm), max_entries=MOST_STAGES)
    times = FormField(TimesForm)
    seen = HiddenField(validators=[length(64)])

    def kept(self) -> list[Any]:
        """The stages that were filled in, by their place."""
        forms = [entry.form for entry in self.steps.entries]
        return sorted((form for form in forms if not form.is_blank), key=lambda form: form.place.data or 0)

    def steps_data(self, office: Office, before: Ruleset | None) -> list[StepData]:
        """What was typed. A stage that the office has, or once had under this title, stays the same stage; a question
        that stood in the ruleset `before` keeps its key."""
        asked = {step.stage.slug: step.checklist for step in before.steps} if before else {}
        slugs = {stage.slug: stage.slug for stage in office.stages}
        titles = {stage.title: stage.slug for stage in office.stages}
        data = []
        for form in self.kept():
            slug = slugs.get(form.slug.data) or titles.get(form.title.data, "")
            data.append(StepData(
                slug, form.title.data, form.title_en.data or "", form.purpose.data or "", form.purpose_en.data or "",
                form.days.data, tuple(_questions(form.checklist.data or "", asked.get(slug, []))),
                bool(form.proposes.data)))
        return data

    @classmethod
    def showing(cls, ruleset: Ruleset | None, day: date) -> RulesetForm:
        """A ruleset to change: its stages, one more to fill in, and its times."""
        steps = [{"slug": step.stage.slug, "place": step.position, "title": step.title,
                  "title_en": step.title_en, "purpose": step.purpose, "purpose_en": step.purpose_en,
                  "days": step.days, "checklist": "\n".join(_joined(line) for line in step.checklist),
                  "proposes": step.proposes}
                 for step in (ruleset.steps if ruleset else [])]
        blank = {"slug": "", "place": len(steps) + 1, "days": 1}
        return cls(formdata=None, effective_on=day, steps=[*steps, blank][:MOST_STAGES],
                   times=_days(times_of(ruleset) if ruleset else USUAL))


def _joined(question: dict[str, str]) -> str:
    return " | ".join(filter(None, [question["text"], question.get("text_en", "")]))


def _questions(text: str, known: Sequence[dict[str, str]]) -> Iterable[dict[str, str]]:
    keys = {question["text"]: question["key"] for question in known}
    taken = set(keys.values())
    fresh = (key for key in (f"q{n}" for n in range(1, 1000)) if key not in taken)
    for chinese, english in dict(split_questions(text)).items():
        yield {"key": keys.get(chinese) or next(fresh), "text": chinese, "text_en": english}


def plans(steps: Sequence[StepData]) -> list[StagePlan]:
    """What was typed, to compare with what holds."""
    return [StagePlan(step.slug or f"new:{step.title}", step.title, step.purpose, step.days,
                      [question["text"] for question in step.checklist], step.proposes, step.title_en)
            for step in steps]
