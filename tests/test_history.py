"""What happened, as sentences: for every kind of event, to each reader what is theirs to know."""

from __future__ import annotations

from itertools import product

from flask import Flask
from flask_babel import force_locale

from editorial import access, audit, clock
from editorial.actions import manuscripts, publishing, reviewing
from editorial.actions.texts import Text
from editorial.actions.uploads import Brought
from editorial.db import db
from editorial.models import Event, Manuscript
from editorial.queries import history, told
from editorial.queries.reader import reader_of
from editorial.terms import State
from tests import cast


def _told(who: str, manuscript: Manuscript, locale: str = "zh_Hans_CN") -> list[history.Entry]:
    """The history as `who` reads it, oldest first."""
    actor = cast.actor(who)
    assert access.manuscript_for(db.session(), actor, manuscript.code) is manuscript
    with force_locale(locale):
        return history.of_manuscript(reader_of(actor, manuscript), manuscript)[::-1]


def _kinds(who: str, manuscript: Manuscript) -> list[str]:
    return [entry.kind for entry in _told(who, manuscript)]


def test_every_kind_of_event_has_a_sentence_and_an_audience() -> None:
    assert set(history.SENTENCES) == set(history.AUDIENCE) == {
        *audit.MANUSCRIPT_KINDS, *audit.PLAN_KINDS, *audit.PUBLICATION_KINDS} - {"record-readers", "record-reprint"}
    assert set(told.OF_ASSIGNMENTS) == set(audit.ASSIGNMENT_KINDS)


def _eventful() -> Manuscript:
    """A life with nearly everything in it."""
    author, chief, pol, con, qua = map(cast.actor, ("cor_a1", "chief_n", "pol_n", "con_n", "qua_n"))
    manuscript = cast.submitted()
    manuscripts.recall(author, manuscript, None)
    manuscripts.save(author, manuscript, None, Text("二稿", "署名", "<p>二稿。</p>"))
    manuscripts.submit(author, manuscript, None)
    reviewing.sign_off(cast.actor("sig_a"), manuscript, None, True)
    reviewing.assign(chief, manuscript, None, pol.id)
    reviewing.release(pol, manuscript, None)
    reviewing.claim(pol, manuscript, None)
    reviewing.return_(pol, manuscript, None, "来源不明")
    manuscripts.resubmit(author, manuscript, None, "电话说明")
    reviewing.pass_(pol, manuscript, None, cast.ANSWERS, "内部话")
    reviewing.claim(con, manuscript, None)
    reviewing.reject(con, manuscript, None, "与本报无关")
    reviewing.undo(con, manuscript, None)
    reviewing.reject(con, manuscript, None, "确与本报无关")
    manuscripts.appeal(author, manuscript, None, "有关")
    publishing.reopen(chief, manuscript, None, "可再看")
    if manuscript.assignee_id != con.id:
        reviewing.claim(con, manuscript, None)
    reviewing.pass_(con, manuscript, None, cast.ANSWERS)
    reviewing.claim(qua, manuscript, None)
    reviewing.edit(qua, manuscript, None, Text("二稿改", "署名", "<p>二稿改。</p>"))
    cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    publishing.publish(cast.actor("pub_n"), manuscript, None, publishing.Placement(
        cast.office("n").channels[0].id, clock.now(), "https://news.example/1"))
    manuscripts.request_correction(author, manuscript, None, "日期有误")
    publishing.correct(chief, manuscript, None, Text("三稿", "署名", "<p>三稿。</p>"), "日期应为周六")
    cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    publishing.retract(chief, manuscript, None, "活动未举行")
    return manuscript


def test_each_sentence_is_whole_in_both_languages(app: Flask) -> None:
    manuscript = _eventful()
    for who, locale in product(("cor_a1", "sig_a", "chief_n", "coord", "cor_b1"), ("zh_Hans_CN", "en")):
        for entry in _told(who, manuscript, locale):
            assert entry.text.strip() and "%(" not in entry.text and "None" not in entry.text, (who, entry)
            assert "  " not in entry.text and "version ." not in entry.text and "第  版" not in entry.text, (who, entry)
            chinese = [name for name in ("编辑部", "关 ", "关)", "报纸", "网站") if name in entry.text]
            assert locale != "en" or not chinese, (who, entry)


def test_the_author_reads_what_was_decided_and_why_and_not_who_had_it(app: Flask) -> None:
    manuscript = _eventful()
    entries = _told("cor_a1", manuscript)
    kinds = {entry.kind for entry in entries}
    assert not kinds & {"claim", "assign", "release"}
    assert kinds >= {"create", "save", "submit", "sign-off", "return", "reject", "pass", "edit", "undo", "reopen"}
    told = " ".join(entry.text + entry.reason + entry.remark for entry in entries)
    assert "来源不明" in told and "政治关" in told and "石敏" in told
    for hidden in ("郑直", "文思", "严谨", "主心", "付印", "内部话"):
        assert hidden not in told


def test_the_office_reads_who_had_it_and_its_own_notes(app: Flask) -> None:
    manuscript = _eventful()
    entries = _told("pub_n", manuscript)
    told = " ".join(entry.text + entry.remark for entry in entries)
    assert {"claim", "assign", "release"} <= {entry.kind for entry in entries}
    for name in ("郑直", "文思", "严谨", "主心", "付印", "内部话"):
        assert name in told
    assert "save" not in {entry.kind for entry in entries}


