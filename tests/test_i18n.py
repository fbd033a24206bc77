"""Both languages complete: every string translated, no words outside the catalogue, no key without its words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment

from editorial import i18n
from editorial.reasons import REASONS

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "editorial" / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "_l": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


def _extracted() -> set[str]:
    found = set()
    for folder, pattern, method in (("editorial", "**.py", "python"), ("templates", "**", "jinja2.ext:babel_extract")):
        messages: Iterator[Any] = extract_from_dir(ROOT / folder, [(pattern, method)], keywords=KEYWORDS,
                                                   options_map={"**": {"silent": "false", "trimmed": "true"}})
        found |= {text if isinstance(text, str) else text[0] for _file, _line, text, *_rest in messages}
    return found


def _catalogue() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans_CN")
    assert not any(message.fuzzy for message in catalogue if message.id)
    return {_first(message.id): _first(message.string) for message in catalogue if message.id}


def _first(text: Any) -> str:
    return text if isinstance(text, str) else str(text[0])


def test_the_catalogue_is_one_that_can_be_used() -> None:
    """Without its head it counts as unfinished, and nothing of it would be shown."""
    with CATALOGUE.open("rb") as file:
        assert not read_po(file, locale="zh_Hans_CN").fuzzy


def test_every_string_of_code_and_templates_is_translated() -> None:
    known = _catalogue()
    assert sorted(text for text in _extracted() if not known.get(text)) == []


def test_the_catalogue_holds_nothing_that_is_not_used() -> None:
    assert sorted(set(_catalogue()) - _extracted()) == []


def test_translations_have_the_placeholders_of_their_originals() -> None:
    for text, translation in _catalogue().items():
        assert set(PLACEHOLDER.findall(translation)) <= {*PLACEHOLDER.findall(text), ("num", "")}, text


def test_translations_are_chinese() -> None:
    same = [text for text, translation in _catalogue().items()
            if not re.search("[\u4e00-\u9fff]", translation) and re.search("[a-z]{3,} [a-z]{3,}", translation)]
    assert same == []


@pytest.mark.parametrize("kind", list(i18n.LABELS))
def test_every_member_of_an_enum_has_its_words(kind: type[Enum]) -> None:
    assert set(i18n.LABELS[kind]) == set(kind)


def test_every_reason_key_in_the_code_has_its_words() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "editorial").rglob("*.py"))
    raised = set(re.findall(r'(?:Refused|Conflict|StoreUnavailable|UnreadableDocument|TooMany)\(\s*"([\w-]+)"', source))
    raised |= set(re.findall(r'Invalid\(\{"\w+": "([\w-]+)"', source))
    raised |= set(re.findall(r'(?:Bar|Guard)\([\w"]+, "([\w-]+)"\)', source))
    assert len(raised) > 20
    assert raised - set(REASONS) == set()


WORDS = re.compile("[A-Za-z]{2,}|[\u4e00-\u9fff]")
BARE = {"KB", "zh", "Hans", "CN", "en", "docx", "English", "中文", "简体中文"}


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_words_of_their_own(path: Path) -> None:
    """What stands between tags, or in an attribute that people read, comes through the catalogue."""
    data = io.StringIO()
    source = re.sub(r"{% block page_class %}.*?{% endblock %}", "", path.read_text(encoding="utf-8"))
    for _line, kind, value in Environment(autoescape=True).lex(source):
        data.write(value if kind == "data" else "\x00" if kind.endswith("_begin") else "")
    text = re.sub(r"<!--.*?-->", "", data.getvalue(), flags=re.S)
    shown = re.findall(r'(?:title|alt|aria-label|placeholder)="([^"]*)"', text)
    shown += re.sub(r"<[^<>]*>", "\x00", text).split("\x00")
    words = {word for part in shown for word in re.findall(r"[A-Za-z\u4e00-\u9fff]+", part) if WORDS.search(word)}
    assert words - BARE == set()
