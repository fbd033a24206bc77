"""Dossiers for tests: a story with everything that a dossier may hold, and archives that somebody laid hands on."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import commissions, manuscripts, notices, proofs, readership, remarks, reviewing, uploads
from editorial.actions.commissions import Appearance
from editorial.actions.proofs import Found
from editorial.actions.readership import Figures
from editorial.actions.remarks import Note
from editorial.actions.texts import PictureLine
from editorial.actions.uploads import Brought
from editorial.db import db
from editorial.documents.archive import write_archive
from editorial.dossier import packing, verify
from editorial.models import Assignment, Manuscript
from tests import cast

PICTURE = b"\x89PNG\r\n\x1a\n not really, but stored as it is"
ORIGINAL = "江滩芦苇节开幕\n昨天，江滩芦苇节开幕。".encode()


def told(app: Flask) -> tuple[Manuscript, Manuscript]:
    """A story with everything once: the newspaper's manuscript, which is out, and the station's, in review."""
    store, me = app.extensions["store"], cast.actor("cor_a1")
    first = cast.draft(offices=("n", "t"), co_authors=["cor_a2"])
    picture, original = store.put(PICTURE), store.put(ORIGINAL)
    uploads.attach(me, first, [Brought("picture", picture, "image/png", len(PICTURE), "苇.png", 9, 9),
                               Brought("original", original, "text/plain; charset=utf-8", len(ORIGINAL), "稿.txt")])
    text = replace(cast.TEXT, html=f'{cast.TEXT.html}<figure><img src="pictures/{picture}" alt="苇"></figure>',
                   pictures=[PictureLine(picture, "江滩", "何晓晴 摄")], original_sha256=original)
    manuscripts.save(me, first, None, text)
    manuscripts.submit(me, first, None)
    unit_note = remarks.annotate(cast.actor("sig_a"), first, Note(2, 1, "单位内部说一句。", "author"))
    remarks.answer(me, first, unit_note.id, "已核实。")
    reviewing.sign_off(cast.actor("sig_a"), first, None, True)
    reviewing.claim(cast.actor("pol_n"), first, None)
    remarks.annotate(cast.actor("pol_n"), first, Note(2, 1, "编辑部内部批注。", "office"))
    reviewing.return_(cast.actor("pol_n"), first, None, "请写明月底是哪一天。")
    manuscripts.save(me, first, None, replace(text, title="存着的半截标题"))
    later = replace(text, title="江滩芦苇节昨日开幕")
    manuscripts.save(me, first, None, later)
    manuscripts.resubmit(me, first, None, "标题写清楚了。")
    reviewing.sign_off(cast.actor("sig_a"), first, None, True)
    cast.passed(first, "pol_n", "con_n", "qua_n")
    out = cast.put_out(first).publications[0]
    proof = proofs.prove(cast.actor("pub_n"), first, out, Found(text=f"{later.title}\n本报讯 通讯员何晓晴\n"
                                                        "昨天，江滩芦苇节开幕，市民在江边散步。\n活动持续到月初。"))
    notices.tell(cast.actor("chief_n"), first, proof, "排错一字。", "“月初”应为“月底”。")
    readership.record(cast.actor("pub_n"), first, out, clock.now(), Figures(reads=1200), "后台")
    cast.commission_on(first, "ctr_d1", "ctr_d2")
    _comment(db.session.scalars(select(Assignment).order_by(Assignment.id)).first())
    second = next(one for one in first.story.manuscripts if one is not first)
    db.session.commit()
    return first, second


def _comment(assignment: Assignment | None) -> None:
    assert assignment is not None
    writer, asker = cast.actor("ctr_d1"), cast.actor("com_d")
    commissions.accept(writer, assignment, None)
    commissions.file(writer, assignment, None, cast.WORDS)
    commissions.approve(asker, assignment, None)
    commissions.publish(asker, assignment, None, Appearance("长江网", clock.now(), "https://comment.example/1"))


def problems(path: Path) -> list[str]:
    """What the script in a dossier says of this file."""
    try:
        return list(verify.Dossier(str(path)).problems())
    except verify.Broken as error:
        return [str(error)]


Members = dict[str, bytes]


def members_of(path: Path) -> Members:
    """The members of an archive, in order."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(path: Path, members: Members | list[tuple[str, bytes]]) -> Path:
    """An archive of these members with an end that fits: whoever changes a dossier can do that."""
    with path.open("w+b") as out:
        write_archive(out, members.items() if isinstance(members, dict) else members, packing.EMPTY_END)
        packing.seal(out)
    return path


def forged(path: Path, source: Path, change: Callable[[Members], Any]) -> Path:
    """A dossier after `change`, with a manifest that fits as well: nothing but what it says can give it away."""
    members = members_of(source)
    change(members)
    manifest = json.loads(members.pop(verify.MANIFEST))
    listed = [{"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
              for name, data in members.items()]
    manifest |= {"members": listed, "content": packing.content_digest(listed)}
    return written(path, members | {verify.MANIFEST: json.dumps(manifest).encode()})


def rows(name: str, change: Callable[[list[dict[str, Any]]], Any]) -> Callable[[Members], None]:
    """A change of the rows of a table."""
    def changed(members: Members) -> None:
        found = json.loads(members[f"data/{name}.json"])
        change(found)
        members[f"data/{name}.json"] = json.dumps(found, ensure_ascii=False).encode()
    return changed
