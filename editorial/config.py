"""Every setting once: name, type, default, meaning. Read from the environment, checked at start.

Layer 0. A setting that is wrong stops the start with one sentence (`BadSetting`).
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from editorial import chats, targets


class BadSetting(Exception):
    """A setting that can't be used; the message is one sentence that says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """The settings of an installation. The name in the environment is the field's name in capitals."""

    secret_key: str
    """Signs cookies and forms. At least 32 characters, random, the same for all processes."""
    database_url: str
    """SQLAlchemy address of the database: SQLite (default, instance/editorial.db) or PostgreSQL."""
    uploads: Path
    """The folder of the local file store."""
    base_url: str = ""
    """The address that people use, such as https://gao.example; links in messages are built from it alone."""
    site_name: str = "武汉市新闻稿件采编平台"
    """The installation's name as pages show it."""
    site_name_en: str = "Wuhan Editorial Desk"
    """The same in English."""
    site_accent: str = "earth"
    """The colour of links, buttons and marks: one of `ACCENTS`."""
    timezone: str = "Asia/Shanghai"
    """The zone in which times are shown and days are counted."""
    secure_cookies: bool = False
    """True where people come by https: cookies get the __Host- prefix, pages HSTS. Follows base_url."""
    trusted_proxies: int = 0
    """How many proxies in front of the server set X-Forwarded-For; 0 believes none of its headers."""
    session_idle_minutes: int = 30
    """After so many minutes without a request, a person logs in again."""
    session_hours: int = 12
    """After so many hours a person logs in again, whatever they do."""
    upload_mib: int = 20
    """The largest file that is taken."""
    upload_daily_mib: int = 300
    """How much one person may bring within 24 hours; at least a MiB more than the largest file."""
    virus_scanner: tuple[str, ...] = ()
    """A command that reads a file on its standard input and ends with 0 (nothing found) or 1 (a find), such as
    "clamdscan --no-summary -". Where it is set and gives no answer, no file is taken."""
    smtp_host: str = ""
    """The mail server. Without one nothing goes by mail: messages stand in the program alone."""
    smtp_port: int = 587
    """Its port: usually 587 with STARTTLS, 465 with TLS, 25 without either."""
    smtp_tls: str = "starttls"
    """How the way there is closed: starttls, tls (from the first byte), or none (for a server on the same machine)."""
    smtp_user: str = ""
    """The account at the mail server, where it asks for one."""
    smtp_password: str = ""
    """Its password."""
    mail_from: str = ""
    """The address from which mail comes. Needed with SMTP_HOST, and BASE_URL too, since letters have links."""
    imap_host: str = ""
    """The server of the mailbox to which mail comes back (MAIL_FROM's). Without one nobody looks there."""
    imap_port: int = 993
    """Its port: usually 993 with TLS, 143 with STARTTLS or without either."""
    imap_tls: str = "tls"
    """How the way there is closed: tls (from the first byte), starttls, or none (for a server on the same machine)."""
    imap_user: str = ""
    """The account of the mailbox."""
    imap_password: str = ""
    """Its password."""
    imap_folder: str = "INBOX"
    """The folder in which returned mail arrives."""
    bounce_token: str = ""
    """What hands a returned mail to /bounces says as "Authorization: Bearer …", at least 32 characters; without one
    there is no such address."""
    deliveries: tuple[targets.Target, ...] = ()
    """Where packages may be delivered: the tables of the TOML file that DELIVERIES names (docs/operating.md)."""
    chats: tuple[chats.Chat, ...] = ()
    """Group chats that hear what happens: the tables of the TOML file that CHATS names (docs/operating.md)."""
    metrics_token: str = ""
    """What asks for /metrics says as "Authorization: Bearer …"; without one there is no such page."""
    demo: bool = False
    """True for a demonstration: longer idle time, the log-in page says whom one can be."""


ACCENTS = ("earth", "blue", "pine", "plum")
"""The palettes of assets/css/colours.css."""

DEMO_PASSWORD = "jiangtan-2026"
"""The password of everybody in the demonstration city; where `demo` is on, the log-in page shows it."""

WEAK = {"", "dev", "secret", "changeme", "change-me", "password", "development"}


