"""Packages come to a folder, by SFTP, S3 and HTTP, over the real protocols; where to is the operator's word alone."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import paramiko
import pytest

from editorial.config import BadSetting, read
from editorial.jobs.carriers import carry
from editorial.jobs.errors import Hopeless
from editorial.targets import Target
from tests.receivers import TOKEN, http_receiver, s3_receiver, sftp_receiver

DATA = bytes(range(256)) * 300
NAME = f"2026-000001-{hashlib.sha256(DATA).hexdigest()}.zip"


def test_into_a_folder_a_file_comes_whole_and_twice_is_once(tmp_path: Path) -> None:
    target = Target("cms", 1, "folder", str(tmp_path))
    for _ in range(2):
        assert carry(target, NAME, DATA) == f"{len(DATA)} B"
        assert [one.name for one in tmp_path.iterdir()] == [NAME] and (tmp_path / NAME).read_bytes() == DATA
    with pytest.raises(OSError, match="no-such"):
        carry(replace(target, address=str(tmp_path / "no-such")), NAME, DATA)


def test_by_http_it_brings_its_token_and_follows_nobody_elsewhere() -> None:
    with http_receiver() as got:
        target = Target("site", 1, "http", got.address, TOKEN)
        assert TOKEN not in repr(target)
        for _ in range(2):
            assert carry(target, NAME, DATA) == f"201 Created 收到 {len(DATA)}"
        assert got.files == {f"/import/{NAME}": DATA}
        assert got.asked[0][1]["Content-Digest"].startswith("sha-256=:")
        for status, error in ((302, Hopeless), (404, Hopeless), (413, Hopeless), (429, OSError), (503, OSError)):
            got.status = status
            with pytest.raises(error, match=str(status)):
                carry(target, NAME, DATA)
        with pytest.raises(Hopeless, match="401"):
            carry(replace(target, secret="another"), NAME, DATA)
    with pytest.raises(OSError, match="refused"):
        carry(target, NAME, DATA)


def test_by_sftp_it_comes_to_a_known_host_alone(tmp_path: Path) -> None:
    ours, theirs, others = (paramiko.ECDSAKey.generate() for _ in range(3))
    (tmp_path / "in").mkdir()
    for name, key in (("ours", ours), ("others", others)):
        key.write_private_key_file(str(tmp_path / name))
    with sftp_receiver(tmp_path, ours, theirs) as port:
        known = tmp_path / "known_hosts"
        known.write_text(f"[127.0.0.1]:{port} {theirs.get_name()} {theirs.get_base64()}\n")
        target = Target("press", 1, "sftp", f"sftp://editorial@127.0.0.1:{port}/in", key_file=str(tmp_path / "ours"),
                        known_hosts=str(known))
        for _ in range(2):
            assert carry(target, NAME, DATA) == f"{len(DATA)} B"
        assert [one.name for one in (tmp_path / "in").iterdir()] == [NAME]
        assert (tmp_path / "in" / NAME).read_bytes() == DATA
        with pytest.raises(OSError, match="No such file"):
            carry(replace(target, address=target.address + "/deeper"), NAME, DATA)
        with pytest.raises(Hopeless):
            carry(replace(target, key_file=str(tmp_path / "others")), NAME, DATA)
        known.write_text(f"[127.0.0.1]:{port} {others.get_name()} {others.get_base64()}\n")
        with pytest.raises(Hopeless, match="BadHostKey"):
            carry(target, NAME, DATA)
        known.write_text("")
        with pytest.raises(OSError, match="not found in known_hosts"):
            carry(target, NAME, DATA)


def test_into_a_bucket_it_comes_below_its_path(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    with s3_receiver(tmp_path) as address:
        target = Target("archive", 1, "s3", f"{address}/house/in", TOKEN, access_key="house")
        for _ in range(2):
            assert carry(target, NAME, DATA).startswith("ETag ")
        assert (tmp_path / "house" / "in" / NAME).read_bytes() == DATA
        with pytest.raises(Hopeless):
            carry(replace(target, secret="another"), NAME, DATA)
        with pytest.raises(Hopeless, match="NoSuchBucket"):
            carry(replace(target, address=f"{address}/elsewhere"), NAME, DATA)
    with pytest.raises(OSError, match="connect"):
        carry(target, NAME, DATA)


WRONG = {
    '[cms]\nchannel = 1\n': "with one of",
    '[CMS]\nchannel = 1\nfolder = "/in"\n': "small letters",
    '[cms]\nchannel = "1"\nfolder = "/in"\n': "channel is a number",
    '[cms]\nchannel = 1\nfolder = "in"\n': "whole path",
    '[cms]\nchannel = 1\nfolder = "/in"\nfolders = "/in"\n': "nothing else",
    '[cms]\nchannel = 1\nhttp = "https://cms.example/"\n': "token_file",
    '[cms]\nchannel = 1\nhttp = "http://cms.example/in"\ntoken_file = "TOKEN"\n': "must be closed",
    '[cms]\nchannel = 1\nhttp = "https://a:b@cms.example/in"\ntoken_file = "TOKEN"\n': "without password",
    '[cms]\nchannel = 1\nhttp = "ftp://cms.example/in"\ntoken_file = "TOKEN"\n': "begins with https",
    '[cms]\nchannel = 1\nhttp = "https://cms.example/in"\ntoken_file = "/no/file"\n': "can't be read",
    '[cms]\nchannel = 1\ns3 = "https://store.example/"\naccess_key = "a"\nsecret_file = "TOKEN"\n': "needs a bucket",
    '[cms]\nchannel = 1\nsftp = "sftp://host/in"\nkey_file = "TOKEN"\nknown_hosts = "TOKEN"\n': "needs a user",
    '[cms]\nchannel = 1\nsftp = "sftp://a@host/in"\nkey_file = "TOKEN"\nknown_hosts = "/no/file"\n': "no file",
    "[cms": "can't be read",
}


def test_targets_come_from_the_operators_file_and_a_wrong_one_stops_the_start(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    file = tmp_path / "deliveries.toml"
    env = {"SECRET_KEY": "tests-only-0123456789-abcdefghijklmnop", "DELIVERIES": str(file)}
    for text, words in WRONG.items():
        file.write_text(text.replace("TOKEN", str(token)))
        with pytest.raises(BadSetting, match=words):
            read(env)
    file.write_text(f'[cms]\nchannel = 1\nfolder = "/in"\n[site]\nchannel = 2\nhttp = "https://cms.example/in"\n'
                    f'token_file = "{token}"\n')
    assert read(env).deliveries == (
        Target("cms", 1, "folder", "/in"), Target("site", 2, "http", "https://cms.example/in", TOKEN))
    assert read({"SECRET_KEY": env["SECRET_KEY"]}).deliveries == ()
