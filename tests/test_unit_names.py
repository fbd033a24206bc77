"""A unit's English name: on pages in English where there is one, the Chinese one elsewhere."""

from __future__ import annotations

from flask import Flask

from editorial.actions import logins, organisation, reviewing
from editorial.actions.organisation import UnitData
from editorial.db import db
from tests import cast
from tests.client import Visitor
from tests.pages import found, made


def test_a_unit_goes_under_its_english_name_on_english_pages_and_under_the_chinese_one_where_it_has_none(
        app: Flask) -> None:
    code = made(cast.submitted)
    other = made(lambda: cast.submitted("cor_further"))
    unit, named = cast.unit("unit_a").id, f"/manuscripts/{code}"
    logins.set_locale(cast.actor("sig_district"), "en")
    db.session.commit()
    admin, signer = Visitor(app, "adm"), Visitor(app, "sig_district")
    admin.get(f"/admin/units/{unit}")
    admin.send(admin.form_with("name", "name_en"), {"name_en": "Baibuting Branch"})
    assert "百步亭支部" in admin.text
    for page in ("/signoff", named):
        signer.get(page)
        assert "Baibuting Branch" in signer.text
    signer.get(f"/manuscripts/{other}")
    assert "花桥支部" in signer.text
    reviewing.sign_off(cast.actor("sig_a"), found(code), None, True)
    db.session.commit()
    signer.get(named)
    assert "石敏, signer of Baibuting Branch signed version 1" in signer.text
    reader = Visitor(app, "cor_a1")
    reader.get(named)
    assert "百步亭支部" in reader.text and "Baibuting" not in reader.text


def test_an_english_name_is_optional_and_changes_no_rule(app: Flask) -> None:
    unit = cast.unit("unit_a")
    organisation.change_unit(None, unit, UnitData(unit.name, unit.kind, unit.parent_id, name_en="Baibuting"))
    assert (unit.name, unit.name_en, unit.signs) == ("百步亭支部", "Baibuting", True)
    db.session.rollback()
