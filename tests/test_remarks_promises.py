"""Who takes part in the annotations on a manuscript, in every situation that it can be in."""

from __future__ import annotations

import pytest
from flask import Flask

from editorial.workflow import REMARK_TABLE, available
from tests import cast
from tests.servers import on_one_database
from tests.situations import SITUATIONS

# Who takes part, where: by hand from domain.md. Whoever is not named does nothing.
WRITES = "annotate settle take-up answer"
MAY: dict[str, dict[str, str]] = {
    "draft": {"cor_a1": "answer"},
    "draft, co-written": {"cor_a1": "answer", "cor_a2": "answer"},
    "awaiting sign-off": {"cor_a1": "answer", "sig_a": WRITES, "sig_district": WRITES},
    "awaiting the signature above": {"cor_further": "answer", "sig_district": WRITES},
    "on the desk": {"cor_a1": "answer", "chief_n": WRITES},
    "held by pol_n": {"cor_a1": "answer", "pol_n": WRITES, "chief_n": WRITES},
    "at content, passed by pol_n": {"cor_a1": "answer", "chief_n": WRITES},
    "edited at quality, back at pol_n": {"cor_a1": "answer", "pol_n": WRITES, "chief_n": WRITES},
    "returned by pol_n": {"cor_a1": "answer", "chief_n": "answer"},
    "returned by the signer": {"cor_a1": "answer"},
    "rejected by pol_n": {}, "rejected by the signer": {}, "appealed": {}, "appealed, the chief is kin": {},
    "accepted": {"cor_a1": "answer", "chief_n": WRITES},
    "published": {"cor_a1": "answer"},
    "correction asked for": {"cor_a1": "answer"},
    "correction declined": {"cor_a1": "answer"},
    "correction asked for by the chief who co-wrote it": {"cor_a1": "answer", "chief_n": "answer"},
    "correction under review": {"cor_a1": "answer", "pol_n": WRITES},
    "recalled after the office read it": {"cor_a1": "answer", "chief_n": "answer"},
    "correction by a chief who also reads": {"cor_a1": "answer"},
    "withdrawn": {}, "retracted": {},
    "on the desk, pol_n knows the author": {"cor_a1": "answer", "chief_n": WRITES},
    "on the desk, pol_n has to do with the unit": {"cor_a1": "answer", "chief_n": WRITES},
    "held by pol_n, who then declared an interest": {"cor_a1": "answer", "chief_n": WRITES},
    "awaiting sign-off, the signer is kin": {"cor_a1": "answer", "sig_district": WRITES},
    "held by pol_n, who is away; pol_n2 stands in": {"cor_a1": "answer", "pol_n": WRITES, "chief_n": WRITES},
    "at content, pol_n who passed it stands in": {"cor_a1": "answer", "chief_n": WRITES},
    "awaiting sign-off, a colleague stands in for the signer": {
        "cor_a1": "answer", "cor_a2": WRITES, "sig_a": WRITES, "sig_district": WRITES},
    "awaiting sign-off, its author stands in for the signer": {
        "cor_a1": "answer", "sig_a": WRITES, "sig_district": WRITES},
    "appealed, the publisher stands in for the chief": {},
}


@on_one_database
@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_takes_part_exactly_as_promised(app: Flask, situation: str) -> None:
    manuscript = SITUATIONS[situation]()
    for key in cast.CAST:
        allowed = {row.action.value for row in available(cast.actor(key), manuscript, REMARK_TABLE)}
        assert allowed == set(MAY[situation].get(key, "").split()), key
