"""The situations that a manuscript can be in: all states, and within a state what makes a difference."""

from __future__ import annotations

from collections.abc import Callable

from editorial import clock
from editorial.actions import absences, interests, manuscripts, people, publishing, reviewing
from editorial.actions.texts import Text
from editorial.models import Manuscript
from editorial.terms import Role, State
from tests import cast

OFFICE_N = "pol_n pol_n2 con_n qua_n chief_n pub_n"
NEW = Text("江滩芦苇节今起开幕", "本报讯", "<p>改过的文字。</p>")


def _held_by_pol_n() -> Manuscript:
    manuscript = cast.signed()
    reviewing.claim(cast.actor("pol_n"), manuscript, None)
    return manuscript


def _edited_at_quality() -> Manuscript:
    manuscript = cast.passed(cast.signed(), "pol_n", "con_n")
    reviewing.claim(cast.actor("qua_n"), manuscript, None)
    reviewing.edit(cast.actor("qua_n"), manuscript, None, NEW)
    return manuscript


def _appealed() -> Manuscript:
    manuscript = cast.reach(State.REJECTED)
    manuscripts.appeal(cast.actor("cor_a1"), manuscript, None, "来源已经附上。")
    return manuscript


def _rejected_by_signer() -> Manuscript:
    manuscript = cast.submitted()
    reviewing.reject(cast.actor("sig_a"), manuscript, None, "不宜上报。")
    return manuscript


def _returned_by_signer() -> Manuscript:
    manuscript = cast.submitted()
    reviewing.return_(cast.actor("sig_a"), manuscript, None, "数字请核实。")
    return manuscript


def _correcting() -> Manuscript:
    manuscript = cast.published()
    publishing.correct(cast.actor("chief_n"), manuscript, None, NEW, "更正：活动时间应为本周。")
    return manuscript


def _correction_asked_for() -> Manuscript:
    manuscript = cast.published()
    manuscripts.request_correction(cast.actor("cor_a1"), manuscript, None, "日期写错了。")
    return manuscript


def _correction_declined() -> Manuscript:
    manuscript = _correction_asked_for()
    publishing.decline_correction(cast.actor("chief_n"), manuscript, None, "日期无误。")
    return manuscript


def _asked_for_by_the_chief() -> Manuscript:
    """The chief editor wrote it as a correspondent, and asks for a correction as its author."""
    people.give_role(None, cast.person("chief_n"), Role.CORRESPONDENT, unit_id=cast.unit("unit_a").id)
    manuscript = cast.published(co_authors=["chief_n"])
    manuscripts.request_correction(cast.actor("chief_n"), manuscript, None, "日期写错了。")
    return manuscript


def _recalled_after_review() -> Manuscript:
    manuscript = cast.reach(State.RETURNED)
    manuscripts.save(cast.actor("cor_a1"), manuscript, None, NEW)
    manuscripts.resubmit(cast.actor("cor_a1"), manuscript, None, "补充了来源")
    manuscripts.recall(cast.actor("cor_a1"), manuscript, None)
    return manuscript


def _corrected_by_a_reader() -> Manuscript:
    office = cast.office("n")
    people.give_role(None, cast.person("chief_n"), Role.STAGE_REVIEWER, office_id=office.id,
                     stage_id=office.stages[0].id)
    manuscript = _correcting()
    reviewing.release(cast.actor("chief_n"), manuscript, None)
    return manuscript


def _co_written() -> Manuscript:
    return cast.draft(co_authors=["cor_a2"])


def _second_signature() -> Manuscript:
    manuscript = cast.submitted("cor_further")
    reviewing.sign_off(cast.actor("sig_further"), manuscript, None, True)
    return manuscript


def _declared(build: Callable[[], Manuscript], key: str, kind: str) -> Manuscript:
    """What `build` makes, in which this person then declared an interest of that kind."""
    manuscript = build()
    author_id = cast.person("cor_a1").id if kind in ("author", "kin") else None
    interests.declare(cast.actor(key), manuscript, kind, author_id, "")
    return manuscript


def _away(build: Callable[[], Manuscript], key: str, deputy: str) -> Manuscript:
    """What `build` makes, with this person away from today on and a deputy who stands in."""
    manuscript = build()
    absences.name(cast.actor(key), cast.person(key), clock.today(), clock.today(), cast.person(deputy).id)
    return manuscript


SITUATIONS: dict[str, Callable[[], Manuscript]] = {
    "draft": cast.draft,
    "draft, co-written": _co_written,
    "awaiting sign-off": cast.submitted,
    "awaiting the signature above": _second_signature,
    "on the desk": cast.signed,
    "held by pol_n": _held_by_pol_n,
    "at content, passed by pol_n": lambda: cast.passed(cast.signed(), "pol_n"),
    "edited at quality, back at pol_n": _edited_at_quality,
    "returned by pol_n": lambda: cast.reach(State.RETURNED),
    "returned by the signer": _returned_by_signer,
    "rejected by pol_n": lambda: cast.reach(State.REJECTED),
    "rejected by the signer": _rejected_by_signer,
    "appealed": _appealed,
    "accepted": cast.accepted,
    "published": cast.published,
    "correction asked for": _correction_asked_for,
    "correction declined": _correction_declined,
    "correction asked for by the chief who co-wrote it": _asked_for_by_the_chief,
    "correction under review": _correcting,
    "recalled after the office read it": _recalled_after_review,
    "correction by a chief who also reads": _corrected_by_a_reader,
    "withdrawn": lambda: cast.reach(State.WITHDRAWN),
    "retracted": lambda: cast.reach(State.RETRACTED),
    "on the desk, pol_n knows the author": lambda: _declared(cast.signed, "pol_n", "author"),
    "on the desk, pol_n has to do with the unit": lambda: _declared(cast.signed, "pol_n", "unit"),
    "held by pol_n, who then declared an interest": lambda: _declared(_held_by_pol_n, "pol_n", "other"),
    "awaiting sign-off, the signer is kin": lambda: _declared(cast.submitted, "sig_a", "kin"),
    "appealed, the chief is kin": lambda: _declared(_appealed, "chief_n", "kin"),
    "held by pol_n, who is away; pol_n2 stands in": lambda: _away(_held_by_pol_n, "pol_n", "pol_n2"),
    "at content, pol_n who passed it stands in": lambda: _away(
        lambda: cast.passed(cast.signed(), "pol_n"), "con_n", "pol_n"),
    "awaiting sign-off, a colleague stands in for the signer": lambda: _away(cast.submitted, "sig_a", "cor_a2"),
    "awaiting sign-off, its author stands in for the signer": lambda: _away(cast.submitted, "sig_a", "cor_a1"),
    "appealed, the publisher stands in for the chief": lambda: _away(_appealed, "chief_n", "pub_n"),
}
