"""Two texts compared: what changed, moved, came and went; both texts can be read from the rows."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.documents import Comparison, Row, Text, cells, clean, compare, foldable
from editorial.documents.units import units
from tests.data.html import PICTURE

LONG = "第二段文字在这里，写得很长很长，长到可以认得出来。"


def html_of(*paragraphs: str) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def body(before: str, after: str) -> Comparison:
    return compare(Text("", "", before), Text("", "", after))


def side(found: Comparison, which: str) -> list[tuple[str, str]]:
    """One of the two texts, as its rows tell it."""
    rows = [(row.what, getattr(row, which)) for row in found.rows]
    return [(what, "".join(piece.text for piece in pieces)) for what, pieces in rows if pieces]


PARAGRAPHS = st.lists(
    st.text("甲乙丙丁 ab", min_size=1, max_size=6) | st.sampled_from([LONG, LONG[:-3] + "了", "武汉天气晴。" * 3]),
    max_size=8,
)
ROWS = st.lists(st.text("甲乙1", max_size=3).map("<td>{}</td>".format), min_size=2, max_size=3).map("".join)
TABLES = st.lists(ROWS.map("<tr>{}</tr>".format), max_size=3).map("".join).map("<table>{}</table>".format)
HTML = st.builds(
    lambda one, table, other: clean(html_of(*one) + table + html_of(*other)), PARAGRAPHS, TABLES, PARAGRAPHS
)


@settings(max_examples=150, deadline=None)
@given(HTML, HTML)
def test_the_rows_tell_both_texts_exactly(before: str, after: str) -> None:
    found = body(before, after)
    assert [text for _, text in side(found, "before")] == [unit.text for unit in units(before)]
    assert [text for _, text in side(found, "after")] == [unit.text for unit in units(after)]
    for row in found.rows:
        common = ["".join(piece.text for piece in pieces if piece.op == "same") for pieces in (row.before, row.after)]
        assert row.kind in ("added", "removed", "moved") or common[0] == common[1]
        assert {piece.op for piece in row.before} <= {"same", "removed"}
        assert {piece.op for piece in row.after} <= {"same", "added"}
        assert (row.kind == "moved") == (row.partner is not None)
        if row.partner is not None:
            assert found.rows[row.partner].partner == found.rows.index(row) or row in found.rows[: row.partner + 1]


@settings(max_examples=60, deadline=None)
@given(HTML)
def test_a_text_does_not_differ_from_itself(html: str) -> None:
    found = body(html, html)
    assert (found.changes, found.added, found.removed) == (0, 0, 0)
    assert {row.kind for row in found.rows} <= {"same"}


def test_changed_characters_are_found_inside_a_paragraph() -> None:
    found = body(html_of("武汉市今天天气晴朗。"), html_of("武汉市昨天天气晴。"))
    (row,) = found.rows
    assert row.kind == "changed"
    assert [(piece.op, piece.text) for piece in row.before] == [
        ("same", "武汉市"), ("removed", "今"), ("same", "天天气晴"), ("removed", "朗"), ("same", "。")
    ]  # fmt: skip
    assert [(piece.op, piece.text) for piece in row.after] == [
        ("same", "武汉市"), ("added", "昨"), ("same", "天天气晴。")
    ]  # fmt: skip
    assert (found.added, found.removed, found.changes) == (1, 2, 1)


def test_scattered_equal_characters_do_not_break_up_a_change() -> None:
    (row,) = body(html_of("开头一样，甲乙的丙丁戊，结尾一样"), html_of("开头一样，子丑的寅卯辰，结尾一样")).rows
    assert [piece.op for piece in row.before] == ["same", "removed", "same"]


def test_a_moved_paragraph_is_known_at_both_places() -> None:
    found = body(html_of(LONG, "甲。", "乙。"), html_of("甲。", "乙。", LONG))
    assert [row.kind for row in found.rows] == ["moved", "same", "same", "moved"]
    assert (found.rows[0].partner, found.rows[3].partner, found.rows[0].after, found.rows[3].before) == (3, 0, (), ())
    assert (found.added, found.removed, found.changes) == (0, 0, 1)


def test_a_paragraph_that_moved_and_changed_shows_the_change() -> None:
    found = body(html_of(LONG, "甲甲甲。", "乙乙乙。"), html_of("甲甲甲。", "乙乙乙。", LONG.replace("文字", "话")))
    assert [row.kind for row in found.rows] == ["moved", "same", "same", "moved"]
    assert (found.added, found.removed) == (1, 2)


def test_tables_are_compared_cell_by_cell() -> None:
    table = "<table><tbody><tr><td>甲</td><td>一二三</td></tr><tr><td>{}</td><td>五</td></tr></tbody></table>"
    found = body(table.format("四"), table.format("肆"))
    assert [row.kind for row in found.rows] == ["same", "changed"]
    assert [(piece.op, piece.text) for piece in found.rows[1].after] == [("added", "肆"), ("same", "\t五")]
    wider = body("<table><tr><td>甲</td></tr></table>", "<table><tr><td>甲</td><td>乙</td></tr></table>")
    assert [(piece.op, piece.text) for piece in wider.rows[0].after] == [("same", "甲"), ("added", "\t乙")]


def test_pictures_are_compared_by_what_they_are() -> None:
    one, other = (f'<p>文<img src="pictures/{letter * 64}" alt=""></p>' for letter in "ab")
    assert [(row.kind, row.what) for row in body(one, one).rows] == [("same", "p"), ("same", "picture")]
    assert [row.kind for row in body(one, other).rows] == ["same", "removed", "added"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>甲乙</p>", "<h2>甲乙</h2>"),
        ("<p>甲乙</p>", "<p><strong>甲乙</strong></p>"),
        ("<p><strong>甲</strong>乙</p>", "<p>甲<strong>乙</strong></p>"),
        ('<p><a href="http://a.example">甲</a></p>', '<p><a href="http://b.example">甲</a></p>'),
    ],
)
def test_a_change_of_form_only_is_a_change(before: str, after: str) -> None:
    found = body(before, after)
    assert [row.kind for row in found.rows] == ["changed"]
    assert (found.added, found.removed) == (0, 0)


@pytest.mark.parametrize(("before", "after"), [
    ("<ul><li>甲<ul><li>乙</li></ul></li></ul>", "<ul><li><p>甲</p><ul><li><p>乙</p></li></ul></li></ul>"),
    ("<table><tr><td>甲</td><td>乙<strong>丙</strong></td></tr></table>",
     "<table><tr><td><p>甲</p></td><td><p>乙<strong>丙</strong></p></td></tr></table>"),
    ('<p><a href="https://example.org/"><u>甲</u></a> </p>', '<p><u><a href="https://example.org/">甲</a></u></p>'),
])
def test_what_an_editor_writes_in_another_way_is_no_change(before: str, after: str) -> None:
    assert [row.kind for row in body(before, after).rows if row.kind != "same"] == []


def test_title_and_byline_are_compared_too() -> None:
    found = compare(Text("标题", "张三", ""), Text("标题二", "", ""))
    assert [(row.kind, row.what) for row in found.rows] == [("changed", "title"), ("removed", "byline")]
    assert [row.kind for row in compare(Text("题", "", ""), Text("题", "李四", "")).rows] == ["same", "added"]


def test_an_unlike_title_is_replaced_as_a_whole() -> None:
    (row,) = compare(Text("江滩芦苇节今起开幕", "", ""), Text("轮渡今起加开夜班", "", "")).rows
    assert [(piece.op, piece.text) for piece in row.pieces] == [
        ("removed", "江滩芦苇节今起开幕"), ("added", "轮渡今起加开夜班")]


def test_texts_beyond_the_limit_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = Text("", "", "<p>" + "甲" * 11_000_000 + "</p>")
    assert compare(huge, huge) == Comparison((), too_large=True)
    cells = Text("", "", "<table><tr>" + "<td>甲</td>" * 60_000 + "</tr></table>")
    assert compare(cells, cells).too_large, "though it is one row"
    monkeypatch.setattr(sys.modules["editorial.documents.compare"], "MOST_UNITS", 5)
    assert body("<p>一</p>" * 3, "<p>一</p>" * 3).too_large
    assert not body("<p>一</p>" * 2, "<p>一</p>" * 3).too_large


def test_similar_paragraphs_are_not_looked_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = html_of("甲" * 7, "分。", "乙" * 7), html_of("甲" * 6, "分。", "乙" * 6)
    assert [row.kind for row in body(old, new).rows] == ["changed", "same", "changed"]
    monkeypatch.setattr(sys.modules["editorial.documents.compare"], "_MOST_WORK", 150_000)
    assert [row.kind for row in body(old, new).rows] == ["changed", "same", "removed", "added"]


def test_unlike_paragraphs_are_not_taken_for_one_another() -> None:
    assert [row.kind for row in body(html_of("甲乙丙丁"), html_of("子丑寅卯")).rows] == ["removed", "added"]
    table = "<table><tbody><tr><td>甲乙丙丁</td></tr></tbody></table>"
    assert [row.kind for row in body(html_of("甲乙丙丁"), table).rows] == ["removed", "added"]


def test_long_stretches_of_new_text_are_aligned_by_what_stands_once_in_both() -> None:
    old = [f"第{n}段，说的是{n * 7}号线。" for n in range(3_000)]
    new = [paragraph + "改" if n % 10 == 0 else paragraph for n, paragraph in enumerate(old)]
    found = body(html_of(*old), html_of(*new))
    assert found.changes == 300
    assert found.added == 300


def test_what_stands_under_a_picture_is_compared_with_it() -> None:
    html = f'<figure><img src="{PICTURE}" alt=""></figure><p>一段文字，足够长的一段。</p>'
    before, after = Text("", "", html, ((PICTURE, "旧的说明"),)), Text("", "", html, ((PICTURE, "新的说明"),))
    found = compare(before, after)
    assert [(row.kind, row.what) for row in found.rows] == [
        ("same", "picture"), ("changed", "caption"), ("same", "p")]
    assert (found.added, found.removed, found.changes) == (1, 1, 1)
    came = compare(Text("", "", "<p>一段文字，足够长的一段。</p>"), before)
    assert [(row.kind, row.what) for row in came.rows][:2] == [("added", "picture"), ("added", "caption")]


def test_moved_paragraphs_know_each_other_also_beside_captions() -> None:
    picture = f'<figure><img src="{PICTURE}" alt=""></figure>'
    one, two = "<p>第一段文字，足够长的一段。</p>", "<p>第二段说的是别的，也够长。</p>"
    lines = ((PICTURE, "说明"),)
    found = compare(Text("", "", picture + one + two + "<p>末段不动，放在最后。</p>", lines),
                    Text("", "", picture + two + one + "<p>末段不动，放在最后。</p>", lines))
    moved = [row for row in found.rows if row.kind == "moved"]
    assert len(moved) == 2 and found.moved == 1
    assert all(found.rows[row.partner or 0].partner == found.rows.index(row) for row in moved)


def test_a_row_of_a_table_comes_apart_into_cells_and_into_two_rows_where_their_number_changed() -> None:
    def row(before: str, after: str) -> Row:
        table = "<table><tr><td>不变</td><td>的行</td></tr>{}</table>"
        return compare(Text("", "", table.format(before)), Text("", "", table.format(after))).rows[-1]

    same = cells(row("<tr><td>日期</td><td>一百人</td></tr>", "<tr><td>日期</td><td>二百人</td></tr>"))
    assert [["".join(f"{piece.op[0]}{piece.text}" for piece in cell) for cell in line] for line in same] == [
        ["s日期", "r一a二s百人"]]
    wider = cells(row("<tr><td>日期</td><td>一百人</td></tr>", "<tr><td>日期</td><td>一百人</td><td>夜间</td></tr>"))
    assert [len(line) for line in wider] == [2, 3]


def test_long_runs_without_change_are_folded_but_for_their_ends() -> None:
    found = body(html_of(*"一二三四五六七八九"), html_of(*"一二三四五改七八九"))
    told = [(kind, "".join(piece.text for row in run for piece in row.after)) for kind, run in foldable(found.rows)]
    assert told == [("shown", "一"), ("folded", "二三四"), ("shown", "五改七八九")]