def read(environment: Mapping[str, str] | None = None, root: Path | None = None) -> Settings:
    """The settings from `environment` (the process's own by default); data lies under `root`/instance by default.

    Raises BadSetting for a missing or weak SECRET_KEY, for debug mode, and for a number that is none.
    """
    env = os.environ if environment is None else environment
    instance = (root or Path.cwd()) / "instance"
    if env.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false"):
        raise BadSetting("FLASK_DEBUG is on: unset it, since debug mode lets visitors run code.")
    key = env.get("SECRET_KEY", "")
    if key.lower() in WEAK or len(key) < 32 or len(set(key)) < 10:
        raise BadSetting("SECRET_KEY is missing or weak: set it to at least 32 random characters "
                         "(python3 -c 'import secrets; print(secrets.token_hex(32))').")
    demo = env.get("DEMO", "0").lower() in ("1", "true", "yes")
    base_url = env.get("BASE_URL", "").rstrip("/")
    if base_url and not base_url.startswith(("http://", "https://")):
        raise BadSetting("BASE_URL must begin with http:// or https://.")
    scanner = tuple(shlex.split(env.get("VIRUS_SCANNER", "")))
    if scanner and shutil.which(scanner[0]) is None:
        raise BadSetting(f"VIRUS_SCANNER names no program that can be started: {scanner[0]!r}.")
    largest, daily = _number(env, "UPLOAD_MIB", 20), _number(env, "UPLOAD_DAILY_MIB", 300)
    if daily <= largest:
        raise BadSetting("UPLOAD_DAILY_MIB must be more than UPLOAD_MIB, so that the largest file can be brought.")
    accent = env.get("SITE_ACCENT", Settings.site_accent)
    if accent not in ACCENTS:
        raise BadSetting(f"SITE_ACCENT must be one of {', '.join(ACCENTS)}, not {accent!r}.")
    return Settings(
        **_mail(env, base_url),
        **_returned(env),
        deliveries=_targets(env.get("DELIVERIES", "")),
        chats=_chats(env.get("CHATS", "")),
        metrics_token=env.get("METRICS_TOKEN", ""),
        secret_key=key,
        database_url=database_address(env.get("DATABASE_URL") or f"sqlite:///{instance / 'editorial.db'}"),
        uploads=Path(env.get("UPLOADS") or instance / "uploads"),
        base_url=base_url,
        site_name=env.get("SITE_NAME", Settings.site_name),
        site_name_en=env.get("SITE_NAME_EN", Settings.site_name_en),
        site_accent=accent,
        timezone=env.get("TIMEZONE", Settings.timezone),
        secure_cookies=base_url.startswith("https://"),
        trusted_proxies=_number(env, "TRUSTED_PROXIES", 0),
        session_idle_minutes=_number(env, "SESSION_IDLE_MINUTES", 480 if demo else 30),
        session_hours=_number(env, "SESSION_HOURS", 12),
        upload_mib=largest,
        upload_daily_mib=daily,
        virus_scanner=scanner,
        demo=demo,
    )


def _mail(env: Mapping[str, str], base_url: str) -> dict[str, Any]:
    """The settings of mail. Raises BadSetting where one is missing without which no letter can be written."""
    host, tls, sender = env.get("SMTP_HOST", ""), env.get("SMTP_TLS", "starttls").lower(), env.get("MAIL_FROM", "")
    if host and not (base_url and "@" in sender):
        raise BadSetting("With SMTP_HOST set, set also MAIL_FROM (an address such as desk@gao.example) and BASE_URL.")
    if tls not in ("starttls", "tls", "none"):
        raise BadSetting("SMTP_TLS must be starttls, tls or none.")
    return {"smtp_host": host, "smtp_port": _number(env, "SMTP_PORT", 465 if tls == "tls" else 587), "smtp_tls": tls,
            "smtp_user": env.get("SMTP_USER", ""), "smtp_password": env.get("SMTP_PASSWORD", ""), "mail_from": sender}


def _returned(env: Mapping[str, str]) -> dict[str, Any]:
    """The settings of mail that comes back. Raises BadSetting."""
    host, tls, token = env.get("IMAP_HOST", ""), env.get("IMAP_TLS", "tls").lower(), env.get("BOUNCE_TOKEN", "")
    user, password, folder = env.get("IMAP_USER", ""), env.get("IMAP_PASSWORD", ""), env.get("IMAP_FOLDER", "INBOX")
    if tls not in ("tls", "starttls", "none"):
        raise BadSetting("IMAP_TLS must be tls, starttls or none.")
    if host and not (user and password and (user + password + folder).isascii()):
        raise BadSetting("With IMAP_HOST set, set IMAP_USER and IMAP_PASSWORD, in ASCII as IMAP_FOLDER is.")
    if token and (len(token) < 32 or not token.isascii()):
        raise BadSetting("BOUNCE_TOKEN must be at least 32 random characters of ASCII.")
    return {"imap_host": host, "imap_port": _number(env, "IMAP_PORT", 993 if tls == "tls" else 143), "imap_tls": tls,
            "imap_user": user, "imap_password": password, "imap_folder": folder, "bounce_token": token}


def _targets(path: str) -> tuple[targets.Target, ...]:
    """The targets of the file that DELIVERIES names. Raises BadSetting."""
    try:
        return targets.read(Path(path)) if path else ()
    except ValueError as error:
        raise BadSetting(f"DELIVERIES: {error}") from error


def _chats(path: str) -> tuple[chats.Chat, ...]:
    """The chats of the file that CHATS names. Raises BadSetting."""
    try:
        return chats.read(Path(path)) if path else ()
    except ValueError as error:
        raise BadSetting(f"CHATS: {error}") from error


def database_address(url: str) -> str:
    """`url` with the driver that we install, for the short forms postgres:// and postgresql://."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url[len(short):]
    return url


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise BadSetting(f"{name} must be a whole number, not {text!r}.")
    return int(text)
