"""Every route stands here by hand with the access that it needs; a route that is not listed fails."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import reviewing
from editorial.db import db
from editorial.models import File, Manuscript, Upload
from editorial.terms import State
from tests import cast
from tests.client import Visitor
from tests.servers import on_one_database

OPEN, ANYBODY = "open", "anybody"
CORRESPONDENTS = "cor_a1 cor_a2 cor_b1 cor_further cor_free nobody"
OFFICE_N = "pol_n pol_n2 con_n qua_n chief_n pub_n"

# The page: who gets it (200). Everybody else gets 404, as if it did not exist, but for those in REFUSED. What is said
# to be for anybody shows each person what is theirs. Nobody gets any of them without a log-in.
# The manuscript in the addresses is cor_a1's, in review at the newspaper's office, held by pol_n.
FACES = ["cor_a1", "cor_a2", "cor_b1", "sig_a", "sig_b", "sig_district", "pol_n", "pol_n2", "con_n", "chief_n", "pub_n",
         "pol_t", "chief_t", "pub_t", "com_d", "ctr_d1", "coord", "adm"]
"""One for each role and relation: others of the cast would see what these see."""
IN_SIGHT = f"cor_a1 sig_a sig_district coord {OFFICE_N}"
PAGES: dict[str, tuple[str, str]] = {
    "home.home": ("/", ANYBODY),
    "account.settings": ("/account", ANYBODY),
    "account.contact": ("/account/contact", ANYBODY),
    "account.password": ("/account/password", ANYBODY),
    "account.mail": ("/account/mail", ANYBODY),
    "manuscripts.mine": ("/manuscripts", ANYBODY),
    "writing.new": ("/manuscripts/new", CORRESPONDENTS),
    "manuscripts.manuscript": ("/manuscripts/{code}", IN_SIGHT),
    "manuscripts.version": ("/manuscripts/{code}/versions/1", IN_SIGHT),
    "manuscripts.compare": ("/manuscripts/{code}/compare/1..1", IN_SIGHT),
    "manuscripts.sheet": ("/manuscripts/{code}/sheet", OFFICE_N),
    "dossier.dossier_page": ("/manuscripts/{code}/dossier", "chief_n"),
    "word.version": ("/manuscripts/{code}/versions/1.docx", IN_SIGHT),
    "word.difference": ("/manuscripts/{code}/compare/1..1.docx", IN_SIGHT),
    "word.sheet": ("/manuscripts/{code}/sheet.docx", OFFICE_N),
    "writing.edit": ("/manuscripts/{code}/edit", "pol_n"),
    "signoff.to_sign": ("/signoff", ANYBODY),
    "desk.desk": ("/desk", ANYBODY),
    "desk.phrases": ("/desk/phrases", ANYBODY),
    "reading.mine": ("/reading", ANYBODY),
    "reading.my_decisions": ("/reading/decisions", ANYBODY),
    "reading.office": ("/offices/changjiang/reading", "chief_n"),
    "reading.decisions": ("/offices/changjiang/reading/decisions", "chief_n"),
    "interests.mine": ("/interests", ANYBODY),
    "absences.absences": ("/people/{pol_n}/away", "pol_n chief_n adm"),
    "interests.declare": ("/manuscripts/{code}/interest", IN_SIGHT),
    "office.reasons": ("/offices/changjiang/reasons", "chief_n adm"),
    "desk.outcome": ("/desk/several", ANYBODY),
    "office.office": ("/offices/changjiang", OFFICE_N),
    "office.list": ("/offices/changjiang/list", OFFICE_N),
    "publishing.publishing": ("/publishing", "pub_n pub_t"),
    "outward.all_deliveries": ("/publishing/deliveries", "pub_n pub_t"),
    "publishing.rows": ("/publishing/rows", "pub_n pub_t"),
    "planning.calendar": ("/planning", f"{OFFICE_N} pol_t chief_t pub_t"),
    "planning.manuscript": ("/manuscripts/{code}/plan", OFFICE_N),
    "published.published": ("/published", ANYBODY),
    "calls.calls": ("/calls", ANYBODY),
    "calls.new": ("/calls/new", "chief_n chief_t coord"),
    "commissions.commissions": ("/commissions", "com_d com_e"),
    "commentary.mine": ("/commentary", ANYBODY),
    "messages.inbox": ("/messages", ANYBODY),
    "overview.submitted": ("/overview", "coord"),
    "admin.index": ("/admin/", "adm"),
    "admin.people": ("/admin/people", "adm"),
    "admin.new_person": ("/admin/people/new", "adm"),
    "admin.person": ("/admin/people/1", "adm"),
    "admin.units": ("/admin/units", "adm"),
    "admin.new_unit": ("/admin/units/new", "adm"),
    "admin.unit": ("/admin/units/1", "adm"),
    "admin.offices": ("/admin/offices", "adm"),
    "admin.new_office": ("/admin/offices/new", "adm"),
    "admin.office": ("/admin/offices/1", "adm"),
    "admin.rules": ("/admin/offices/1/rules", "adm"),
    "admin.new_channel": ("/admin/offices/1/channels/new", "adm"),
    "admin.channel": ("/admin/offices/1/channels/1", "adm"),
    "admin.calendar": ("/admin/calendar", "adm"),
    "admin.jobs": ("/admin/jobs", "adm"),
    "admin.letters": ("/admin/letters", "adm"),
    "admin.letter": ("/admin/letters/mine/zh_Hans_CN", "adm"),
    "admin.genres": ("/admin/genres", "adm"),
    "admin.new_genre": ("/admin/genres/new", "adm"),
    "admin.genre": ("/admin/genres/1", "adm"),
}

# Who sees the thing, and is refused with 403 what the page is for.
REFUSED: dict[str, str] = {"manuscripts.sheet": IN_SIGHT, "word.sheet": IN_SIGHT, "writing.edit": IN_SIGHT,
                           "calls.new": " ".join(cast.CAST),
                           "dossier.dossier_page": IN_SIGHT,
                           "writing.new": " ".join(cast.CAST)}

# Addresses of which a subject's test says more than a table can: where they are tested.
ELSEWHERE = {
    "account.login": "test_login", "account.forgot": "test_forgot",
    "account.link": "test_accounts", "account.language": "test_accounts",
    "health.health": "test_headers", "health.metrics": "test_working_days",
    "health.bounces": "test_bounces",
    "messages.feed": "test_messages", "published.feed": "test_feeds", "published.commentary_feed": "test_feeds",
    "static": "test_headers",
    "office.offices": "test_office",
    "manuscripts.picture": "test_manuscript_page", "writing.original": "test_uploads",
    "word.revision": "test_word_files",
    "handouts.handout": "test_handouts", "handouts.state": "test_handouts", "handouts.file": "test_handouts",
    "arrivals.arrival": "test_arrivals", "arrivals.is_read": "test_arrivals",
    "outward.outward_page": "test_outward_pages", "outward.package": "test_outward_pages",
    "outward.commentary": "test_outward_pages",
    "readership.publication": "test_readership", "reprints.manuscript": "test_reprints",
    "planning.slot": "test_planning",
    "proofs.publication": "test_proofs", "proofs.file": "test_proofs",
    "calls.call": "test_calls",
    "commissions.new": "test_commentary_pages", "commissions.commission": "test_commentary_pages",
    "commentary.assignment": "test_commentary_pages",
    "commentary.brought": "test_commentary_texts", "commentary.original": "test_commentary_texts",
    "public.pieces": "test_public", "public.piece": "test_public", "public.picture": "test_public",
    "public.robots": "test_public", "public.sitemaps": "test_public", "public.sitemap": "test_public",
    "commentary.version": "test_commentary_texts", "commentary.difference": "test_commentary_texts",
}
WITHOUT_LOGIN = {"account.login", "account.forgot", "account.link", "account.language", "health.health",
                 "health.metrics", "health.bounces", "static", "public.pieces", "public.piece", "public.picture",
                 "public.robots", "public.sitemaps", "public.sitemap"}

# What is only sent: an address, and who gets something else than 404: the action may still be refused. Nothing is
# sent but a token, so what names no piece, commission or text finds nothing.
SENT: dict[str, tuple[str, str]] = {
    "manuscripts.act": ("/manuscripts/{code}/claim", IN_SIGHT),
    "remarks.annotate": ("/manuscripts/{code}/remarks", IN_SIGHT),
    "remarks.answer": ("/manuscripts/{code}/remarks/999/answer", ""),
    "remarks.settle": ("/manuscripts/{code}/remarks/999/settle", ""),
    "remarks.take_up": ("/manuscripts/{code}/remarks/999/take-up", ""),
    # of a piece that is not out; whoever may not see proofs at all is refused
    "proofs.prove": ("/manuscripts/{code}/publications/999/proof", "cor_a1 sig_a sig_district"),
    "publishing.record_rows": ("/publishing/rows", "pub_n pub_t"),
    "planning.plan": ("/manuscripts/{code}/plan", OFFICE_N),
    "planning.embargo": ("/manuscripts/{code}/embargo", OFFICE_N),
    "planning.move": ("/planning/move", ""),
    "planning.change": ("/planning/999", ""),
    "planning.take_off": ("/planning/999/take-off", ""),
    "reprints.record": ("/manuscripts/{code}/reprints", ""),
    "readership.record": ("/manuscripts/{code}/publications/999/readers", ""),
    "proofs.settle": ("/manuscripts/{code}/proofs/999/differences", "cor_a1 sig_a sig_district"),
    "proofs.notice": ("/manuscripts/{code}/proofs/999/notice", "cor_a1 sig_a sig_district"),
    "proofs.corrected": ("/manuscripts/{code}/proofs/999/corrected", "cor_a1 sig_a sig_district"),
    "dossier.take": ("/manuscripts/{code}/dossier", IN_SIGHT),
    "word.answer": ("/manuscripts/{code}/revision/999/answers", ""),
    "writing.create": ("/manuscripts/new", ANYBODY),
    "writing.save": ("/manuscripts/{code}/edit", IN_SIGHT),
    # a chief editor gets only what came to the office with a version, as test_uploads says
    "writing.hand_out": ("/manuscripts/{code}/original/{upload}", "cor_a1"),
    "writing.drafts": ("/drafts", ANYBODY),
    "writing.discard": ("/drafts/999/discard", ""),
    "writing.paste": ("/paste", ANYBODY),
    "handouts.again": ("/handouts/999/again", ""),
    "arrivals.discard": ("/arrivals/999/discard", ""),
    "desk.several_at_once": ("/desk/several", ANYBODY),
    "desk.save_view": ("/desk/views/desk", ANYBODY),
    "desk.drop_view": ("/desk/views/999/drop", ""),
    "presence.front": ("/manuscripts/{code}/front", IN_SIGHT),
    "presence.here": ("/manuscripts/{code}/here", IN_SIGHT),
    "interests.end": ("/interests/999/end", ""),
    "absences.end": ("/people/{pol_n}/away/999/end", ""),
    "desk.keep_phrases": ("/desk/phrases", ANYBODY),
    "office.keep_reasons": ("/offices/changjiang/reasons", "chief_n adm"),
    "desk.take_next": ("/desk/next", ANYBODY),
    "office.assign": ("/offices/changjiang/list/{code}/assign", IN_SIGHT),
    "office.release": ("/offices/changjiang/list/{code}/release", IN_SIGHT),
    "tour.leave": ("/tour/leave", ANYBODY),
    "tour.again": ("/tour/again", ANYBODY),
    "calls.create": ("/calls/new", ANYBODY),
    "calls.act": ("/calls/Z2026-999999/close", ""),
    "commissions.create": ("/commissions/new", ""),
    "commissions.offer": ("/commissions/P2026-999999/offer", ""),
    "commentary.act": ("/commentary/999/accept", ""),
    "account.logout": ("/logout", ANYBODY),
    "account.make_feed": ("/account/calendar", ANYBODY),
    "account.make_published_feed": ("/account/published", ANYBODY),
    "outward.deliver": ("/manuscripts/{code}/channels/999/deliver", IN_SIGHT),
    "outward.again": ("/publishing/deliveries/999/again", ""),
    "account.reading": ("/account/reading", ANYBODY),
    "account.end_session": ("/account/sessions/999/end", ""),
    "account.end_other_sessions": ("/account/sessions/end-others", ANYBODY),
    "admin.change_person": ("/admin/people/1/change", "adm"),
    "admin.activate": ("/admin/people/1/activate", "adm"),
    "admin.deactivate": ("/admin/people/1/deactivate", "adm"),
    "admin.give_place_role": ("/admin/people/1/roles/elsewhere", "adm"),
    "admin.give_unit_role": ("/admin/people/1/roles/in-unit", "adm"),
    "admin.take_role": ("/admin/people/1/roles/1/take", "adm"),
    "admin.log_out_everywhere": ("/admin/people/1/log-out", "adm"),
    "admin.make_link": ("/admin/people/1/link", "adm"),
    "messages.open_message": ("/messages/999999/open", ""),
    "messages.settle": ("/messages/999999/settle", ""),
    "messages.settle_read": ("/messages/settle-read", ANYBODY),
    "admin.send_invitation": ("/admin/people/1/invitation", "adm"),
    "admin.unset_day": ("/admin/calendar/2026-10-10/unset", "adm"),
    "admin.letter_back": ("/admin/letters/mine/en/built-in", "adm"),
    "admin.try_job_again": ("/admin/jobs/999/again", ""),
}


@pytest.fixture
def places(app: Flask) -> dict[str, str]:
    """The manuscript, and an original file of it, that the addresses name."""
    manuscript = cast.signed()
    reviewing.claim(cast.actor("pol_n"), manuscript, None)
    db.session.add(File(sha256="0" * 64, media_type="application/octet-stream", size=1, created_at=clock.now()))
    db.session.flush()
    upload = Upload(manuscript_id=manuscript.id, sha256="0" * 64, kind="original", shown_name="稿.docx",
                    uploaded_by_id=cast.person("cor_a1").id, uploaded_at=clock.now())
    db.session.add(upload)
    db.session.flush()
    found = {"code": manuscript.code, "upload": str(upload.id), "pol_n": str(cast.person("pol_n").id)}
    db.session.commit()
    return found


@on_one_database
def test_every_route_is_listed(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == set(PAGES) | set(SENT) | set(ELSEWHERE)
    both = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    assert {endpoint for endpoint in both if endpoint in PAGES} <= {
        "account.contact", "account.mail", "account.password", "interests.declare", "absences.absences",
        *(name for name in PAGES if name.startswith("admin."))}


@on_one_database
def test_nothing_comes_without_a_log_in(app: Flask, places: dict[str, str]) -> None:
    """A17."""
    client = app.test_client()
    for path, _who in [*PAGES.values(), *SENT.values()]:
        answer = client.get(path.format(**places))
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith("/login"), path
        assert client.get(path.format(**places), json={}).status_code == 401
    assert {endpoint for endpoint in ELSEWHERE if endpoint in WITHOUT_LOGIN} == WITHOUT_LOGIN


@pytest.mark.parametrize(("database_url", "key"), [*(("sqlite", key) for key in FACES), *(
    ("postgresql", key) for key in ("chief_n", "adm"))],
    indirect=["database_url"])
def test_pages_come_to_those_who_are_named_alone(app: Flask, places: dict[str, str], key: str) -> None:
    """And looking changes nothing (B16)."""
    where = select(Manuscript.code, Manuscript.revision, Manuscript.state)
    before = db.session.execute(where).all()
    visitor, got = Visitor(app, key), {}
    for endpoint, (path, _who) in PAGES.items():
        answer = visitor.get(path.format(**places), status=None)
        got[endpoint] = answer.status_code
        if answer.status_code != 200:
            assert "江滩芦苇节" not in visitor.text, endpoint
    wanted = {endpoint: 200 if who == ANYBODY or key in who.split() else
              403 if key in REFUSED.get(endpoint, "").split() else 404 for endpoint, (_path, who) in PAGES.items()}
    assert got == wanted
    assert db.session.execute(where).all() == before and before[0].state is State.IN_REVIEW


@on_one_database
@pytest.mark.parametrize("key", FACES)
def test_what_is_sent_is_taken_from_those_who_are_named_alone(app: Flask, places: dict[str, str], key: str) -> None:
    visitor, taken = Visitor(app, key), set()
    token = visitor.token()
    for endpoint, (path, _who) in sorted(SENT.items(), key=lambda item: item[0] == "account.logout"):
        answer = visitor.client.post(path.format(**places), data={"csrf_token": token})
        assert answer.status_code < 500, endpoint
        if answer.status_code != 404:
            taken.add(endpoint)
    assert taken == {endpoint for endpoint, (_path, who) in SENT.items() if who == ANYBODY or key in who.split()}


def test_what_is_not_there_looks_like_what_one_may_not_see(app: Flask, places: dict[str, str]) -> None:
    """A01, C13: the bytes are the same but for the one-time values."""
    visitor = Visitor(app, "cor_b1")
    hidden = visitor.get(f"/manuscripts/{places['code']}", status=404).text
    absent = visitor.get("/manuscripts/2026-999999", status=404).text
    once = re.compile(r'value="[\w.\-]{20,}"|\d{4}-\d{6}')
    assert once.sub("", hidden) == once.sub("", absent)


@on_one_database
def test_every_form_that_is_sent_needs_a_token(app: Flask, places: dict[str, str]) -> None:
    """D08: without a token, and with another session's."""
    visitor, other = Visitor(app, "adm"), Visitor(app, "cor_a1")
    foreign = other.token()
    taken = ("admin.new", "account.p", "account.c")
    posts = {path for endpoint, (path, _who) in PAGES.items() if endpoint.startswith(taken)}
    for path in posts | {path for path, _who in SENT.values()} | {"/login", "/login/forgot", "/language"}:
        for token in ("", "wrong", foreign):
            answer = visitor.client.post(path.format(**places), data={"csrf_token": token})
            assert answer.status_code == 400, (path, answer.status_code)
