"""How a package gets to a system of the house: a folder, SFTP, S3, or HTTP with a token.

Each carries bytes to a name that holds their SHA-256, so that to carry them twice leaves what was there. Each gives
what the other side said; raises Hopeless where there is no use in trying again, and OSError where there is.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import os
import ssl
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from editorial.jobs.errors import Hopeless
from editorial.targets import Target

PATIENCE = 30
"""Seconds that the other side has for each answer."""
AGAIN = frozenset({408, 409, 423, 425, 429})
"""Answers of HTTP that are no refusal for good, beside those from 500 on."""


def carry(target: Target, name: str, data: bytes) -> str:
    """Bring a package to a target; gives its receipt."""
    return CARRIERS[target.kind](target, name, data)


def into_folder(target: Target, name: str, data: bytes) -> str:
    """Into a folder, whole or not at all: whoever watches it never sees half a file."""
    folder = Path(target.address)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, folder / name)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
    return f"{(folder / name).stat().st_size} B"


def by_sftp(target: Target, name: str, data: bytes) -> str:
    """By SFTP, to a host whose key is known, with a key of ours; under another name first, then renamed."""
    import paramiko  # as the two libraries are heavy, and few installations use either
    from paramiko.pkey import UnknownKeyType

    parts = urlsplit(target.address)
    client = paramiko.SSHClient()
    client.load_host_keys(target.known_hosts)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        key = paramiko.PKey.from_path(target.key_file)
        client.connect(parts.hostname or "", parts.port or 22, unquote(parts.username or ""), pkey=key,
                       allow_agent=False, look_for_keys=False, timeout=PATIENCE, banner_timeout=PATIENCE,
                       auth_timeout=PATIENCE, channel_timeout=PATIENCE)
        with client.open_sftp() as sftp:
            channel = sftp.get_channel()
            if channel:
                channel.settimeout(PATIENCE)
            folder = unquote(parts.path).rstrip("/") or "."
            sftp.putfo(io.BytesIO(data), f"{folder}/.new-{name}", len(data), confirm=True)
            sftp.posix_rename(f"{folder}/.new-{name}", f"{folder}/{name}")
            return f"{sftp.stat(f'{folder}/{name}').st_size} B"
    except (paramiko.BadHostKeyException, paramiko.AuthenticationException, UnknownKeyType) as error:
        raise Hopeless(f"{type(error).__name__}: {error}") from error
    except paramiko.SSHException as error:
        raise OSError(str(error)) from error
    finally:
        client.close()


def into_s3(target: Target, name: str, data: bytes) -> str:
    """Into a bucket of S3, or of what speaks its protocol, below the path after the bucket's name."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    parts = urlsplit(target.address)
    bucket, _slash, prefix = parts.path.strip("/").partition("/")
    client = boto3.client(
        "s3", endpoint_url=f"{parts.scheme}://{parts.netloc}", aws_access_key_id=target.access_key,
        aws_secret_access_key=target.secret, region_name="us-east-1", config=Config(
            connect_timeout=PATIENCE, read_timeout=PATIENCE, retries={"max_attempts": 1},
            s3={"addressing_style": "path"}, request_checksum_calculation="when_required"))
    try:
        answer = client.put_object(Bucket=bucket, Key="/".join(filter(None, (prefix, name))), Body=data,
                                   ContentType="application/zip")
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        raise (Hopeless if 400 <= status < 500 and status not in AGAIN else OSError)(str(error)) from error
    except BotoCoreError as error:
        raise OSError(str(error)) from error
    return f"ETag {answer['ETag']}"


def by_http(target: Target, name: str, data: bytes) -> str:
    """By PUT, below the target's address, with its token; nobody is sent on to another address."""
    parts = urlsplit(target.address)
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    made: http.client.HTTPConnection = (
        http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=PATIENCE,
                                    context=ssl.create_default_context())
        if parts.scheme == "https" else http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE))
    try:
        made.request("PUT", f"{parts.path.rstrip('/')}/{quote(name)}", data, {
            "Authorization": f"Bearer {target.secret}", "Content-Type": "application/zip",
            "Content-Digest": f"sha-256=:{digest}:"})
        answer = made.getresponse()
        said = " ".join(answer.read(2000).decode("utf-8", "replace").split())
    except http.client.HTTPException as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
    finally:
        made.close()
    told = f"{answer.status} {answer.reason} {said}".strip()
    if 200 <= answer.status < 300:
        return told
    raise (Hopeless if answer.status < 500 and answer.status not in AGAIN else OSError)(told)


CARRIERS: Mapping[str, Callable[[Target, str, bytes], str]] = {
    "folder": into_folder, "sftp": by_sftp, "s3": into_s3, "http": by_http}
