"""A virus scanner of the operator's choice, asked before a file is opened. Without an answer no file is taken."""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Sequence

from editorial.errors import StoreUnavailable, UnreadableDocument

SECONDS = 30
CLEAN, FOUND = 0, 1

_log = logging.getLogger(__name__)


def demand_harmless(command: Sequence[str], data: bytes) -> None:
    """Raise UnreadableDocument("virus") where `command` finds something in `data`; without a command nothing is asked.

    The command reads the file on its standard input and ends with 0 for nothing found and 1 for a find, as clamdscan
    and clamscan do. Raises StoreUnavailable where it ends otherwise, does not start, or takes too long.
    """
    if not command:
        return
    try:
        status = subprocess.run(
            command, input=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False,
            cwd="/", env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
        ).returncode  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.warning("the virus scanner did not answer: %s", error)
        raise StoreUnavailable("scanner-away", str(error)) from error
    if status == FOUND:
        raise UnreadableDocument("virus")
    if status != CLEAN:
        _log.warning("the virus scanner ended with status %s", status)
        raise StoreUnavailable("scanner-away", f"status {status}")
