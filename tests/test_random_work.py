"""Random people do random things, allowed or not; whatever they do, what must never be broken holds after each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from editorial import audit, clock, invariants
from editorial.actions import authors, manuscripts, organisation, proposing, publishing, reviewing
from editorial.actions.organisation import StepData
from editorial.actions.publishing import Placement
from editorial.actions.texts import Text
from editorial.db import db
from editorial.errors import DomainError
from editorial.models import Channel, Decision, Manuscript
from editorial.parties import Actor
from editorial.terms import Action, State, Verdict
from tests import cast

PEOPLE = ("cor_a1", "cor_a2", "cor_further", "sig_a", "sig_further", "sig_district", "pol_n", "pol_n2", "con_n",
          "qua_n", "chief_n", "pub_n", "pol_t", "con_t", "qua_t", "chief_t", "pub_t", "coord", "adm")
READERS = ("pol_n", "con_n", "qua_n")
BODIES = ("<p>甲：江滩芦苇节开幕。</p>", "<p>乙：地铁晚间延时一小时。</p>", "<p>丙：图书馆周末开放到九点。</p>")


def _text(n: int) -> Text:
    return Text(f"题目{n}", "通讯员", BODIES[n])


def _placement(manuscript: Manuscript, n: int) -> Placement:
    channel = db.session.scalar(select(Channel.id).where(Channel.office_id == manuscript.office_id).limit(1))
    return Placement(channel or 0, clock.now(), f"https://news.example/{n}")


# How each action is done, with the number that chance gave for whatever it needs.
DO: dict[Action, Callable[[Actor, Manuscript, int], Any]] = {
    Action.SAVE: lambda a, m, n: manuscripts.save(a, m, m.revision, _text(n)),
    Action.SUBMIT: lambda a, m, n: manuscripts.submit(a, m, m.revision),
    Action.SIGN_OFF: lambda a, m, n: reviewing.sign_off(a, m, m.revision, n > 0),
    Action.RECALL: lambda a, m, n: manuscripts.recall(a, m, m.revision),
    Action.RETURN: lambda a, m, n: reviewing.return_(a, m, m.revision, "请补充来源" if n else ""),
    Action.RESUBMIT: lambda a, m, n: manuscripts.resubmit(a, m, m.revision, "已补充" if n else ""),
    Action.CLAIM: lambda a, m, n: reviewing.claim(a, m, m.revision),
    Action.ASSIGN: lambda a, m, n: reviewing.assign(a, m, m.revision, cast.person(READERS[n]).id),
    Action.RELEASE: lambda a, m, n: reviewing.release(a, m, m.revision),
    Action.EDIT: lambda a, m, n: reviewing.edit(a, m, m.revision, _text(n)),
    Action.PASS: lambda a, m, n: reviewing.pass_(a, m, m.revision, cast.ANSWERS if n else {}),
    Action.REJECT: lambda a, m, n: reviewing.reject(a, m, m.revision, "不用" if n else ""),
    Action.PROPOSE_PASS: lambda a, m, n: proposing.propose(
        a, Action.PROPOSE_PASS, m, m.revision, "", cast.ANSWERS if n else {}),
    Action.PROPOSE_RETURN: lambda a, m, n: proposing.propose(
        a, Action.PROPOSE_RETURN, m, m.revision, "请补充来源" if n else ""),
    Action.PROPOSE_REJECT: lambda a, m, n: proposing.propose(
        a, Action.PROPOSE_REJECT, m, m.revision, "不用" if n else ""),
    Action.CONFIRM: lambda a, m, n: proposing.confirm(a, m, m.revision),
    Action.SEND_BACK: lambda a, m, n: proposing.send_back(a, m, m.revision, "请再看" if n else ""),
    Action.APPEAL: lambda a, m, n: manuscripts.appeal(a, m, m.revision, "请再看"),
    Action.REOPEN: lambda a, m, n: publishing.reopen(a, m, m.revision, "有理"),
    Action.UPHOLD: lambda a, m, n: publishing.uphold(a, m, m.revision, "维持"),
    Action.TRANSFER: lambda a, m, n: reviewing.transfer(a, m, m.revision, cast.office("nt"[n % 2]).id, "更合适"),
    Action.SHARE: lambda a, m, n: manuscripts.share(a, m, m.revision, cast.office("nt"[n % 2]).id),
    Action.UNDO: lambda a, m, n: reviewing.undo(a, m, m.revision),
    Action.WITHDRAW: lambda a, m, n: manuscripts.withdraw(a, m, m.revision, "取消" if n else ""),
    Action.PUBLISH: lambda a, m, n: publishing.publish(a, m, m.revision, _placement(m, n)),
    Action.REQUEST_CORRECTION: lambda a, m, n: manuscripts.request_correction(a, m, m.revision, "有误"),
    Action.ADD_AUTHOR: lambda a, m, n: authors.add_author(a, m, m.revision, cast.person("cor_a2").id),
    Action.BEGIN_ANEW: lambda a, m, n: manuscripts.begin_anew(a, m, m.revision),
    Action.DECLINE_CORRECTION: lambda a, m, n: publishing.decline_correction(a, m, m.revision, "无误" if n else ""),
    Action.CORRECT: lambda a, m, n: publishing.correct(a, m, m.revision, _text(n), "更正"),
    Action.RETRACT: lambda a, m, n: publishing.retract(a, m, m.revision, "有误" if n else ""),
}

# The likely next steps, so that chance gets beyond the first states.
ONWARD: dict[State, tuple[tuple[Action, tuple[str, ...]], ...]] = {
    State.DRAFT: ((Action.SUBMIT, ("cor_a1", "cor_further")),),
    State.AWAITING_SIGNOFF: ((Action.SIGN_OFF, ("sig_a", "sig_further", "sig_district")),),
    State.IN_REVIEW: ((Action.CLAIM, PEOPLE), (Action.PASS, PEOPLE), (Action.CLAIM, PEOPLE), (Action.PASS, PEOPLE),
                      (Action.PROPOSE_PASS, PEOPLE), (Action.CONFIRM, ("chief_n", "chief_t")),
                      (Action.EDIT, PEOPLE), (Action.RETURN, PEOPLE), (Action.REJECT, PEOPLE), (Action.UNDO, PEOPLE),
                      (Action.TRANSFER, ("chief_n", "chief_t")), (Action.ASSIGN, ("chief_n", "chief_t"))),
    State.RETURNED: ((Action.SAVE, ("cor_a1", "cor_further")), (Action.RESUBMIT, ("cor_a1", "cor_further")),
                     (Action.UNDO, PEOPLE)),
    State.ACCEPTED: ((Action.PUBLISH, ("pub_n", "pub_t")),),
    State.PUBLISHED: ((Action.CORRECT, ("chief_n", "chief_t")), (Action.PASS, PEOPLE), (Action.CLAIM, PEOPLE),
                      (Action.REJECT, PEOPLE), (Action.RETRACT, ("chief_n", "chief_t")),
                      (Action.REQUEST_CORRECTION, ("cor_a1", "cor_further")),
                      (Action.DECLINE_CORRECTION, ("chief_n", "chief_t"))),
    State.REJECTED: ((Action.UNDO, PEOPLE), (Action.APPEAL, ("cor_a1", "cor_further")),
                     (Action.REOPEN, ("chief_n", "chief_t"))),
}


class RandomWork(RuleBasedStateMachine):
    """A few stories, and everybody at once."""

    def __init__(self) -> None:
        super().__init__()
        db.session.rollback()
        self.codes = [cast.draft("cor_a1", ("n", "t")).code, cast.draft("cor_further").code]
        db.session.commit()

    def _try(self, key: str, code: str, action: Action, n: int) -> None:
        manuscript = db.session.scalars(select(Manuscript).where(Manuscript.code == code)).one()
        try:
            DO[action](cast.actor(key), manuscript, n)
            db.session.commit()
        except DomainError:
            db.session.rollback()
        self.codes = list(db.session.scalars(select(Manuscript.code).where(Manuscript.story_id.in_(
            select(Manuscript.story_id).where(Manuscript.code.in_(self.codes))))))

    @rule(key=st.sampled_from(PEOPLE), pick=st.integers(0, 9), action=st.sampled_from(list(Action)),
          n=st.integers(0, 2))
    def anybody_does_anything(self, key: str, pick: int, action: Action, n: int) -> None:
        self._try(key, self.codes[pick % len(self.codes)], action, n)

    @rule(pick=st.integers(0, 9), n=st.integers(0, 2), choice=st.integers(0, 9))
    def the_next_step_is_done(self, pick: int, n: int, choice: int) -> None:
        code = self.codes[pick % len(self.codes)]
        state = db.session.scalars(select(Manuscript.state).where(Manuscript.code == code)).one()
        steps = ONWARD.get(state, ())
        if steps:
            action, people = steps[choice % len(steps)]
            for key in people:
                self._try(key, code, action, max(n, 1))

    @invariant()
    def what_is_cleared_was_passed_by_every_stage(self) -> None:
        for manuscript in db.session.scalars(select(Manuscript).where(Manuscript.code.in_(self.codes))):
            passes = [d for d in manuscript.decisions if d.verdict is Verdict.PASS and d.undone_at is None]
            if manuscript.state in (State.ACCEPTED, State.PUBLISHED):
                assert manuscript.cleared_version is not None and manuscript.ruleset is not None
                digest = manuscript.cleared_version.digest
                stages = {d.stage_id for d in passes if d.stage_id and d.digest == digest}
                assert stages >= {step.stage_id for step in manuscript.ruleset.steps}

    @invariant()
    def nobody_reads_twice_or_their_own(self) -> None:
        for manuscript in db.session.scalars(select(Manuscript).where(Manuscript.code.in_(self.codes))):
            stations: dict[int, set[tuple[int | None, int | None]]] = {}
            decisions = db.session.scalars(select(Decision).where(
                Decision.story_id == manuscript.story_id, Decision.undone_at.is_(None)))
            for decision in decisions:
                assert decision.person_id not in manuscript.author_ids
                if decision.verdict is Verdict.PASS and (decision.unit_id or decision.manuscript_id == manuscript.id):
                    stations.setdefault(decision.person_id, set()).add((decision.unit_id, decision.stage_id))
            assert all(len(places) == 1 for places in stations.values())

    @invariant()
    def every_invariant_of_the_program_holds(self) -> None:
        assert list(invariants.broken(db.session())) == []

    def teardown(self) -> None:
        db.session.rollback()
        assert list(audit.verify(db.session())) == []
        db.session.rollback()


def test_random_people_doing_random_things_break_nothing(app: Flask) -> None:
    """The office of the station lets its chief editor confirm what the second stage decides."""
    organisation.create_ruleset(None, cast.office("t"), clock.today(), [
        StepData(slug, title, title_en, "", "", 1, cast.CHECKLIST, slug == "content")
        for slug, title, title_en in cast.STAGES])
    db.session.commit()
    examples = 4 if db.engine.dialect.name == "sqlite" else 1  # the other is four times as slow at questions this small
    run_state_machine_as_test(
        RandomWork, settings=settings(max_examples=examples, stateful_step_count=30, deadline=None, derandomize=False,
                                      suppress_health_check=list(HealthCheck)))
