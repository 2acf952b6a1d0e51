"""A month that the old system billed too, in the words of a small file."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import pytest

from gridhall.cis.parallel.actions import start_run
from gridhall.cis.parallel.models import ParallelRun
from gridhall.codecs import legacy_bills as codec
from gridhall.platform import jobs
from gridhall.readings.importing import files
from tests.cast import Cast
from tests.cis.facts import put_month

MONTH = 202601
UNIT = "32/04/"
Amounts = Mapping[str, tuple[str, str]]  # name → kWh and yuan


def file_of(cast: Cast, amounts: Amounts) -> bytes:
    """One row a bill with nothing but energy and amount."""
    rows = [f"{cast.accounts[name].number},{MONTH},{kwh},{yuan}" for name, (kwh, yuan) in amounts.items()]
    return "\n".join(["cons_no,rcvbl_ym,t_pq,rcvbl_amt", *rows, ""]).encode()


def bring_in(cast: Cast, raw: bytes, by: str = "Biller Gao", unit: str = UNIT) -> ParallelRun:
    """A run of the file, read and compared."""
    mapping, _ = codec.propose(codec.look(io.BytesIO(raw)))
    run = start_run(cast.actor(by), files.keep([raw]), "old.csv", unit, MONTH, mapping)
    jobs.run_until_idle()
    run.refresh_from_db()
    return run


@pytest.fixture
def ours(cast: Cast) -> dict[str, tuple[str, str]]:
    """Energy and amount of every account in January, as a comparison calculates them."""
    put_month(cast, MONTH)
    run = bring_in(cast, b"cons_no,rcvbl_ym,t_pq,rcvbl_amt\n9999999999,202601,1,1.00\n")
    numbers = {account.number: name for name, account in cast.accounts.items()}
    found: dict[str, tuple[str, str]] = {}
    for one in run.comparison_rounds.get().comparisons.exclude(account_number="9999999999"):
        fen = one.ours_fen
        assert fen is not None
        found[numbers[one.account_number]] = ("", f"{fen // 100}.{fen % 100:02d}")
    return found


Compare = Callable[[Amounts], ParallelRun]


@pytest.fixture
def compare(cast: Cast) -> Compare:
    """A run of these amounts."""
    return lambda amounts: bring_in(cast, file_of(cast, amounts))
