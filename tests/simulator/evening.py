"""The end of the day: open questions are asked again, files answered, tills counted, statements brought and closed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from gridhall.cis.channels import files, queries
from gridhall.cis.channels.models import Message, PartnerFile
from gridhall.cis.payments.actions import close_shift
from gridhall.cis.payments.models import Shift
from gridhall.cis.reconcile.actions import confirm, import_statement, propose
from gridhall.cis.reconcile.models import Difference, Statement
from gridhall.codecs.errors import CodecError
from gridhall.platform import jobs
from gridhall.platform.errors import Refused
from gridhall.platform.job_actions import restart_job
from gridhall.platform.models import Job
from gridhall.platform.scope import EVERYTHING
from tests.simulator.clients import Client, over_leases
from tests.simulator.desk import method, put_file
from tests.simulator.outside import Journal, Outside, believed, listed, movement
from tests.simulator.partners import PARTNERS, Answer, day_file, statement
from tests.simulator.plan import LINKED, NOBODY, Plan, Way
from tests.simulator.world import CASHIERS, FLOAT_FEN, House, as_asked, enter, number_of


def settle_day(plan: Plan, folder: Path) -> None:
    """Nobody is at work any more, a minute has passed: everything that its sender asks for again gets a last word."""
    house = enter()
    plan = as_asked(plan, house)
    over_leases()
    Message.objects.filter(state=Message.State.WORKING).update(at=timezone.now() - timedelta(seconds=61))
    client = Client(plan, house, Journal(folder / "evening.jsonl"), "evening")
    outside = believed(plan, folder)
    client.settled |= {number for number, belief in outside.beliefs.items() if belief.final}
    deliveries = [one for own in plan.slices for one in own]
    client.repeat(tuple(dict.fromkeys(deliveries)))
    _finish_jobs(house)
    _answer_files(plan, house, client.journal)
    _second_file(plan, house, client.journal, folder)
    _count_tills(plan, house, believed(plan, folder))


def _finish_jobs(house: House) -> None:
    """All that waits; a job in which too many workers died one after the other is run again by a person."""
    jobs.run_until_idle()
    for job in Job.objects.within(EVERYTHING).filter(state=Job.State.FAILED):
        restart_job(house.staff["checker"], job)
    jobs.run_until_idle()


def _answer_files(plan: Plan, house: House, journal: Journal) -> None:
    """The bank reads our answer files."""
    numbers = {one.serial: one.number for one in plan.operations if one.way is Way.FILE}
    for row in queries.files(EVERYTHING).order_by("pk"):
        row = PartnerFile.objects.within(EVERYTHING).select_related("link").get(pk=row.pk)
        for line in files.answer(row).decode().splitlines()[1:-1]:
            _r, _n, serial, code, receipt, fen = line.split("|")
            journal.heard(0, numbers[serial], Answer(code, receipt, int(fen)))


def _second_file(plan: Plan, house: House, journal: Journal, folder: Path) -> None:
    """What came before its payment is sent again in another file, beside lines that were posted long ago."""
    outside = believed(plan, folder)
    sent = [n for batch in plan.batches if batch.way is Way.FILE and not batch.lost for n in batch.operations]
    early = [n for n in sent if not outside.of(n).final]
    if not early and not sent:
        return
    lines = [movement(plan, house, plan.operations[n]) for n in dict.fromkeys([*sent[:5], *early])]
    pk = put_file(house, day_file(Way.FILE, house.day, lines), "second.txt")
    jobs.run_until_idle()
    row = PartnerFile.objects.within(EVERYTHING).select_related("link").get(pk=pk)
    numbers = {one.serial: one.number for one in plan.operations if one.way is Way.FILE}
    for line in files.answer(row).decode().splitlines()[1:-1]:
        _r, _n, serial, code, receipt, fen = line.split("|")
        journal.heard(0, numbers[serial], Answer(code, receipt, int(fen)))


def drawer_fen(plan: Plan, outside: Outside, cashier: int) -> int:
    """What lies in a till, as the cashier who took it knows."""
    total = FLOAT_FEN
    for one in plan.operations:
        first = one if one.original is None else plan.operations[one.original]
        if first.way is Way.COUNTER and first.number % CASHIERS == cashier and method(first) == "cash":
            total += one.net_fen if outside.of(one.number).good else 0
    return total


def _count_tills(plan: Plan, house: House, outside: Outside) -> None:
    """Each cashier closes with the count; a difference would need a word and stand in the books."""
    for n in range(CASHIERS):
        actor = house.staff[f"cashier{n}"]
        shift = Shift.objects.within(EVERYTHING).get(cashier_id=actor.user_id, closed_at__isnull=True)
        close_shift(actor, shift.pk, drawer_fen(plan, outside, n), "counted by the simulator", key=f"close{n}")


def bring_statements(plan: Plan, folder: Path, late: bool = False) -> list[str]:
    """Every partner's statement: some first with a line twice, which is refused whole, and each brought twice."""
    house = enter()
    plan = as_asked(plan, house)
    outside, wrong, person = believed(plan, folder), [], house.staff["reconciler"]
    for way in LINKED:
        movements, link = listed(plan, outside, house, way, late), house.links[way]
        if late and not movements:
            continue
        if way in plan.doubled and movements:
            try:
                import_statement(person, link.pk, statement(way, house.day, [*movements, movements[0]]), "twice.txt")
                wrong.append(f"the statement of {way} with a line twice was not refused")
            except CodecError:
                pass
        for name in ("day.txt", "again.txt"):
            import_statement(person, link.pk, statement(way, house.day, movements), name)
    return wrong


def match_statements() -> list[str]:
    """The jobs of the statements, from wherever a killed worker left them."""
    over_leases()
    _finish_jobs(enter())
    rows = Statement.objects.within(EVERYTHING).exclude(state=Statement.State.DONE).values_list("link__code", "day")
    return [f"the statement of {code} for {day} was not matched to its end" for code, day in rows]


def close_differences(plan: Plan, folder: Path) -> list[str]:
    """Two people close everything that is open, each difference the way that fits it."""
    house = enter()
    plan = as_asked(plan, house)
    by_serial = {(PARTNERS[one.way].code, one.serial): one for one in plan.operations if one.way in LINKED}
    wrong: list[str] = []
    rows = (
        Difference.objects.within(EVERYTHING)
        .filter(state=Difference.State.OPEN)
        .select_related("link", "line", "payment")
    )
    for row in rows.order_by("pk"):
        serial = row.line.serial if row.line else row.payment.serial
        one = by_serial[row.link.code, serial]
        way, account = Difference.Way.CHARGE_BACK, ""
        if row.kind == Difference.Kind.THEIRS_ONLY:
            books = one.account != NOBODY and one.number % 3
            way, account = (Difference.Way.BOOK, number_of(one.account)) if books else (Difference.Way.GIVE_BACK, "")
        elif row.kind == Difference.Kind.AMOUNT_DIFFERS:
            way = Difference.Way.TAKE_THEIRS
        try:
            propose(house.staff["reconciler"], row.pk, way, "looked into it", account, key=f"propose{row.pk}")
            confirm(house.staff["checker"], row.pk, key=f"confirm{row.pk}")
        except Refused as error:
            wrong.append(f"the difference of {one.name} ({row.kind}) cannot be closed by {way}: {error}")
    return wrong
