"""The life of a parallel run: brought in once, compared again and again, accepted with reasons, signed by another."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Agreement
from gridhall.cis.ledger.models import Entry
from gridhall.cis.parallel import actions, importing, queries
from gridhall.cis.parallel.actions import Group
from gridhall.cis.parallel.comparing import ACCOUNTS_PER_STEP, Compared, Row, chapters
from gridhall.cis.parallel.models import Comparison, LegacyBill, LegacyMapping, ParallelRun
from gridhall.codecs import legacy_bills as codec
from gridhall.platform import jobs
from gridhall.platform.actor import system
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.importing import files
from tests.cast import Cast
from tests.cis.parallel.conftest import MONTH, UNIT, Amounts, Compare, bring_in, file_of

State = ParallelRun.State
pytestmark = pytest.mark.usefixtures("english")


def causes(cast: Cast, run: ParallelRun) -> dict[str, str]:
    """Who differs and why, in the newest round."""
    numbers = {account.number: name for name, account in cast.accounts.items()}
    last = queries.latest(run)
    assert last is not None
    return {numbers.get(one.account_number, "?"): one.cause for one in last.comparisons.all()}


def changed(amounts: Amounts, **yuan: str) -> dict[str, tuple[str, str]]:
    """The amounts with some of them replaced; names with _ for blanks."""
    return {**amounts, **{name.replace("_", " "): ("", value) for name, value in yuan.items()}}


def test_equal_bills_are_counted_and_nothing_else_is_written(cast: Cast, ours: Amounts, compare: Compare) -> None:
    before = Bill.objects.within(EVERYTHING).count(), Entry.objects.count()
    run = compare(ours)
    last = run.comparison_rounds.get()
    assert (run.state, last.equal, last.differing, last.bills_ours) == (State.COMPARED, 7, 0, 7)
    assert last.theirs_fen == last.ours_fen > 0
    assert (Bill.objects.within(EVERYTHING).count(), Entry.objects.count()) == before


def test_totals_alone_show_the_one_change_that_explains_them(cast: Cast, ours: Amounts, compare: Compare) -> None:
    without_quota = str(Decimal(ours["Grandma Chen"][1]) + Decimal("8.07"))  # 15 kWh at 0.5380
    run = compare(changed(ours, Grandma_Chen=without_quota, Ms_Li="333.57", Lao_Zhou="99.99"))
    assert causes(cast, run) == {"Grandma Chen": "free_quota", "Ms Li": "rounding", "Lao Zhou": "unknown"}
    for one in run.comparison_rounds.get().comparisons.all():
        assert sum(part["fen"] for part in one.detail["parts"]) == one.difference_fen


def test_accounts_on_one_side_only_are_named(cast: Cast, ours: Amounts, compare: Compare) -> None:
    run = compare({name: figures for name, figures in ours.items() if name != "Lao Zhou"})
    assert causes(cast, run) == {"Lao Zhou": "missing_there"}
    Agreement.objects.filter(account=cast.accounts["Ms Li"]).update(tariff_code="never-published")
    actions.compare_again(cast.actor("Biller Gao"), run.pk)
    jobs.run_until_idle()
    run.refresh_from_db()
    assert causes(cast, run) == {"Lao Zhou": "missing_there", "Ms Li": "missing_here"}
    part = queries.latest(run).comparisons.get(cause="missing_here").detail["parts"][0]
    assert part["why"] == "no_tariff"


def test_a_bill_with_an_unreadable_row_is_no_difference_of_its_own(cast: Cast, ours: Amounts, compare: Compare) -> None:
    run = compare(changed(ours, Ms_Li="333.5x"))
    assert causes(cast, run) == {"Ms Li": "unreadable"}
    assert run.refused == 1
    ((row, texts, problem),) = list(queries.refused_rows(run))
    assert (row, texts[0], problem["code"]) == (list(ours).index("Ms Li") + 2, cast.accounts["Ms Li"].number, "amount")


def test_the_same_file_twice_is_one_run(cast: Cast, ours: Amounts, compare: Compare) -> None:
    first, again = compare(ours), compare(ours)
    assert first.pk == again.pk
    assert LegacyBill.objects.within(EVERYTHING).filter(run=first).count() == 7
    actions.cancel_run(cast.actor("Biller Gao"), first.pk, "wrong month")
    assert compare(ours).pk != first.pk


def test_what_came_in_is_never_changed(cast: Cast, ours: Amounts, compare: Compare) -> None:
    run = compare(ours)
    rows = LegacyBill.objects.within(EVERYTHING).filter(run=run)
    for change in (lambda: rows.update(amount_fen=0), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_import_goes_on_behind_its_last_step(cast: Cast, ours: Amounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BILLS_PER_STEP", 2)
    raw = file_of(cast, ours)
    mapping, _ = codec.propose(codec.look(io.BytesIO(raw)))
    run = actions.start_run(cast.actor("Biller Gao"), files.keep([raw]), "old.csv", UNIT, MONTH, mapping)
    steps = list(importing.steps(files.kept(run.upload), mapping, MONTH))
    assert len(steps) == 4
    for _ in range(2):  # a worker that kept two steps, the second of them twice, and died
        actions.import_step(system(), run.pk, steps[0])
        actions.import_step(system(), run.pk, steps[1])
    jobs.run_until_idle()
    run.refresh_from_db()
    assert (run.state, run.bills, run.comparison_rounds.get().equal) == (State.COMPARED, 7, 7)


def test_a_step_of_comparing_done_twice_is_done_once(cast: Cast, ours: Amounts) -> None:
    run = bring_in(cast, file_of(cast, ours))
    actions.compare_again(cast.actor("Biller Gao"), run.pk)
    run.refresh_from_db()
    found = queries.latest(run)
    assert found is not None
    result = Compared(1, 1, 0, 100, 90, [Row("0400000001", None, "", 100, 90, "unknown")])
    for _ in range(2):
        actions.compare_step(system(), found.pk, 1, result)
    found.refresh_from_db()
    assert (found.steps_done, found.differing, found.comparisons.count()) == (1, 1, 1)
    assert len(chapters(run)) == 2  # seven accounts in one step, then the numbers nobody has
    assert ACCOUNTS_PER_STEP > 7


def test_an_acceptance_holds_while_the_difference_stays_the_same(cast: Cast, ours: Amounts, compare: Compare) -> None:
    run = compare(changed(ours, Lao_Zhou="99.99", Green_Wheels="5.00"))
    gao = cast.actor("Biller Gao")
    actions.accept_group(gao, run.pk, Group(), "the old system was wrong")
    Agreement.objects.filter(account=cast.accounts["Lao Zhou"]).update(low_income=True)
    actions.compare_again(gao, run.pk)
    jobs.run_until_idle()
    run.refresh_from_db()
    last = queries.latest(run)
    assert last is not None
    states = {one.account_number: (one.state, one.reason) for one in last.comparisons.all()}
    assert states[cast.accounts["Green Wheels"].number] == ("accepted", "the old system was wrong")
    assert states[cast.accounts["Lao Zhou"].number] == ("open", "")
    assert last.open_at_end == 1


def test_what_is_repaired_is_gone_in_the_next_round(cast: Cast, ours: Amounts, compare: Compare) -> None:
    Agreement.objects.filter(account=cast.accounts["Grandma Chen"]).update(low_income=False)
    run = compare(ours)
    assert causes(cast, run) == {"Grandma Chen": "free_quota"}
    Agreement.objects.filter(account=cast.accounts["Grandma Chen"]).update(low_income=True)
    actions.compare_again(cast.actor("Biller Gao"), run.pk)
    jobs.run_until_idle()
    run.refresh_from_db()
    assert causes(cast, run) == {}
    assert [one.open_at_end for one in queries.rounds(run)] == [0, 1]
    assert run.comparison_rounds.get(number=1).comparisons.get().state == Comparison.State.RESOLVED


def test_a_second_person_signs_when_nothing_is_open(cast: Cast, ours: Amounts, compare: Compare) -> None:
    run = compare(changed(ours, Lao_Zhou="99.99"))
    he = cast.actor("Checker He")
    with pytest.raises(Refused, match="open differences"):
        actions.sign_run(he, run.pk)
    one = run.comparison_rounds.get().comparisons.get()
    with pytest.raises(Refused, match="reason"):
        actions.accept_one(he, one.pk, " ")
    actions.accept_one(he, one.pk, "shown to be theirs")
    with pytest.raises(Refused, match="None of these"):
        actions.accept_one(he, one.pk, "shown to be theirs")
    with pytest.raises(NotAllowed):
        actions.sign_run(cast.actor("Biller Gao"), run.pk)
    signed = actions.sign_run(he, run.pk)
    assert (signed.state, signed.signed_by) == (State.SIGNED, "Checker He")
    for after in (
        lambda: actions.compare_again(he, run.pk), lambda: actions.cancel_run(he, run.pk, "too late"),
        lambda: actions.accept_group(he, run.pk, Group(), "more"), lambda: actions.sign_run(he, run.pk),
    ):  # fmt: skip
        with pytest.raises(Refused):
            after()


def test_who_brought_the_file_in_may_not_sign(cast: Cast, ours: Amounts) -> None:
    run = bring_in(cast, file_of(cast, ours), by="Checker He")
    with pytest.raises(Refused, match="second person"):
        actions.sign_run(cast.actor("Checker He"), run.pk)


def test_a_cancelled_comparison_keeps_nothing_more(cast: Cast, ours: Amounts, compare: Compare) -> None:
    run = compare(ours)
    gao = cast.actor("Biller Gao")
    actions.compare_again(gao, run.pk)
    actions.cancel_run(gao, run.pk, "wrong file")
    jobs.run_until_idle()
    run.refresh_from_db()
    assert run.state == State.CANCELLED
    with pytest.raises(Refused, match="ended"):
        actions.compare_step(system(), queries.latest(run).pk, 1, Compared())


def test_a_file_of_another_form_ends_the_run_with_its_reason(cast: Cast) -> None:
    mapping = codec.ColumnMap("bills", {"konto": "account", "summe": "amount"})
    run = actions.start_run(cast.actor("Biller Gao"), files.keep([b"a,b\n1,2\n"]), "other.csv", UNIT, MONTH, mapping)
    jobs.run_until_idle()
    run.refresh_from_db()
    assert (run.state, run.problems[0]["code"], run.problems[0]["field"]) == (
        State.CANCELLED,
        "column_missing",
        "konto",
    )


def test_a_mapping_is_kept_by_its_name(cast: Cast) -> None:
    gao, mapping = cast.actor("Biller Gao"), codec.ColumnMap("bills", {"konto": "account", "summe": "amount"})
    actions.save_mapping(gao, UNIT, "altes System", mapping)
    actions.save_mapping(gao, UNIT, "altes System", codec.ColumnMap("lines", mapping.targets))
    assert queries.mappings(gao.scope)["altes System"].layout == "lines"
    assert LegacyMapping.objects.within(EVERYTHING).count() == 1
    assert queries.mappings(cast.actor("Stranger").scope) == {}


def test_to_the_stranger_no_run_exists(cast: Cast, ours: Amounts, compare: Compare) -> None:
    run = compare(changed(ours, Lao_Zhou="99.99"))
    one = run.comparison_rounds.get().comparisons.get()
    stranger, mapping = cast.actor("Stranger"), codec.ColumnMap("bills", {"konto": "account"})
    tries: tuple[Callable[[], object], ...] = (
        lambda: actions.start_run(stranger, files.keep([b"a,b\n"]), "a.csv", UNIT, MONTH, mapping),
        lambda: actions.save_mapping(stranger, UNIT, "mine", mapping),
        lambda: actions.compare_again(stranger, run.pk),
        lambda: actions.cancel_run(stranger, run.pk, "curious"),
        lambda: actions.accept_group(stranger, run.pk, Group(), "curious"),
        lambda: actions.accept_one(stranger, one.pk, "curious"),
        lambda: actions.sign_run(stranger, run.pk),
    )
    for attempt in tries:
        with pytest.raises(NotInScope):
            attempt()
    assert queries.run(stranger.scope, run.public_id) is None
    assert queries.difference(stranger.scope, one.public_id) is None
    assert list(queries.runs(stranger.scope)) == []
