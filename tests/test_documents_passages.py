"""Passages: found by their words, followed into a changed text, and marked in its HTML."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given

from editorial.documents import clean
from editorial.documents.compare import Text
from editorial.documents.passages import Passage, TooLarge, follow, marked, paragraphs, passage
from tests.test_documents_clean import ANY_HTML

BEFORE = Text("江滩芦苇节今起开幕", "本报讯", clean(
    "<p>汉口江滩的芦苇又白了，岸边的人慢慢多起来。</p><p>今年的芦苇节共有十二项活动，其中四项在夜间。</p>"
    "<table><tr><td>日期</td><td>活动</td></tr><tr><td>十一月二十日</td><td>芦苇画展</td></tr></table>"
    "<p>活动免费，不用预约。</p>"))


def after(html: str, title: str = BEFORE.title) -> Text:
    return Text(title, BEFORE.byline, clean(html))


def one(quote: str, paragraph: int) -> Passage:
    found = passage(BEFORE, paragraph, quote)
    assert found and found.quote == quote
    return found


def test_paragraphs_are_counted_with_the_title_first_and_a_row_of_a_table_as_one() -> None:
    assert paragraphs(BEFORE) == [
        "江滩芦苇节今起开幕", "汉口江滩的芦苇又白了，岸边的人慢慢多起来。",
        "今年的芦苇节共有十二项活动，其中四项在夜间。",
        "日期\t活动", "十一月二十日\t芦苇画展", "活动免费，不用预约。"]


def test_words_are_found_whatever_spaces_a_selection_brings_and_the_nearest_ones_count() -> None:
    assert passage(BEFORE, 4, "十一月二十日 \n 芦苇") == Passage(4, 0, 9, "十一月二十日\t芦苇")
    twice = Text("", "", "<p>芦苇白，芦苇黄，芦苇红。</p>")
    assert [passage(twice, 1, "芦苇", near) for near in (0, 5, 99)] == [
        Passage(1, start, start + 2, "芦苇") for start in (0, 4, 8)]


def test_words_that_do_not_stand_there_mean_the_whole_paragraph_and_there_is_none_beyond_the_last() -> None:
    assert passage(BEFORE, 5, "要预约") == passage(BEFORE, 5) == Passage(5, 0, 10, "活动免费，不用预约。")
    assert passage(BEFORE, 6) is None
    assert passage(BEFORE, -1) is None


def test_a_passage_follows_its_paragraph_down_the_page_and_through_changes_around_it() -> None:
    text = after("<p>新的第一段，说的是别的事情。</p><p>汉口江滩的芦苇又白了，岸边的人慢慢多起来。</p>"
                 "<p>主办方介绍，今年的芦苇节共有十二项活动，其中五项在夜间。</p>")
    found = follow(BEFORE, text, [one("共有十二项活动", 2)])[0]
    assert found and not found.changed
    assert paragraphs(text)[3][found.passage.start:found.passage.end] == "共有十二项活动"
    assert found.passage.paragraph == 3


def test_of_words_that_stand_twice_the_passage_keeps_its_own() -> None:
    before = Text("", "", "<p>芦苇节免费，晚上的芦苇节也免费。</p><p>另一段说的是交通。</p>")
    text = Text("", "", "<p>另一段说的是交通，再写长一些，不像。</p><p>通知：芦苇节免费，晚上的芦苇节也免费。完</p>")
    found = follow(before, text, [Passage(1, 9, 12, "芦苇节")])[0]
    assert found and paragraphs(text)[2][:found.passage.start].endswith("晚上的")
    gone = Text("", "", "<p>另一段说的是交通。</p><p>汉口江滩人多。</p>")
    other = Text("", "", "<p>汉口江滩的芦苇白了。</p><p>另一段说的是交通。</p><p>汉口江滩人多。</p>")
    assert follow(other, gone, [Passage(1, 0, 4, "汉口江滩")]) == [None], "those that are left are others"


def test_a_passage_whose_words_were_changed_says_so_and_one_that_was_taken_out_is_gone() -> None:
    text = after("<p>汉口江滩的芦苇又白了，岸边的人慢慢多起来。</p><p>今年的芦苇节共有十五项活动。</p>")
    passages = [one("共有十二项活动", 2), one("其中四项在夜间", 2), one("芦苇节今起", 0)]
    changed, gone, title = follow(BEFORE, text, passages)
    assert changed and changed.changed
    assert changed.passage.quote == "共有十五项活动"
    assert gone is None
    assert title and title.passage.paragraph == 0


def test_what_took_the_place_of_its_first_or_last_words_belongs_to_it() -> None:
    text = after("<p>汉口江滩的芦苇又白了，岸边的人慢慢多起来。</p><p>本届芦苇节共有十二项活动，其中四项在早晨。</p>")
    first, last = follow(BEFORE, text, [one("今年的芦苇节", 2), one("其中四项在夜间", 2)])
    assert first and last
    assert (first.passage.quote, last.passage.quote) == ("本届芦苇节", "其中四项在早晨")


def test_words_that_moved_into_another_paragraph_are_found_there() -> None:
    split = after("<p>今年的芦苇节共有十二项活动。</p><p>其中四项在夜间，汉口江滩的芦苇又白了。</p>")
    found = follow(BEFORE, split, [one("其中四项在夜间", 2)])[0]
    assert found and (found.passage.paragraph, found.changed) == (2, False)


def test_a_moved_paragraph_takes_its_passages_along() -> None:
    text = after("<p>活动免费，不用预约。</p><p>今年的芦苇节共有十二项活动，其中四项在夜间。</p>"
                 "<p>汉口江滩的芦苇又白了，岸边的人慢慢多起来。</p>")
    found = follow(BEFORE, text, [one("岸边的人", 1)])[0]
    assert found and (found.passage.paragraph, found.changed) == (3, False)


def test_in_texts_too_large_to_be_compared_no_passage_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    text, passages = after("<p>岸边的人慢慢多起来。</p>"), [one("岸边的人", 1)]
    monkeypatch.setattr(sys.modules["editorial.documents.compare"], "MOST_UNITS", 6)
    assert follow(BEFORE, text, passages) != [None]
    monkeypatch.setattr(sys.modules["editorial.documents.compare"], "MOST_UNITS", 5)
    with pytest.raises(TooLarge):
        follow(BEFORE, text, passages)


def test_a_whole_paragraph_that_was_reworded_is_still_the_paragraph() -> None:
    text = after("<p>汉口江滩的芦苇又白了，岸边的人慢慢多起来。</p><p>今年的芦苇节共有九项活动，四项在夜里。</p>")
    whole = passage(BEFORE, 2)
    assert whole is not None
    found = follow(BEFORE, text, [whole])[0]
    assert found and found.changed
    assert found.passage.quote == "今年的芦苇节共有九项活动，四项在夜里。"


def test_marks_stand_around_the_very_words_across_elements_and_overlaps() -> None:
    html = "<p>芦苇<strong>又白</strong>了 &lt;真的&gt;</p><ul><li>第二</li></ul>"
    text = Text("", "", html)
    first, second = passage(text, 1, "苇又白"), passage(text, 1, "白了<真")
    assert first and second
    assert marked(html, [(7, first), (9, second)]) == (
        '<p><span class="para" id="p1"></span>芦<mark class="passage" data-remarks="7">苇</mark><strong>'
        '<mark class="passage" data-remarks="7">又</mark><mark class="passage" data-remarks="7 9">白</mark>'
        '<sup class="to-remark"><a href="#remark-7">1</a></sup></strong>'
        '<mark class="passage" data-remarks="9">了 &lt;真</mark>'
        '<sup class="to-remark"><a href="#remark-9">2</a></sup>的&gt;</p>'
        '<ul><li><span class="para" id="p2"></span>第二</li></ul>')


def test_within_a_link_no_other_link_stands() -> None:
    html = '<p>见<a href="https://example.org/" rel="noopener noreferrer">这里的说明</a>。</p>'
    there = passage(Text("", "", html), 1, "这里")
    assert there and "to-remark" not in marked(html, [(1, there)])


def test_a_text_in_another_unicode_form_is_marked_as_a_whole() -> None:
    html = "<p>cafe\u0301 在江边</p>"
    there = passage(Text("", "", html), 1, "江边")
    assert there and 'data-remarks="1">cafe\u0301 在江边</mark>' in marked(html, [(1, there)])


@given(ANY_HTML)
def test_marking_adds_addresses_and_changes_nothing_else(html: str) -> None:
    html = clean(html)
    everything = [(n, found) for n in range(1, 40) if (found := passage(Text("", "", html), n))]
    bare = re.sub(r'<sup class="to-remark">.*?</sup>', "", marked(html, everything))
    bare = re.sub(r'<span class="para" id="p\d+"></span>|<mark class="passage" data-remarks="[\d ]*">([^<]*)</mark>',
                  r"\1", bare)
    assert bare == html
