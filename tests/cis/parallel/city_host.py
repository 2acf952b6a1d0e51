"""A parallel run on a demo city, in a process of its own: ``python -m tests.cis.parallel.city_host LAYOUT``."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import django


def main(layout: str) -> None:
    """Print as JSON what was planted and what was found; then what is left after repairs on our side."""
    django.setup()
    from gridhall.cis.billing.models import Bill
    from tests.cis.parallel.old_system import LAYOUTS, old_bills

    month = Bill.objects.latest("month").month  # the last closed one is the only one that is billed by curves
    answers: dict[str, Any] = {"bills": Bill.objects.filter(month=month).count()}
    old = with_standard_85(old_bills(month), month)
    sound = LAYOUTS[layout](old.bills, month)
    answers["sound"] = found(sound, month)
    from tests.cis.parallel.faults import EVERY

    for plant in EVERY:
        plant(old)
    answers["planted"] = old.planted
    answers["faulty"] = found(LAYOUTS[layout](old.bills, month), month)
    answers["repaired"] = repaired(sound, month)
    print(json.dumps(answers, ensure_ascii=False))


def with_standard_85(bills: list[Any], month: int) -> Any:
    """One business gets the standard of 0.85, here and there, and power good enough for the whole reduction."""
    from gridhall.cis.customers.models import Agreement
    from tests.cis.parallel.faults import OldSystem
    from tests.cis.parallel.old_system import rated

    for bill in bills:
        if len(bill.rows) == 1 and bill.rows[0]["power_factor_standard"] == 90 and bill.rows[0]["charging"] == 0:
            row = bill.rows[0] | {"power_factor_standard": 85}
            lines = rated([row], month)
            if any(line.price_e8 == -1_100_000 for line in lines if line.kind == "power_factor"):
                bill.rows, bill.lines = [row], lines
                bill.settle()
                Agreement.objects.filter(pk=row["agreement"]).update(power_factor_standard=85)
                break
    else:
        raise AssertionError("the city has no business with good power")
    return OldSystem(bills, month)


def started(raw: bytes, month: int) -> Any:
    """A run of the file, read and compared once."""
    from gridhall.cis.parallel.actions import start_run
    from gridhall.codecs import legacy_bills as codec
    from gridhall.platform import jobs
    from gridhall.platform.actor import system
    from gridhall.readings.importing import files

    mapping, _ = codec.propose(codec.look(io.BytesIO(raw)))
    run = start_run(system(), files.keep([raw]), "old.csv", "32/", month, mapping)
    jobs.run_until_idle()
    run.refresh_from_db()
    assert run.state == "compared", (run.state, run.problems, run.job and run.job.error)
    assert not run.refused and not run.problems, run.problems
    return run


def found(raw: bytes, month: int) -> dict[str, Any]:
    """Account → cause, difference and whether its parts add up; and the counts of the round."""
    return _told(started(raw, month))


def _told(run: Any) -> dict[str, Any]:
    last = run.comparison_rounds.latest("number")
    rows = {
        one.account_number: {
            "cause": one.cause, "fen": one.difference_fen, "parts": one.detail["parts"],
            "adds_up": sum(part["fen"] for part in one.detail["parts"]) == one.difference_fen, "state": one.state,
        }
        for one in last.comparisons.all()
    }  # fmt: skip
    return {"rows": rows, "equal": last.equal, "theirs": last.bills_theirs, "ours": last.bills_ours}


def repaired(sound: bytes, month: int) -> dict[str, Any]:
    """Faults on our side, found against a right file, repaired, compared again, signed off."""
    from gridhall.cis.customers.models import Account, Agreement
    from gridhall.cis.parallel.actions import compare_again, sign_run
    from gridhall.platform import jobs
    from gridhall.platform.actor import system

    quota = Agreement.objects.filter(low_income=True).earliest("pk")
    tariff = Agreement.objects.filter(tariff_code="demo-business-single-part-lt1kv").earliest("pk")
    Agreement.objects.filter(pk=quota.pk).update(low_income=False)
    Agreement.objects.filter(pk=tariff.pk).update(tariff_code="demo-ev")
    wrong = {Account.objects.get(pk=one.account_id).number for one in (quota, tariff)}
    run = started(sound + b"\n", month)  # another file to the eye of the run: the same rows
    before = _told(run)
    Agreement.objects.filter(pk=quota.pk).update(low_income=True)
    Agreement.objects.filter(pk=tariff.pk).update(tariff_code="demo-business-single-part-lt1kv")
    compare_again(system(), run.pk)
    jobs.run_until_idle()
    run.refresh_from_db()
    after = _told(run)
    sign_run(system(), run.pk)
    run.refresh_from_db()
    gone = run.comparison_rounds.get(number=1).comparisons.filter(state="resolved").count()
    return {"wrong": sorted(wrong), "before": before, "after": after, "gone": gone, "state": run.state}


if __name__ == "__main__":
    main(*sys.argv[1:])
