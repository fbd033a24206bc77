"""Hints on typography and language: each rule finds what is wrong, leaves what is meant, and its remedy is one edit."""

from __future__ import annotations

import pytest
from hypothesis import given

from editorial.documents import applied, clean, count_characters, count_words_only, hints, plain_text, reading_minutes
from tests.test_documents_clean import ANY_HTML

LONG = "汉口江滩的芦苇又白了，岸边散步的人慢慢多起来，孩子们跑在前面，大人跟在后面"


def kinds(text: str, title: str = "") -> list[str]:
    return [hint.kind for hint in hints(title, clean("".join(f"<p>{line}</p>" for line in text.split("\n"))))]


@pytest.mark.parametrize(("text", "kind", "better"), [
    ("今天,江滩开放。", "half-width", "今天，江滩开放。"),
    ("他说:“来了。”", "half-width", "他说：“来了。”"),
    ("江滩开放.", "half-width", "江滩开放。"),
    ("主办方(市园林局)介绍。", "half-width-pair", "主办方（市园林局）介绍。"),
    ('这叫"江滩芦苇"。', "straight-quotes", "这叫“江滩芦苇”。"),
    ("共有１２项。", "full-width-latin", "共有12项。"),
    ("共有1，200人。", "thousands", "共有1,200人。"),
    ("他想了想...没有说。", "ellipsis", "他想了想……没有说。"),
    ("江滩，，很美。", "doubled-mark", "江滩，很美。"),
    ("江滩很美，。", "doubled-mark", "江滩很美。"),
    (LONG + " 一直走到江边。", "space", LONG + "一直走到江边。"),
    ("2026年十一月三日开幕。", "mixed-date", "2026年11月3日开幕。"),
    ("二○二六年开工。", "year-zero", "二〇二六年开工。"),
    ("占5-10%左右。", "percent-range", "占5%-10%左右。"),
    ("要等3、4天。", "about", "要等三四天。"),
    ("优美的的风景。", "doubled", "优美的风景。"),
    ("他们已经已经到了。", "doubled", "他们已经到了。"),
    ("下载APP，打开APP，退出App。", "two-ways", "下载APP，打开APP，退出APP。"),
])
def test_each_is_found_and_its_remedy_is_one_click(text: str, kind: str, better: str) -> None:
    html = clean(f"<p>{text}</p>")
    found = hints("", html)
    assert [hint.kind for hint in found] == [kind]
    assert found[0].before + found[0].better + found[0].after in better
    assert plain_text(applied("", html, found[0].key)[1]) == better
    assert hints("", applied("", html, found[0].key)[1]) == []


@pytest.mark.parametrize(("text", "kind"), [
    ("他说：“来了。", "unclosed"), ("他说来了。”", "unopened"), ("《江滩新闻", "unclosed"),
    ("26年3月开工。", "short-year"), ("大约300多人到场。", "about-twice"),
    ("记者李晓明报道。记者李晓明、通讯员李小明摄。", "two-names"),
])
def test_what_has_no_sure_remedy_is_only_named(text: str, kind: str) -> None:
    html = clean(f"<p>{text}</p>")
    (hint,) = hints("", html)
    assert (hint.kind, hint.edits) == (kind, ())
    assert applied("题", html, hint.key) == ("题", html)


@pytest.mark.parametrize("text", [
    "会议10:30开始，比分3:2，见 https://example.org/a,b 一文。", "Wuhan, the city (of rivers).", "他的的确确来过。",
    "为了了解情况，参与与否、目的的确定，是是非非，但是是真的。", "（一）总则\n1）范围\na）术语", "历时20年3个月。",
    "第3、4组和1、2号线，三、四年级。", "占5%～10%。", "“第一段。\n“第二段。”", "他说：“甲。\n乙。”",
    "张 三 李 四 王 五", "本报讯（记者 何晓晴 通讯员 丁一舟）" + LONG + "。", "1998，2008，2018三年。",
    "真的吗？！太好了！！", "……", "Ⅷ型 5\" 屏", "The river and the city", "武汉的App很多，app也可以。", "",
])
def test_what_is_meant_is_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_a_title_is_looked_through_as_well_but_its_spaces_are_meant() -> None:
    assert kinds("文。", "清晨大雾 轮渡推迟") == []
    (hint,) = hints("江滩(汉口段)开放", "<p>文。</p>")
    assert hint.paragraph == 0
    assert applied("江滩(汉口段)开放", "<p>文。</p>", hint.key) == ("江滩（汉口段）开放", "<p>文。</p>")


def test_a_remedy_keeps_the_elements_around_and_touches_one_place() -> None:
    html = clean("<p>甲,<strong>乙,</strong>丙</p><table><tr><td>丁</td><td>戊(己<em>庚</em>)</td></tr></table>")
    first, second, pair = hints("", html)
    assert applied("", html, second.key)[1] == html.replace("乙,", "乙，")
    assert applied("", html, pair.key)[1] == html.replace("(", "（").replace(")", "）")
    assert applied("", html, "half-width.9.9") == ("", html)
    assert first.key != second.key


@given(ANY_HTML)
def test_any_text_is_looked_through_and_any_hint_applies(html: str) -> None:
    html = clean(html)
    for hint in hints("题", html):
        title, changed = applied("题", html, hint.key)
        assert clean(changed) == changed
        assert (title, changed) != ("题", html) or not hint.edits or hint.better == hint.found


def test_length_with_and_without_punctuation_and_the_time_to_read_it() -> None:
    text = "江滩“芦苇节”，COVID-19之后第3.5次。"
    assert (count_characters(text), count_words_only(text)) == (15, 11)
    assert [reading_minutes(count) for count in (0, 399, 1000, 1832)] == [1, 1, 2, 5]
