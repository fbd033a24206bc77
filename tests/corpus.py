"""The folder of real and hostile documents that EDITORIAL_CORPUS names, from outside the repository."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("EDITORIAL_CORPUS") or "/nowhere")
BAD = FOLDER / "badfiles"
needed = pytest.mark.skipif(not FOLDER.is_dir(), reason="EDITORIAL_CORPUS names no folder")


def bad_files() -> list[dict[str, Any]]:
    """The hostile files as their manifest describes them; none where there is no corpus."""
    manifest = BAD / "manifest.json"
    return json.loads(manifest.read_text("utf-8"))["files"] if manifest.is_file() else []


def bad_file_of_each_end() -> list[dict[str, Any]]:
    """One file for each end that the manifest knows, for those who only pass on what reading a file came to."""
    return list({(case["expected"], case["reason"]): case for case in reversed(bad_files())}.values())
