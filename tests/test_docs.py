"""The documents say what is true."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from editorial import terms

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")] + sorted(
    (ROOT / "docs").rglob("*.md"))


def _drawer() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("draw_workflow", str(ROOT / "tools" / "draw-workflow"))
    spec = importlib.util.spec_from_loader("draw_workflow", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_the_drawing_of_the_workflow_is_that_of_its_table() -> None:
    assert (ROOT / "docs" / "workflow.md").read_text() == _drawer().page(), "run tools/draw-workflow"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


def test_states_in_the_code_are_those_of_the_glossary() -> None:
    """The words of domain.md, written here once more by hand."""
    assert {state.value for state in terms.State} == {
        "draft", "awaiting_signoff", "in_review", "returned", "accepted", "published", "rejected", "withdrawn",
        "retracted"}
    assert {state.value for state in terms.AssignmentState} == {
        "offered", "accepted", "filed", "returned", "approved", "published", "declined", "withdrawn", "expired",
        "cancelled"}


def test_no_file_outgrows_a_reader() -> None:
    most = {"models.py": 800}
    for path in [*(ROOT / "editorial").rglob("*.py"), *(ROOT / "tests").glob("*.py")]:
        lines = len(path.read_text().splitlines())
        assert lines <= most.get(path.name, 400), f"{path.name}: {lines} lines"


def test_no_module_has_a_name_that_says_nothing() -> None:
    for path in (ROOT / "editorial").rglob("*.py"):
        assert path.stem not in {"utils", "util", "helpers", "helper", "common", "manager", "service", "misc"}
