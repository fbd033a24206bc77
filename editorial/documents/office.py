"""Old formats made into new ones by LibreOffice, where it is installed: in a process with limits, a folder of its own
that is gone afterwards, and no network.

What comes out is as strange as what went in: it is read by the child process (`reading`) like any other file.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from editorial.errors import UnreadableDocument

WALL_SECONDS = 20
MOST_AT_ONCE = 2
PATIENCE = 5
"""Seconds that a file waits while `MOST_AT_ONCE` others are under way."""

WORD_FILTER = "docx:MS Word 2007 XML"
_PAGE = 794, 1123
"""Pixels of the page on which a drawing comes, at 96 to the inch; doubled where the drawings are few."""
_FEW = 20
_MEMORY = 3 << 30
_LARGEST = 64 << 20
_PLACES = ("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice/program")
_running = threading.BoundedSemaphore(MOST_AT_ONCE)

# Nothing of the program is loaded: limits, then a network in which there is nobody (where the system lets a process
# have one), then LibreOffice takes this process over.
_BOOT = """
import ctypes, os, resource, sys
memory, seconds, size = map(int, sys.argv[1:4])
for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, size),
                   (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 256)):
    resource.setrlimit(kind, (most, most))
libc = ctypes.CDLL(None)
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
libc.unshare(NEW_NETWORK) and libc.unshare(NEW_USER | NEW_NETWORK)
os.execv(sys.argv[4], sys.argv[4:])
"""

# The second line of defence: no macros, nothing followed that a file refers to, and a proxy that nobody serves.
_SETTINGS = {
    "Common/Security/Scripting": {"MacroSecurityLevel": "3", "DisableMacrosExecution": "true",
                                  "BlockUntrustedRefererLinks": "true", "DisableActiveContent": "true"},
    "Writer/Content/Update": {"Link": "0", "Field": "false", "Chart": "false"},
    "Inet/Settings": {"ooInetProxyType": "2", "ooInetHTTPProxyName": "127.0.0.1", "ooInetHTTPProxyPort": "9",
                      "ooInetHTTPSProxyName": "127.0.0.1", "ooInetHTTPSProxyPort": "9"},
}  # fmt: skip


def program() -> str | None:
    """Where LibreOffice is, or None."""
    return shutil.which("soffice") or shutil.which("soffice", path=os.pathsep.join(_PLACES))


def as_word(data: bytes, ending: str) -> bytes:
    """A document in an old format (`ending` such as ``doc``) as .docx.

    Raises `UnreadableDocument`: legacy-doc where LibreOffice is not installed or can't read it, converter-busy where
    too many others wait.
    """
    made = _converted({f"document.{ending}": data}, WORD_FILTER).get("document.docx")
    if not made:
        raise UnreadableDocument("legacy-doc", detail=f"no answer for .{ending}")
    return made


def as_png(drawings: Sequence[tuple[str, bytes]]) -> list[bytes | None]:
    """Drawings (ending and bytes: ``emf``, ``wmf``) as PNG of a white page, each None where not possible."""
    width, height = (side * (2 if len(drawings) <= _FEW else 1) for side in _PAGE)
    size = f'{{"PixelWidth":{{"type":"long","value":"{width}"}},"PixelHeight":{{"type":"long","value":"{height}"}}}}'
    files = {f"{place}.{kind}": data for place, (kind, data) in enumerate(drawings)}
    try:
        made = _converted(files, f"png:draw_png_Export:{size}")
    except UnreadableDocument:
        made = {}
    return [made.get(f"{place}.png") for place in range(len(drawings))]


def _converted(files: Mapping[str, bytes], target: str) -> dict[str, bytes]:
    """What one run makes of some files, by name."""
    soffice = program()
    if soffice is None:
        raise UnreadableDocument("legacy-doc", detail="LibreOffice is not installed")
    if not _running.acquire(timeout=PATIENCE):
        raise UnreadableDocument("converter-busy", detail=f"{MOST_AT_ONCE} under way")
    try:
        with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as folder:
            return _run(soffice, Path(folder), files, target)
    finally:
        _running.release()


def _run(soffice: str, folder: Path, files: Mapping[str, bytes], target: str) -> dict[str, bytes]:
    given, made, profile = (folder / name for name in ("in", "out", "profile"))
    for one in (given, made, profile / "user"):
        one.mkdir(parents=True)
    for name, data in files.items():
        (given / name).write_bytes(data)
    (profile / "user" / "registrymodifications.xcu").write_text(_profile(), "utf8")
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"]
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _BOOT, str(_MEMORY), str(WALL_SECONDS), str(_LARGEST), soffice,
         f"-env:UserInstallation={profile.as_uri()}", *options, "--convert-to", target, "--outdir", str(made),
         *(str(given / name) for name in files)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"HOME": str(folder), "TMPDIR": str(folder), "PATH": "/usr/bin:/bin", "SAL_USE_VCLPLUGIN": "svp",
             "LC_ALL": "C.UTF-8"},
        cwd=folder,
        start_new_session=True,
    )  # fmt: skip
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(WALL_SECONDS)
    finally:  # its children with it, also those that outlive it
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return {one.name: one.read_bytes() for one in made.iterdir() if one.is_file() and not one.is_symlink()}


def _profile() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, values in _SETTINGS.items()
        for name, value in values.items()
    ).replace("/org.openoffice.Office.Inet", "/org.openoffice.Inet")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">' + items + "</oor:items>"
    )