def test_the_coordinator_reads_names_and_no_notes(app: Flask) -> None:
    entries = _told("coord", _eventful())
    told = " ".join(entry.text + entry.remark for entry in entries)
    assert "郑直" in told and "内部话" not in told
    assert not {entry.kind for entry in entries} & {"claim", "assign", "release", "save"}


def test_readers_of_what_is_published_read_of_its_publication_only(app: Flask) -> None:
    entries = _told("cor_b1", _eventful())
    assert [entry.kind for entry in entries] == ["publish", "clear", "retract"]
    told = " ".join(entry.text for entry in entries)
    assert "付印" not in told and "主心" not in told


def test_an_office_reads_nothing_of_what_another_one_did(app: Flask) -> None:
    manuscript = cast.passed(cast.signed(), "pol_n")
    reviewing.transfer(cast.actor("chief_n"), manuscript, None, cast.office("t").id, "更合电视台")
    assert _kinds("pol_t", manuscript) == ["create", "submit", "sign-off", "transfer"]
    assert "pass" in _kinds("cor_a1", manuscript)
    told = " ".join(entry.text for entry in _told("cor_a1", manuscript))
    assert "长江日报编辑部" in told and "武汉台编辑部" in told


def test_a_sister_manuscript_is_not_named_to_the_other_office(app: Flask) -> None:
    first = cast.signed(offices=("n", "t"))
    second = next(sister for sister in first.story.manuscripts if sister is not first)
    told = " ".join(entry.text for entry in _told("pol_t", second))
    assert first.code not in told and "长江日报" not in told


def test_saves_in_a_row_are_told_once(app: Flask) -> None:
    manuscript = cast.draft()
    for n in range(4):
        manuscripts.save(cast.actor("cor_a1"), manuscript, None, Text(f"题 {n}", "署名", "<p>文。</p>"))
    entries = _told("cor_a1", manuscript)
    assert [entry.kind for entry in entries] == ["create", "save"]
    assert "5" in entries[1].text


def test_an_undone_signature_is_told_under_the_signers_name(app: Flask) -> None:
    manuscript = cast.signed()
    reviewing.undo(cast.actor("sig_a"), manuscript, None)
    undone = _told("cor_a1", manuscript)[-1]
    assert undone.kind == "undo" and "石敏" in undone.text


def test_an_undone_decision_is_told_without_a_hidden_name(app: Flask) -> None:
    manuscript = cast.reach(State.REJECTED)
    reviewing.undo(cast.actor("pol_n"), manuscript, None)
    undone = _told("cor_a1", manuscript)[-1]
    assert undone.kind == "undo" and "郑直" not in undone.text and "政治关" in undone.text
    assert "郑直" in _told("con_n", manuscript)[-1].text


def _since(who: str, code: str, revision: int) -> list[str]:
    with force_locale("zh_Hans_CN"):
        return [entry.kind for entry in history.since(cast.actor(who), code, revision)]


def test_what_happened_since_a_page_was_shown(app: Flask) -> None:
    manuscript = cast.signed()
    shown = manuscript.revision
    assert _since("chief_n", manuscript.code, shown) == []
    reviewing.claim(cast.actor("pol_n"), manuscript, None)
    reviewing.return_(cast.actor("pol_n"), manuscript, None, "请补来源")
    assert _since("chief_n", manuscript.code, shown) == ["claim", "return"]
    assert _since("cor_a1", manuscript.code, shown) == ["return"]
    assert _since("cor_b1", manuscript.code, shown) == []
    assert _since("cor_a1", "2020-999999", shown) == []


def test_a_renamed_person_keeps_the_name_of_the_time_in_the_record(app: Flask) -> None:
    manuscript = cast.submitted()
    cast.person("cor_a1").name = "何晓雨"
    assert "何晓晴" in _told("sig_a", manuscript)[-1].text
    assert db.session.query(Event).filter_by(actor_name="何晓雨").count() == 0


def test_what_was_resubmitted_is_said_to_wait_for_the_unit_only_while_it_does(app: Flask) -> None:
    """Its line stands above the text for whoever reads it next."""
    manuscript = cast.signed()
    reviewing.claim(cast.actor("pol_n"), manuscript, None)
    reviewing.return_(cast.actor("pol_n"), manuscript, None, "来源不明")
    manuscripts.save(cast.actor("cor_a1"), manuscript, None, Text("二稿", "署名", "<p>二稿。</p>"))
    manuscripts.resubmit(cast.actor("cor_a1"), manuscript, None, "补了来源")
    assert _told("sig_a", manuscript)[-1].text.endswith("待单位审签。")
    reviewing.sign_off(cast.actor("sig_a"), manuscript, None, True)
    line = next(entry for entry in _told("pol_n", manuscript) if entry.kind == "resubmit")
    assert (line.text[-6:], line.reason) == ("送审第 2 版。"[-6:], "补了来源")


def test_a_draft_that_begins_with_a_file_begins_before_the_file_came(app: Flask) -> None:
    picture = Brought("picture", "a" * 64, "image/png", 3, "湖.png", 1, 1)
    made = manuscripts.create(cast.actor("cor_a1"), cast.unit("unit_a").id, Text("标题", "署名", "<p>正文。</p>"),
                              manuscripts.Particulars(), files=[picture])
    assert _kinds("cor_a1", made) == ["create", "upload"]
