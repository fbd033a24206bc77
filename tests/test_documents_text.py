"""Plain text, 字数, normal form and digest of clean HTML."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.documents import clean, count_characters, digest, normalise, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>题</h2><p>甲<br>乙</p><ul><li>丙<ul><li>丁</li></ul></li></ul>", "题\n甲\n乙\n丙\n丁"),
        ("<table><tbody><tr><td><p>甲</p><p>乙</p></td><td>丙</td></tr><tr><td></td><td>丁</td></tr></tbody></table>",
         "甲 乙\t丙\n\t丁"),
        ("<table><tbody><tr><td>甲<table><tbody><tr><td>乙</td><td>丙</td></tr></tbody></table></td></tr></tbody></table>",
         "甲 乙 丙"),
        ("<p>a &lt;b&gt; &amp;  c</p>\n<p> </p>", "a <b> & c"),
        ("", ""),
    ],
)
def test_plain_text_is_a_line_for_each_block_with_tabs_between_cells(html: str, text: str) -> None:
    assert plain_text(html) == text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("武汉市", 3),
        ("武汉，你好！“引号”——破折号……", 17),
        ("2026年11月25日", 6),
        ("COVID-19疫苗3.5万支", 6),
        ("it's good.", 2),
        ("ＡＢ１", 3),
        ("𠮷野家 \u3000\n\t", 3),
        ("カタカナ 한글", 6),
        ("é e\u0301", 2),
        ("", 0),
    ],
)
def test_characters_are_counted_as_editors_count(text: str, count: int) -> None:
    assert count_characters(text) == count


@given(st.text(), st.text())
def test_lines_count_by_themselves(one: str, other: str) -> None:
    assert count_characters(f"{one}\n{other}") == count_characters(one) + count_characters(other)


@given(st.text())
def test_the_normal_form_is_final_and_knows_one_line_end(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert normalise(text.replace("\n", "\r\n")) == once or "\r" in text
    assert all(line == line.rstrip() for line in once.split("\n"))


def test_the_digest_ignores_form_and_sees_everything_else() -> None:
    html = "<p>武汉 \n caf\u00e9</p>\n<p><strong>甲</strong></p>"
    picture = ("a" * 64, "图一", "张三")
    first = digest("题", "张三", html, [picture], ["b" * 64])
    assert first == digest(
        "题 ", "张三\r\n", "<p>武汉 cafe\u0301 </p><p> <strong>甲</strong></p>", [picture], ["b" * 64]
    )
    others = [
        digest("题二", "张三", html, [picture], ["b" * 64]),
        digest("题", "李四", html, [picture], ["b" * 64]),
        digest("题", "张三", html.replace("strong", "em"), [picture], ["b" * 64]),
        digest("题", "张三", html.replace("甲", "乙"), [picture], ["b" * 64]),
        digest("题", "张三", html, [("a" * 64, "图一", "李四")], ["b" * 64]),
        digest("题", "张三", html, [("a" * 64, "图一张三", "")], ["b" * 64]),
        digest("题", "张三", html, [], ["b" * 64]),
        digest("题", "张三", html, [picture], []),
        digest("题张三", "", html, [picture], ["b" * 64]),
    ]
    assert len({first, *others}) == len(others) + 1


def test_the_digest_is_what_it_was_when_the_first_text_was_signed() -> None:
    known = (
        '{"byline":"\\u5f20\\u4e09","files":[],"form":1,"pictures":[],"text":["<p>","\\u7532","</p>"],'
        '"title":"\\u9898"}'
    )
    assert digest("题", "张三", "<p>甲</p>") == hashlib.sha256(known.encode()).hexdigest()


@given(st.lists(st.sampled_from(["<p>", "</p>", "甲", "&lt;p&gt;", " ", "<strong>", "</strong>"]), max_size=12))
def test_text_that_looks_like_markup_is_not_taken_for_it(parts: list[str]) -> None:
    html = clean("".join(parts))
    escaped = clean(html.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    if "<" in html:
        assert digest("", "", html) != digest("", "", escaped)
