"""Words that are used again: an office's reasons and one's own phrases, put before what one writes oneself."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask

from editorial.terms import State
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, found, made

REASONS = "/offices/changjiang/reasons"


def _keep(app: Flask, key: str, address: str, lines: str, status: int = 200) -> None:
    visitor = Visitor(app, key)
    visitor.get(address)
    visitor.send(visitor.form_with("lines"), {"lines": lines}, status=status)


def _offered(visitor: Visitor, code: str, act: str = "return") -> list[str]:
    visitor.get(f"/manuscripts/{code}")
    return [value for value in visitor.form_to(f"/{act}").xpath(".//select[@name='opening']//option/@value") if value]


def test_a_return_begins_with_the_offices_reason_and_goes_on_in_ones_own_words(app: Flask) -> None:
    code, other = made(partial(claimed, "pol_n")), made(partial(claimed, "pol_n"))
    visitor = Visitor(app, "pol_n")
    assert _offered(visitor, code) == []
    _keep(app, "chief_n", REASONS, "来源不明\n\n  人名或职务待核实 \n来源不明")
    _keep(app, "pol_n", "/desk/phrases", "请附采访对象的联系方式。")
    assert _offered(visitor, code) == ["来源不明", "人名或职务待核实", "请附采访对象的联系方式。"]
    visitor.send(visitor.form_to("/return"), {"opening": "来源不明", "reason": "第二段的数字出自哪里？"})
    assert found(code).last_decision.reason == "来源不明\n第二段的数字出自哪里？"  # type: ignore[union-attr]
    assert found(code).state is State.RETURNED
    visitor.get(f"/manuscripts/{other}")
    visitor.send(visitor.form_to("/reject"), {"opening": "无此理由", "reason": "x"}, status=400)
    visitor.get(f"/manuscripts/{other}")
    visitor.send(visitor.form_to("/reject"), {"opening": "来源不明", "reason": ""})
    assert found(other).last_decision.reason == "来源不明"  # type: ignore[union-attr]


def test_phrases_are_ones_own_and_reasons_the_offices(app: Flask) -> None:
    _keep(app, "chief_n", REASONS, "来源不明")
    _keep(app, "sig_a", "/desk/phrases", "请单位先核对。")
    unsigned, here = made(cast.submitted), made(partial(claimed, "pol_n2"))
    assert _offered(Visitor(app, "sig_a"), unsigned) == ["请单位先核对。"]
    assert _offered(Visitor(app, "pol_n2"), here) == ["来源不明"]


def test_a_list_that_changed_meanwhile_is_not_overwritten(app: Flask) -> None:
    first, second = Visitor(app, "chief_n"), Visitor(app, "adm")
    first.get(REASONS)
    second.get(REASONS)
    first.send(first.form_with("lines"), {"lines": "来源不明"})
    second.send(second.form_with("lines"), {"lines": "与事实不符"}, status=409)
    assert "与事实不符" in second.text
    second.get(REASONS)
    assert second.fields(second.form_with("lines"))["lines"] == "来源不明"
    assert "list-changed" not in second.text


@pytest.mark.parametrize("lines", ["字" * 201, "\n".join(str(n) for n in range(41))])
def test_a_list_is_one_that_can_be_chosen_from(app: Flask, lines: str) -> None:
    _keep(app, "pol_n", "/desk/phrases", lines, status=400)
    _keep(app, "chief_n", REASONS, lines, status=400)
