"""The texts of commentary: as Word files and back, returned, withdrawn, near-equal to another's."""

from __future__ import annotations

import io
import re
import zipfile

from flask import Flask

from editorial import documents
from editorial.actions import commissions, publishing
from editorial.actions.commissions import Words
from editorial.db import db
from editorial.documents import Content, Properties
from editorial.models import Assignment
from editorial.terms import AssignmentState
from tests import cast
from tests.client import Visitor

S = AssignmentState
LONG = ("江滩的步道延长以后，最先受益的是住在附近的老人，他们每天早晚都来走一趟。",
        "步道两边的芦苇没有割，候鸟还能停歇，这是难得的分寸，值得别的公园学一学。",
        "不过长椅太少，走到一半想坐一坐的人只好靠着栏杆，希望明年能够添上。")


def _html(*paragraphs: str) -> str:
    return "".join(f"<p>{one}</p>" for one in paragraphs)


def _in(state: AssignmentState) -> int:
    number = cast.assignment_in(state).id
    db.session.commit()
    return number


def _document(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return re.sub("<[^>]+>", "", package.read("word/document.xml").decode())


# --- Pure ---------------------------------------------------------------------------------------------------------


def test_passages_in_common_are_found_and_what_both_quote_is_not() -> None:
    one = "\n".join(LONG)
    other = "\n".join(("完全是另外一个开头，与上文没有关系。", LONG[1].replace("，", ", "), LONG[2]))
    found = documents.common(one, other)
    assert [here for here, _there in found.passages] == [f"{LONG[1]}\n{LONG[2]}".rstrip("。")]
    assert "停歇, 这是" in found.passages[0][1], "as it stands in the other text"
    assert 50 < found.share < 90
    assert documents.common(one, other, [LONG[1], LONG[2]]).passages == ()
    changed = documents.common(one, one.replace("最先受益", "首先得益"))
    assert changed.share > 80 and len(changed.passages) == 1, "a few other words part no passage"
    assert set(documents.prints(one)) & set(documents.prints(other))
    assert not set(documents.prints(one, ["".join(LONG[1:])])) & set(documents.prints(other, ["".join(LONG[1:])]))
    assert documents.common("", one).share == 0


def test_texts_that_repeat_themselves_are_compared_in_bounds() -> None:
    same = "的" * 50_000
    assert documents.common(same, same).share == 100
    assert len(documents.prints("".join(map(chr, range(0x4e00, 0x8000))))) <= 600


# --- Near-equal ---------------------------------------------------------------------------------------------------


def test_near_equal_texts_are_shown_to_both_authors_and_their_departments_alone(app: Flask) -> None:
    first, second = cast.commissioned("ctr_d1", "ctr_d2").assignments
    other = cast.commissioned("ctr_e1", by="com_e").assignments[0]
    texts = (LONG, (LONG[0], "这一段是自己写的，与别人没有关系。", LONG[2]), LONG)
    for assignment, key, text in zip((first, second, other), ("ctr_d1", "ctr_d2", "ctr_e1"), texts, strict=True):
        commissions.accept(cast.actor(key), assignment, None)
        commissions.file(cast.actor(key), assignment, None, Words("题", _html(*text)))
    numbers = [first.id, second.id, other.id]
    db.session.commit()

    def told(key: str, number: int, status: int = 200) -> list[str]:
        visitor = Visitor(app, key)
        visitor.get(f"/commentary/{number}", status)
        return ["".join(one.itertext()) for one in visitor.find("//main//section[details//blockquote]")
                if one.xpath(".//p[@class='signature']")]

    to_author = told("ctr_d1", numbers[0])
    assert len(to_author) == 2
    assert "宣二" in to_author[0] and LONG[2][:-1] in to_author[0] and "自己写的" not in to_author[0]
    assert "网信" in to_author[1], "another department's too, by its signature"
    writer = Visitor(app, "ctr_d1")
    writer.get(f"/commentary/{numbers[0]}")
    assert not writer.find(f"//main//a[@href='/commentary/{numbers[1]}']"), "of the other text they learn no more"
    assert "自己写的" not in "".join(told("ctr_e1", numbers[2]))
    assert len(told("com_d", numbers[1])) == 2
    asker = Visitor(app, "com_d")
    asker.get(f"/commentary/{numbers[1]}")
    assert asker.find(f"//main//a[@href='/commentary/{numbers[0]}']")
    assert not asker.find(f"//main//a[@href='/commentary/{numbers[2]}']")
    assert told("coord", numbers[0], 404) == []
    inbox = Visitor(app, "ctr_d1")
    inbox.get("/messages")
    assert "逐字相同" in inbox.text

    commissions.withdraw(cast.actor("ctr_d2"), db.session.get_one(Assignment, numbers[1]), None)
    commissions.approve(cast.actor("com_d"), db.session.get_one(Assignment, numbers[0]), None)
    db.session.commit()
    assert len(told("ctr_d1", numbers[0])) == 1, "what was taken back is nobody else's"


# --- Returned, withdrawn, retracted -------------------------------------------------------------------------------


def test_a_returned_text_is_filed_again_unchanged_only_by_saying_so(app: Flask) -> None:
    number = _in(S.RETURNED)
    writer, asker = Visitor(app, "ctr_d1"), Visitor(app, "com_d")
    writer.get(f"/commentary/{number}")
    form = writer.form_with("title", "body")
    form.set("action", f"/commentary/{number}/file")
    writer.send(form, status=400)
    assert writer.find("//*[@id='stands-error']")
    form = writer.form_with("title", "body")
    form.set("action", f"/commentary/{number}/file")
    writer.send(form, {"stands": "y"})
    asker.get(f"/commentary/{number}")
    assert "坚持原文" in asker.text
    asker.send(asker.form_to("/return"), {"reason": "请补一个例子。"})
    writer.get(f"/commentary/{number}")
    form = writer.form_with("title", "body")
    form.set("action", f"/commentary/{number}/file")
    writer.send(form, {"body": "<p>秋天的江滩值得多去几次，比如重阳。</p>"})
    asker.get(f"/commentary/{number}")
    assert asker.find("//main//ins") and asker.find("//main//del"), "what changed stands first"
    assert asker.find("//main//article//p[@class='signature']")
    asker.get(f"/commentary/{number}?whole=1")
    assert not asker.find("//main//ins")


def test_what_its_author_withdraws_is_theirs_alone_again(app: Flask) -> None:
    number = _in(S.APPROVED)
    writer, asker = Visitor(app, "ctr_d1"), Visitor(app, "com_d")
    asker.get(f"/commentary/{number}/versions/1.docx")
    writer.get(f"/commentary/{number}")
    writer.send(writer.form_to("/withdraw"))
    assert "秋天的江滩" in writer.text
    asker.get(f"/commentary/{number}")
    assert "秋天的江滩" not in asker.text and "撤回了评论" in asker.text
    assert not asker.actions() & {"publish", "approve", "cancel"}
    asker.get(f"/commentary/{number}/versions/1.docx", 404)
    code = db.session.get_one(Assignment, number).commission.code
    db.session.rollback()
    asker.get(f"/commissions/{code}")
    assert "江滩一夜" not in asker.text and "已撤稿 1" in asker.text and "已谢绝" not in asker.text
    asker.get("/commissions?state=withdrawn")
    assert asker.find(f"//main//a[@href='/commentary/{number}']")
    asker.get("/commissions?state=declined")
    assert not asker.find(f"//main//a[@href='/commentary/{number}']")


def test_commentary_on_a_retracted_piece_is_placed_only_knowing_it(app: Flask) -> None:
    number = _in(S.APPROVED)
    piece = db.session.get_one(Assignment, number).commission.manuscript
    publishing.retract(cast.actor("chief_n"), piece, None, "活动时间有误。")
    db.session.commit()
    writer = Visitor(app, "ctr_d1")
    writer.get("/messages")
    assert piece.code in writer.text, "whoever writes on it hears of its retraction"
    db.session.rollback()
    asker, out = Visitor(app, "com_d"), {"channel": "长江网", "address": "https://comment.example/1"}
    asker.get(f"/commentary/{number}")
    asker.send(asker.form_to("/publish"), out, 400)
    assert asker.find("//*[@id='publish-knowing-error']")
    asker.send(asker.form_to("/publish"), {**out, "knowing": "y"})
    assert "知悉原稿已撤回" in asker.text
    db.session.rollback()
    assert db.session.get_one(Assignment, number).state is S.PUBLISHED


# --- Word ---------------------------------------------------------------------------------------------------------


def test_a_commentary_goes_out_as_word_and_comes_back(app: Flask) -> None:
    number = _in(S.RETURNED)
    asker, writer, reader = Visitor(app, "com_d"), Visitor(app, "ctr_d1"), Visitor(app, "nobody")
    asker.get(f"/commentary/{number}")
    address = asker.find("//main//a[contains(@href, '.docx')]")[0].get("href")
    said = _document(asker.get(address).data)
    assert "江滩一夜" in said and "宣一 · 宣传部 · 组织单位：宣传部" in said
    reader.get(address, 404)

    revised, hostile = (documents.word(Content("江滩一夜", byline, _html(*LONG)), Properties(cast.MONDAY))
                        for byline in ("宣一 · 宣传部 · 组织单位：宣传部", "署名：宣二（江滩公园）"))
    for data, told in ((hostile, "文件里的署名没有采用"), (revised, "")):
        writer.get(f"/commentary/{number}")
        writer.send(writer.form_with("title", "body"),
                    {"body": "<p>先打了几个字。</p>", "document": (io.BytesIO(data), "评论.docx")},
                    content_type="multipart/form-data")
        assert "/brought/" in writer.url and LONG[1] in writer.text.replace(" ", "")
        assert told in writer.text and "组织单位" in "".join(writer.find("//p[@class='signature']")[0].itertext())
    db.session.rollback()
    found = db.session.get_one(Assignment, number)
    assert [version.text.strip() for version in found.versions][1:] == ["先打了几个字。"], "what was typed is saved"
    db.session.rollback()
    for action in ("save", "file"):
        asker.post(f"/commentary/{number}/{action}", {"document": (io.BytesIO(hostile), "评论.docx")}, 403,
                   content_type="multipart/form-data")
    brought, file = writer.url, writer.find("//main//a[contains(@href, '/files/')]")[0].get("href")
    assert writer.get(file).data == revised
    for other in (asker, reader):
        other.get(file, 404)
        other.get(brought, 404)
    writer.get(brought)
    writer.get(writer.find("//main//a[contains(@href, 'restore=')]")[0].get("href"))
    form = writer.form_with("title", "body")
    form.set("action", f"/commentary/{number}/file")
    writer.send(form)
    asker.get(f"/commentary/{number}")
    changes = next(link.get("href") for link in asker.find("//main//a") if "/compare/" in link.get("href"))
    said = _document(asker.get(changes).data)
    assert LONG[1] in said and "宣二" not in said and "宣一 · 宣传部" in said
