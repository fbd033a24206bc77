"""How gunicorn serves the platform: read by `editorial serve`, and by plain `gunicorn` in this folder.

An installation that needs other numbers gives them in gunicorn's variable: GUNICORN_CMD_ARGS="--workers 4".
"""

import ctypes
import gc
from pathlib import Path
from typing import Any

# Here and not where they are needed, which is after the fork: so the processes share them.
from editorial import jobs, logs

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # of malloc.h

wsgi_app = "wsgi:app"
chdir = str(Path(__file__).parent)
bind = "127.0.0.1:8000"

# Two processes keep two cores busy; a few threads in each wait for slow clients and for the disk.
workers = 2
threads = 4
worker_class = "gthread"
# Loaded once and then forked: the processes share most of their memory.
preload_app = True
# Heartbeats are files: not on a disk, where a busy one would make a healthy process look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

# A Word file is given 30 seconds in its own process; a request that takes twice that is lost.
timeout = 60
graceful_timeout = 30
keepalive = 5

# Who the client is, is decided in the application, by TRUSTED_PROXIES, and nowhere else.
forwarded_allow_ips = ""
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# The command `gunicornc` would need a socket in the home folder, which two installations would fight over.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Each web process writes its log as JSON, and does the jobs as well where the database is SQLite."""
    logs.begin()
    jobs.embed(worker.app.wsgi())


def when_ready(_server: Any) -> None:
    """Before the first process is forked: give back what the start needed, and leave the rest where it is.

    What the collector doesn't touch stays shared. And a password takes 19 MiB for a moment, in whichever thread checks
    it: the C library (glibc) is told to give such pieces back at once, and to have one heap in place of one a thread.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(M_MMAP_THRESHOLD, 1 << 20)
        library.mallopt(M_ARENA_MAX, 1)
    gc.collect()
    gc.freeze()
