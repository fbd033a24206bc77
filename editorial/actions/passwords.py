"""Passwords: how they are kept, compared, and which ones are too easy to guess."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence

import argon2

from editorial.errors import Invalid

HASHER = argon2.PasswordHasher(time_cost=3, memory_cost=19456, parallelism=1)
"""argon2id, above what OWASP ASVS 5.0 appendix C asks for (t=2, m=19456 KiB, p=1)."""
SHORTEST, LONGEST = 8, 128
GUESSES = 10**6
"""A password that is found within so many tries is refused: that holds all that stand in lists of common ones."""
KNOWN_HERE = ("武汉", "武汉市", "wuhan", "湖北", "hubei", "学习强国", "xuexi", "xuexiqiangguo", "长江日报",
              "changjiang", "编辑部", "通讯员", "editorial", "woaini", "woaini1314", "5201314", "1314520", "woshi",
              "mima", "mima1234")
"""What everybody in the house, or in the language, would try first."""


def hash_of(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(_plain(password))


def is_right(kept: str | None, password: str) -> bool:
    """Whether `kept` was made of this password. It takes the same time where nothing is kept."""
    try:
        return HASHER.verify(kept or _NOBODY, _plain(password)) and kept is not None
    except argon2.exceptions.VerificationError:
        return False


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with weaker numbers than today's."""
    return HASHER.check_needs_rehash(kept)


def demand_strong(password: str, names: Sequence[str]) -> None:
    """Raises Invalid for a password that is too short, too long, or soon guessed by who knows `names` and the house.

    Any characters may be used, and none has to be (ASVS 6.2.5).
    """
    known = [word.casefold() for name in (*names, *KNOWN_HERE) for word in (name, *name.split()) if len(word) > 1]
    from zxcvbn import zxcvbn  # 12 MiB of dictionaries, which only setting a password needs

    folded = _plain(password).casefold()
    if (not SHORTEST <= len(password) <= LONGEST
            or int(zxcvbn(folded[:LONGEST], known, max_length=LONGEST)["guesses"]) < GUESSES
            or any(word in folded and len(folded) - len(word) < SHORTEST - 2 for word in known)):
        raise Invalid({"new_password": "weak-password"})


def _plain(password: str) -> str:
    """The same however it was typed: full-width digits and letters of an input method are those of the keyboard."""
    return unicodedata.normalize("NFKC", password)


_NOBODY = HASHER.hash(secrets.token_hex(16))
