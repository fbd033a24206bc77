"""How gunicorn serves the floors: as it serves ours, without the jobs, which they don't have."""

from pathlib import Path
from runpy import run_path

globals().update({
    name: value for name, value in run_path(str(Path(__file__).resolve().parent.parent / "gunicorn.conf.py")).items()
    if not name.startswith("__") and name != "post_worker_init"})
