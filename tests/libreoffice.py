"""LibreOffice, where it is installed: opens Word files, accepts or rejects what is tracked in them, converts them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

SOFFICE = shutil.which("soffice")
SECONDS = 120
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Settle(folder)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  Dim kept(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  For Each given In files.getFolderContents(ConvertToURL(folder), False)
    For Each what In Array("Accept", "Reject")
      document = StarDesktop.loadComponentFromURL(given, "_blank", 0, hidden())
      frame = document.CurrentController.Frame
      dispatcher.executeDispatch(frame, ".uno:" &amp; what &amp; "AllTrackedChanges", "", 0, Array())
      kept(0).Name = "FilterName" : kept(0).Value = "MS Word 2007 XML"
      document.storeToURL(given &amp; "." &amp; what &amp; ".docx", kept())
      document.close(True)
    Next
  Next
  StarDesktop.terminate()
End Sub
</script:module>"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Module1"/></library:library>"""
_LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
<library:library library:name="Standard" library:link="false"/></library:libraries>"""
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/Office">
<prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item></oor:items>"""
"""A profile that is set up already: else LibreOffice would put its own macros in place of ours."""


def settled(files: Mapping[str, bytes], folder: Path) -> dict[str, tuple[bytes, bytes]]:
    """Each file with all changes accepted, and with all rejected, as LibreOffice writes it. One run for all."""
    basic = folder / "profile" / "user" / "basic" / "Standard"
    basic.mkdir(parents=True)
    (basic / "Module1.xba").write_text(_MODULE, "utf8")
    (basic / "script.xlb").write_text(_LIBRARY, "utf8")
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf8")
    (basic.parent / "script.xlc").write_text(_LIBRARIES, "utf8")
    given = folder / "given"
    given.mkdir()
    for name, data in files.items():
        (given / name).write_bytes(data)
    _run(folder, f"macro:///Standard.Module1.Settle({given})")
    made = {name: [given / f"{name}.{what}.docx" for what in ("Accept", "Reject")] for name in files}
    return {name: (accepted.read_bytes(), rejected.read_bytes()) for name, (accepted, rejected) in made.items()}


def _run(folder: Path, *arguments: str) -> None:
    assert SOFFICE
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "SAL_USE_VCLPLUGIN": "svp", "LC_ALL": "C.UTF-8"}
    subprocess.run([SOFFICE, profile, *options, *arguments], env=environment, cwd=folder, check=True, timeout=SECONDS,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
