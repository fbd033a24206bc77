"""What is wrong in a form stands beside its field, as a whole sentence in the language of the page."""

from __future__ import annotations

from flask import Flask

from tests import cast
from tests.client import Visitor
from tests.pages import made


def test_a_needed_field_that_is_empty_says_what_to_do(app: Flask) -> None:
    code = made(cast.submitted)
    signer = Visitor(app, "sig_a")
    signer.get(f"/manuscripts/{code}")
    signer.send(signer.form_to("/return"), {"reason": ""}, status=400)
    assert "请写明理由，作者会看到。" in [
        " ".join("".join(error.itertext()).split()) for error in signer.find("//p[contains(@class, 'error')]")]


def test_a_key_of_any_length_acts_once(app: Flask) -> None:
    code = made(cast.draft)
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{code}")
    form = {**author.fields(author.form_to("/withdraw")), "form_key": "k" * 200}
    author.post(f"/manuscripts/{code}/withdraw", form, status=200)
    author.post(f"/manuscripts/{code}/withdraw", form, status=200)
