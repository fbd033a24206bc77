"""What must be true of the database. Run by the tests, by `editorial check`, and after a restore.

Layer 3. Every invariant is a function that takes the session and yields a sentence for each thing that is broken. Most
are one query over everything, since a large house has hundreds of thousands of manuscripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from editorial import audit
from editorial.invariants import calls, commentary, decisions, manuscripts, people, record, remarks, texts
from editorial.invariants.record import notices
from editorial.storage import LocalStore

Invariant = Callable[[Session], Iterator[str]]

ALL: tuple[Invariant, ...] = (
    manuscripts.state_is_what_happened,
    manuscripts.each_step_begins_where_the_last_one_ended,
    manuscripts.cleared_means_passed_by_every_stage,
    manuscripts.what_is_published_was_cleared,
    manuscripts.addresses_lead_to_the_web,
    manuscripts.stands_where_its_readings_say,
    manuscripts.its_versions_are_its_own,
    manuscripts.one_open_correction,
    manuscripts.a_request_waits_of_what_is_published,
    manuscripts.no_manuscript_goes_silent,
    manuscripts.somebody_can_act,
    manuscripts.what_is_proposed_waits,
    manuscripts.somebody_stands_above,
    decisions.nobody_decides_their_own,
    decisions.nobody_reads_twice,
    decisions.a_decision_names_its_text,
    decisions.a_decision_has_its_place,
    decisions.stages_decide_in_order,
    decisions.confirmed_where_the_rules_say,
    decisions.appeals_are_heard_by_others,
    decisions.the_record_tells_of_each,
    commentary.state_is_what_happened,
    commentary.signed_by_its_author,
    commentary.belongs_to_its_department,
    commentary.nobody_approves_their_own,
    commentary.about_what_was_published,
    commentary.somebody_can_act,
    calls.state_is_what_happened,
    calls.answered_by_authors,
    remarks.settled_as_the_record_says,
    remarks.on_words_of_their_version,
    people.log_in_names_differ,
    people.only_open_accounts_are_logged_in,
    people.everybody_has_a_role,
    people.units_know_their_place,
    people.numbers_are_given_once,
    record.one_message_for_an_event,
    record.references_hold,
    audit.verify,
    texts.clean_and_as_digested,
    texts.commentary_clean_and_as_digested,
    texts.pictures_are_kept,
)


def broken(session: Session, store: LocalStore | None = None,
           watch: Callable[[str], None] = lambda name: None) -> Iterator[str]:
    """A sentence for each thing that is broken; `watch` is told which invariant is looked at.

    The files are looked at where their store is given.
    """
    for invariant in ALL:
        watch(invariant.__name__)
        yield from invariant(session)
    if store is not None:
        watch("files_are_in_the_store")
        yield from texts.files_are_in_the_store(session, store)


__all__ = ["ALL", "broken", "notices"]
