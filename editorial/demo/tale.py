"""The life of one generated story, as the rows that the actions would have written.

Each method does what the action of its name does, on rows in place of objects. The invariants hold it to that.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from editorial import calendar, clock
from editorial.actions.texts import digest_of
from editorial.demo.house import Desk, Sender, Who
from editorial.demo.ledger import Ledger, Row
from editorial.models import Appeal, Correction, Decision, Manuscript, Publication, Story, StoryAuthor, Version
from editorial.terms import Duty, State, Verdict
from editorial.workflow import Standing, standing

RETURNS = ("请补充事实来源和采访对象的确认。", "标题与正文不符，请修改。", "数字前后不一致，请核对后重报。",
           "时间、地点请写具体。")
REJECTIONS = ("与近期刊发的内容重复。", "时效已过。", "内容单薄，不足以成稿。", "不在本报报道范围。")
SUMMARIES = ("补充了来源", "改了标题", "核对并统一了数字", "写明了时间和地点")
HOLD = timedelta(minutes=5)


@dataclass(frozen=True)
class Body:
    """A text of the pool, with what is made from it."""

    html: str
    text: str
    characters: int


class Time:
    """Working time of one story: goes on by minutes, skips nights and weekends, and never passes `end`."""

    def __init__(self, start: datetime, end: datetime, chance: random.Random) -> None:
        self.now, self.end, self.chance = start, end, chance

    def go_on(self, most: int) -> datetime:
        """Up to `most` working minutes later."""
        later = (self.now + timedelta(minutes=self.chance.randrange(5, most))).astimezone(clock.zone())
        if later.hour >= 18 or later.hour < 9:
            days = 1 if later.hour >= 18 else 0
            later = later.replace(hour=9, minute=self.chance.randrange(60)) + timedelta(days=days)
        if later.weekday() > 4:
            later += timedelta(days=7 - later.weekday())
        self.now = max(self.now, min(later.astimezone(UTC), self.end))
        return self.now


@lru_cache(maxsize=4096)
def _due(day: datetime, days: int) -> datetime:
    return calendar.due(day, days, clock.zone())


class Tale:
    """One manuscript of a story, at one office."""

    def __init__(self, ledger: Ledger, chance: random.Random, sender: Sender, desk: Desk, authors: tuple[Who, ...],
                 time: Time) -> None:
        self.ledger, self.chance, self.sender, self.desk = ledger, chance, sender, desk
        self.authors, self.time = authors, time
        self.signed: dict[tuple[int, str], Who] = {}
        self.passed: set[tuple[int, str]] = set()
        self.readers: dict[int, Who] = {}
        self.state = State.DRAFT
        self.at = Standing(State.DRAFT)
        self.row: Row = {}
        self.version: Row = {}
        self.written: Row = {}

    # How it comes to be

    def begin(self, title: str, body: Body, genre_id: int, urgent: bool) -> None:
        """A story and its first draft."""
        now = self.time.now
        story_id = self.ledger.add(Story, {"unit_id": self.sender.id, "created_by_id": self.authors[0].id,
                                           "created_at": now})
        for position, author in enumerate(self.authors, 1):
            self.ledger.rows[StoryAuthor].append(
                {"story_id": story_id, "person_id": author.id, "position": position})
        self._manuscript(story_id, genre_id, urgent, wanted=[self.desk.id])
        self._version(title, body, "author", self.authors[0])
        self._event("create", self.authors[0], before="", digest="")

    def beside(self, first: Tale) -> None:
        """The story's second manuscript, with the text that the unit has signed; it enters this office at once."""
        self._manuscript(first.row["story_id"], first.row["genre_id"], first.row["urgent"], wanted=[])
        self.signed = dict(first.signed)
        source = first.written
        self._version(source["title"], Body(source["html"], source["text"], source["characters"]), "author",
                      self.authors[0])
        self._event("create", self.authors[0], before="", digest="", data={"from": first.row["code"]})
        self.submit({"from": first.row["code"]})

    def _manuscript(self, story_id: int, genre_id: int, urgent: bool, wanted: list[int]) -> None:
        now = self.time.now
        self.row = {
            "code": self.ledger.next_code(now.astimezone(clock.zone()).year),
            "story_id": story_id, "unit_id": self.sender.id,
            "office_id": None, "wanted_offices": wanted, "genre_id": genre_id, "urgent": urgent, "is_original": True,
            "title": "", "state": State.DRAFT.value, "final": State.DRAFT.value, "ruleset_id": None, "chain": [],
            "signoff_unit_id": None, "stage_id": None, "assignee_id": None, "round": 1, "first_round": 1,
            "version_id": None, "author_version_id": None, "cleared_version_id": None, "last_decision_id": None,
            "public_reason": "", "waiting_since": now, "due_at": None, "submitted_at": None, "entered_at": None,
            "accepted_at": None, "published_at": None, "closed_at": None, "created_at": now, "updated_at": now,
            "revision": 1}
        self.ledger.add(Manuscript, self.row)

    def _version(self, title: str, body: Body, origin: str, who: Who, note: str = "") -> None:
        now = self.time.now
        byline = "通讯员 " + " ".join(author.name for author in self.authors)
        row: Row = {
            "manuscript_id": self.row["id"], "number": self.version.get("number", 0) + 1, "title": title,
            "byline": byline, "html": body.html, "text": body.text, "characters": body.characters, "pictures": [],
            "digest": digest_of(title, byline, body.html, [], None), "origin": origin, "made_by_id": who.id,
            "note": note, "original_sha256": None, "created_at": now, "submitted_at": None, "entered_at": None}
        self.row["version_id"] = self.ledger.add(Version, row)
        self.version = row
        if origin == "author":
            self.written, self.row["author_version_id"] = row, row["id"]
        self.row["title"] = title

    # What every act ends with

    def _event(self, kind: str, who: Who | None, *, before: str | None = None, digest: str | None = None,
               **fields: object) -> None:
        self.ledger.event(kind, who, self.time.now, manuscript_id=self.row["id"], office_id=self.row["office_id"],
                          **{"role": "author", "place": self.sender.name,
                             "digest": self.version["digest"] if digest is None else digest,
                             "before": self.state.value if before is None else before,
                             "after": self.row["final"], **fields})
        self.state = State(self.row["final"])
        self.row["updated_at"] = self.time.now
        self.row["revision"] += 1

    def _wait(self, days: int | None) -> None:
        now = self.time.now
        self.row["waiting_since"] = now
        self.row["due_at"] = None if days is None else _due(
            now.replace(minute=0, second=0, microsecond=0),
            min(days, self.desk.times.urgent) if self.row["urgent"] else days)

    def settle(self) -> None:
        """Put it where `workflow.standing` says, as `steps.settle` does."""
        row, now = self.row, self.time.now
        self.at = standing(
            row["chain"], {unit for unit, digest in self.signed if digest == self.written["digest"]},
            [stage.id for stage in self.desk.stages],
            {stage for stage, digest in self.passed if digest == self.version["digest"]})
        published = self.state is State.PUBLISHED
        row["final"] = State.PUBLISHED.value if published else self.at.state.value
        row["signoff_unit_id"], row["stage_id"] = self.at.unit_id, self.at.stage_id
        row["closed_at"] = None
        known = self.readers.get(self.at.stage_id or 0)
        row["assignee_id"] = known.id if known else None
        stage = next((stage for stage in self.desk.stages if stage.id == self.at.stage_id), None)
        if self.at.state is State.IN_REVIEW:
            row["entered_at"] = row["entered_at"] or now
            self.version["submitted_at"] = self.version["submitted_at"] or now
            self.version["entered_at"] = self.version["entered_at"] or now
        if self.at.state is State.ACCEPTED:
            row["cleared_version_id"] = self.version["id"]
            row["accepted_at"] = row["accepted_at"] or now
        elif not published:
            row["cleared_version_id"] = row["accepted_at"] = None
        self._wait(stage.days if stage else self.desk.times.days[Duty.SIGN] if self.at.unit_id else
                   None if published else self.desk.times.days[Duty.PUBLISH])

    def _leave(self, state: State) -> None:
        self.row["final"] = state.value
        self.row["signoff_unit_id"] = self.row["stage_id"] = self.row["assignee_id"] = None
        self.row["closed_at"] = None if state is State.RETURNED else self.time.now
        self._wait(self.desk.times.days[Duty.REVISE] if state is State.RETURNED else None)

    # The author's acts

    def submit(self, data: Row | None = None) -> None:
        """Send it to its office; it waits for a signature, or is read at once where there is none due."""
        now = self.time.now
        self.row["office_id"], self.row["ruleset_id"] = self.desk.id, self.desk.ruleset_id
        self.row["chain"] = [unit for unit, _, _ in self.sender.chain]
        self.row["submitted_at"] = self.version["submitted_at"] = now
        self.settle()
        self._event("submit", self.authors[0], data={"office": self.desk.name, "version": 1, **(data or {})})

    def revise(self, title: str, body: Body) -> None:
        """Change it as was asked, and send it again."""
        self._version(title, body, "author", self.authors[0])
        self._event("save", self.authors[0], data={"version": self.version["number"]})
        self.time.go_on(300)
        self.version["submitted_at"] = self.time.now
        self.row["round"] += 1
        self.row["last_decision_id"] = None
        self.settle()
        self._event("resubmit", self.authors[0],
                    data={"summary": self.chance.choice(SUMMARIES), "version": self.version["number"]})

    def withdraw(self) -> None:
        self.row["last_decision_id"] = None
        self._leave(State.WITHDRAWN)
        self._event("withdraw", self.authors[0], reason="活动安排有变，撤回本稿。")

    # Readings

    def read(self, verdict: Verdict) -> None:
        """Whoever is due reads it: signs or passes, returns, or rejects."""
        who, place, role = self._reader()
        reason = "" if verdict is Verdict.PASS else self.chance.choice(
            RETURNS if verdict is Verdict.RETURN else REJECTIONS)
        stage = next((stage for stage in self.desk.stages if stage.id == self.at.stage_id), None)
        now = self.time.now
        decision_id = self.ledger.add(Decision, {
            "manuscript_id": self.row["id"], "story_id": self.row["story_id"], "version_id": self.version["id"],
            "digest": self.version["digest"], "round": self.row["round"], "unit_id": self.at.unit_id,
            "stage_id": self.at.stage_id, "verdict": verdict.value, "person_id": who.id, "reason": reason,
            "checklist": stage.answers if stage and verdict is Verdict.PASS else {}, "decided_at": now,
            "hold_until": now + HOLD, "undone_at": None})
        if verdict is Verdict.PASS:
            if self.at.unit_id is not None:
                self.signed[self.at.unit_id, self.version["digest"]] = who
            elif self.at.stage_id is not None:
                self.passed.add((self.at.stage_id, self.version["digest"]))
            self.settle()
        else:
            self._leave(State.RETURNED if verdict is Verdict.RETURN else State.REJECTED)
        self.row["last_decision_id"] = decision_id
        kind = {Verdict.PASS: "pass" if stage else "sign-off"}.get(verdict, verdict.value)
        self._event(kind, who, role=role, place=place, reason=reason, data={"decision_id": decision_id})
        if stage and verdict is Verdict.PASS and self.at.state is State.ACCEPTED:
            self._event("clear", None, role="", place="", data={"version": self.version["number"]})

    def claim(self) -> None:
        """A reader of the stage takes it from the desk."""
        stage = next(stage for stage in self.desk.stages if stage.id == self.at.stage_id)
        busy = {*self.authors, *self.signed.values(), *self.readers.values()}
        who = self.chance.choice([reader for reader in stage.readers if reader not in busy])
        self.readers[stage.id] = who
        self.row["assignee_id"] = who.id
        self._event("claim", who, role="reviewer", place=stage.title)

    def _reader(self) -> tuple[Who, str, str]:
        """Who reads it where it is: one person a station, all the way; with the place and the party's name."""
        if self.at.unit_id is not None:
            name, able = next((name, able) for unit, name, able in self.sender.chain if unit == self.at.unit_id)
            before = {who for (unit, _), who in self.signed.items() if unit != self.at.unit_id}
            known = [who for (unit, _), who in self.signed.items() if unit == self.at.unit_id]
            return (known or [who for who in able if who not in before and who not in self.authors])[0], name, "signer"
        stage = next(stage for stage in self.desk.stages if stage.id == self.at.stage_id)
        if stage.id not in self.readers:
            self.claim()
            self.time.go_on(200)
        return self.readers[stage.id], stage.title, "holder"

    def edit(self, title: str, body: Body) -> None:
        """Whoever reads it at its stage changes the text; the earlier stages confirm."""
        who, place, role = self._reader()
        self.row["last_decision_id"] = None
        self._version(title, body, "editor", who)
        self.version["submitted_at"] = self.version["entered_at"] = self.time.now
        self.settle()
        self._event("edit", who, role=role, place=place, data={"version": self.version["number"]})

    # What happens to what is cleared, and to what is rejected

    def publish(self, number: int) -> None:
        """It comes out on the office's channel of this number."""
        channel_id, channel, place = self.desk.channels[number]
        now, row = self.time.now, self.row
        address = "" if place else f"https://news.example/{row['code']}/{number}"
        self.ledger.add(Publication, {
            "manuscript_id": row["id"], "version_id": self.version["id"], "digest": self.version["digest"],
            "channel_id": channel_id, "published_at": now, "address": address, "place": place,
            "headline": "", "recorded_by_id": self.desk.publisher.id, "recorded_at": now})
        row["final"], row["last_decision_id"] = State.PUBLISHED.value, None
        row["published_at"] = row["published_at"] or now
        self._wait(None)
        self._event("publish", self.desk.publisher, role="publisher", place=self.desk.name,
                    data={"channel": channel, "address": address, "place": place,
                          "version": self.version["number"]})

    def correct(self, title: str, body: Body) -> None:
        """The chief editor puts a corrected text forward; every stage reads it, and it holds."""
        note = "文中一处数字有误，现予更正。"
        self._version(title, body, "correction", self.desk.chief, note)
        now = self.version["submitted_at"] = self.version["entered_at"] = self.time.now
        correction: Row = {"manuscript_id": self.row["id"], "version_id": self.version["id"], "note": note,
                           "made_by_id": self.desk.chief.id, "made_at": now, "outcome": "effective",
                           "closed_at": now}
        self.ledger.add(Correction, correction)
        self.row["round"] += 1
        self.row["first_round"] = self.row["round"]
        self.settle()
        self._event("correct", self.desk.chief, role="chief", place=self.desk.name, reason=note,
                    data={"version": self.version["number"]})
        while self.at.state is State.IN_REVIEW:
            self.time.go_on(300)
            self.read(Verdict.PASS)
        correction["closed_at"] = self.time.now

    def retract(self) -> None:
        self.row["public_reason"] = "主要事实有误，现予撤回。"
        self._leave(State.RETRACTED)
        self._event("retract", self.desk.chief, role="chief", place=self.desk.name,
                    reason=self.row["public_reason"])

    def appeal(self, is_heard: bool) -> None:
        """The author appeals against the office's rejection; where it is heard, it is upheld."""
        grounds = "稿件内容与已刊发的不同，可提供采访记录。"
        appeal: Row = {
            "manuscript_id": self.row["id"], "decision_id": self.row["last_decision_id"], "grounds": grounds,
            "made_by_id": self.authors[0].id, "made_at": self.time.now, "heard_by_id": None, "heard_at": None,
            "outcome": None, "reason": ""}
        self.ledger.add(Appeal, appeal)
        self.row["last_decision_id"] = None
        self._wait(self.desk.times.days[Duty.HEAR])
        self._event("appeal", self.authors[0], reason=grounds)
        if is_heard:
            self.time.go_on(2000)
            appeal |= {"heard_by_id": self.desk.chief.id, "heard_at": self.time.now, "outcome": "upheld",
                       "reason": "复核后维持原意见。"}
            self._wait(None)
            self._event("uphold", self.desk.chief, role="chief", place=self.desk.name, reason=appeal["reason"])
