"""`editorial work`: do the jobs, as a process beside the web server."""

from __future__ import annotations

import signal
import threading

import click

from editorial import create_app, jobs, logs


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def work(once: bool) -> None:
    """Do the jobs: messages by mail, chasers. For PostgreSQL; several may run, on several machines.

    On SQLite the web server does them itself. SIGTERM ends it after the job under way.
    """
    app = create_app()
    logs.begin()
    jobs.arm(app)
    worker = jobs.Worker(app)
    if once:
        click.echo(f"{worker.drain()} jobs done.")
        return
    stop = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stop.set())
    click.echo("Doing the jobs (Ctrl+C ends it)")
    worker.work(stop)
