"""The article of a saved web page, without what stands around it."""

from __future__ import annotations

import pytest

from editorial.documents import read_published
from editorial.errors import UnreadableDocument

TEXT = "<p>第一段，说明情况。</p><p>第二段，<a href='/x'>有链接</a>，继续。</p>"
AROUND = """<header><a href="/">首页</a></header><div class="nav"><a href="/a">新闻，要闻</a></div>{}
<div class="sidebar"><p>热门，排行，精选。</p></div><div id="comments"><p>网友：写得好，点赞。</p></div>
<script>var a = "脚本，不是文字。";</script>"""
LINES = "第一段，说明情况。\n第二段，有链接，继续。"


def read(html: str, name: str = "a.html", encoding: str = "utf-8") -> tuple[str, str]:
    """What a page gives, as its sender's browser saved it."""
    return read_published(html.encode(encoding), name)


@pytest.mark.parametrize("inside", [
    f"<article>{TEXT}</article>", f"<div itemprop='articleBody'>{TEXT}</div>", f"<div><div>{TEXT}</div></div>",
    f"<table><tr><td>{TEXT}</td></tr></table>", TEXT.replace("</p>", ""),
    "<div>第一段，说明情况。<br>第二段，<a href='/x'>有链接</a>，继续。</div>"])
def test_the_article_is_found_however_the_page_is_built(inside: str) -> None:
    assert read(f"<!DOCTYPE html><html><body>{AROUND.format(inside)}</body></html>")[1] == LINES


def test_when_and_from_where_is_left_out_around_the_text_and_kept_within_it() -> None:
    text = TEXT.replace("<p>第二段", "<p>2026年12月1日</p><p>第二段")
    dated = f"<p>2026-11-30 08:00 来源：大江网</p>{text}<p>责任编辑：某人</p>"
    assert read(f"<html><body>{dated}</body></html>")[1] == LINES.replace("\n", "\n2026年12月1日\n")


@pytest.mark.parametrize(("encoding", "charset"), [("gbk", "gb2312"), ("gb18030", "gbk"), ("utf-8", "utf-8"),
                                                   ("utf-16", ""), ("gbk", ""), ("gbk", "utf-8")])
def test_pages_are_read_in_the_encoding_that_they_are_in(encoding: str, charset: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    page = f"<html><head>{meta}<title>题目_某网</title></head><body>{TEXT}</body></html>"
    assert read(page, encoding=encoding) == ("题目", LINES)


def test_the_headline_is_the_one_h1() -> None:
    page = f"<html><head><title>网站</title></head><body><h1>题 目</h1>{TEXT}</body></html>"
    assert read(page)[0] == "题 目"


@pytest.mark.parametrize("page", ["<html></html>", "<html><nav><a>首页</a></nav></html>", "<div>" * 200_000])
def test_a_page_without_an_article_is_refused(page: str) -> None:
    with pytest.raises(UnreadableDocument):
        read(page)
