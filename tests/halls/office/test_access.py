"""Who gets into the office, that reading changes nothing, and that what belongs to others does not exist."""

from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from gridhall.cis.advice.models import AdviceRun
from gridhall.cis.billing.models import Bill, BillException, BillRun
from gridhall.cis.cases.actions import Facts, open_case
from gridhall.cis.cases.terms import Terms
from gridhall.cis.customers.models import Account, CustomerImport
from gridhall.cis.parallel.models import Comparison, ComparisonRound, ParallelRun
from gridhall.cis.studio import actions as studio
from gridhall.cis.tariffs.actions import create_series, upload_prices
from gridhall.cis.tariffs.models import Tariff
from gridhall.platform import jobs
from gridhall.platform.models import Job
from gridhall.readings.catalog import current_snapshot
from gridhall.readings.models import Issue, MeteringPoint, ReadingsImport
from tests.cast import Cast
from tests.halls.cases import posted_case
from tests.halls.office.conftest import At
from tests.price_tables import FEBRUARY, as_csv

pytestmark = pytest.mark.usefixtures("town", "db")
ONLY_POST = {
    "office-find", "office-import-apply", "office-job-cancel", "office-tariffs-shipped",
    "office-customer-import-apply",
    "office-audit-verify", "office-account-between-end", "office-parallel-start", "office-parallel-again",
    "office-late-rerate", "office-saving-cancel", "office-job-restart",
    "office-draft-check", "office-draft-samples", "office-draft-comment", "office-draft-submit", "office-draft-discard",
    "office-draft-publish", "office-price-table-map", "office-price-table-submit", "office-price-table-discard",
    "office-price-table-confirm", "office-price-table-compare", "office-case-preview", "office-case-confirm",
    "office-case-approve", "office-case-withdraw", "office-case-pay-out",
    "office-price-upload-decide",
}  # fmt: skip
ELSEWHERE = ("office-whatif", "office-books", "office-money", "office-prepay")
AUDITOR = {"office-tariffs", "office-tariff", "office-calendars", "office-calendar", "office-audit"}
CASES = {"office-cases", "office-case", "office-case-pdf"}
ADMINISTRATOR = {"office-jobs", "office-job"}
CHECKER_ONLY = {"office-run-release", "office-calendar-new"}
PUBLIC = {"office-tariff", "office-price-series"}  # published prices belong to nobody


@pytest.fixture
def addresses(town: Cast) -> dict[str, str]:
    """Every address of the hall, each id filled in with a row of the station."""
    path, account = town.station.path, town.accounts["Ms Li"]
    point = MeteringPoint.objects.create(code="NEW-POINT", path=path)
    run = BillRun.objects.latest("pk")
    bill = Bill.objects.filter(account=account).latest("pk")
    compared = a_difference(path, account)
    ids = {
        "runs": run,
        "exceptions": BillException.objects.create(run=run, account=account, bill=bill, path=path, kind="zero_use"),
        "bills": bill,
        "accounts": account,
        "imports": ReadingsImport.objects.create(path=path, file_name="a.csv", state="done", sha256="0" * 64),
        "points": point,
        "issues": Issue.objects.create(
            point=MeteringPoint.objects.get(code="LHMP000001"), path=path, quantity=1, day=date(2026, 10, 5),
            first_slot=4, slots=2, rule="spike", measured=9000, limit=4000,
        ),
        "jobs": jobs.submit("readings-import", {}, path=path, by="Biller Gao"),
        "tariffs": Tariff.objects.earliest("pk"),
        "parallel": compared.round.run,
        "differences": compared,
        **a_price_series(town),
        "drafts": studio.create(town.actor("Biller Gao"), date(2027, 1, 1)),
        "price-tables": studio.import_table(town.actor("Biller Gao"), as_csv(FEBRUARY), "t.csv"),
        "savings": AdviceRun.objects.create(path=path, until=202610, on=date(2026, 11, 21), created_at=run.created_at),
        "cases": posted_case(town),
        "customers": CustomerImport.objects.create(path=path, file_name="c.csv", sha256="1" * 64),
    }  # fmt: skip
    found = {}
    for page, patterns in get_resolver().reverse_dict.lists():
        # What-ifs, books, money and prepayment open for others, too; who may is tested beside them.
        if isinstance(page, str) and page.startswith("office-") and not page.startswith(ELSEWHERE):
            address, wanted = patterns[0][0][0]
            given = {"public_id": ids[address.split("/")[1]].public_id} if "public_id" in wanted else {}
            given |= {"seq": 1} if "seq" in wanted else {}
            given |= {"code": "hubei-business"} if "code" in wanted else {}
            given |= {"on": bill.period_from} if "on" in wanted else {}
            found[page] = reverse(page, kwargs=given)
    account = town.accounts["Lao Zhou"]
    draft = open_case(town.actor("Biller Gao"), account.pk, "theft", Facts(date(2026, 11, 20), Terms()))
    found["office-case-edit"] = reverse("office-case-edit", kwargs={"public_id": draft.public_id})
    assert len(found) >= 35
    return found


def a_difference(path: str, account: Account) -> Comparison:
    """A parallel run that was compared once, with one account that differs."""
    run = ParallelRun.objects.create(
        path=path, month=202610, file_name="old.csv", sha256="2" * 64, mapping={}, mapping_sha256="3" * 64,
        state=ParallelRun.State.COMPARED, rounds=1, header=["account"],
    )  # fmt: skip
    found = ComparisonRound.objects.create(run=run, path=path, number=1, snapshot=current_snapshot(), ended=True)
    return Comparison.objects.create(
        round=found, account_number=account.number, account_id=account.pk, path=path, theirs_fen=100, ours_fen=90,
        difference_fen=-10, size_fen=10, band=2, cause="unknown", detail={"parts": [{"cause": "unknown", "fen": -10}]},
    )  # fmt: skip


def a_price_series(town: Cast) -> dict[str, object]:
    """A series and a file of it."""
    series = create_series(town.actor("Biller Gao"), "spot", "Spot", "现货", 60, "a made-up market")
    rows = "".join(f"2026-10-01 {hour:02}:00,350\n" for hour in range(1, 25))
    content = f"time,price\n{rows}".encode()
    upload = upload_prices(town.actor("Biller Gao"), series.pk, content, "october.csv", "MWh", "end")
    return {"price-series": series, "price-uploads": upload}


def answers(client: Client, addresses: dict[str, str]) -> dict[str, int]:
    return {page: client.get(url).status_code for page, url in addresses.items() if page not in ONLY_POST}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_but_the_audit_log_opens_for_the_checker(at: At, addresses: dict[str, str], language: str) -> None:
    found = answers(at("Checker He", language), addresses)
    assert found.pop("office-audit") == 403
    assert set(found.values()) == {200}, found


def test_a_biller_opens_all_of_it_but_the_release(at: At, addresses: dict[str, str]) -> None:
    found = answers(at("Biller Gao"), addresses)
    assert {page for page, status in found.items() if status != 200} == CHECKER_ONLY | {"office-audit"}


@pytest.mark.parametrize(
    ("name", "open_pages"), [("Auditor Qin", AUDITOR), ("Administrator Lin", ADMINISTRATOR), ("Manager Tang", CASES),
                             ("Clerk Wu", set()), ("Agent Qian", set())],
)  # fmt: skip
def test_other_roles_open_only_what_they_need(
    at: At, addresses: dict[str, str], name: str, open_pages: set[str]
) -> None:
    found = answers(at(name), addresses)
    assert {page for page, status in found.items() if status == 200} == open_pages
    assert set(found.values()) <= {200, 403}


def test_customers_and_visitors_stay_outside(town: Cast, addresses: dict[str, str]) -> None:
    li = Client()
    li.force_login(town.logins["Ms Li"])
    assert set(answers(li, addresses).values()) == {403}
    assert set(answers(Client(), addresses).values()) == {302}


def test_to_the_stranger_no_id_exists(at: At, addresses: dict[str, str]) -> None:
    client = at("Stranger")
    with_ids = {page: url for page, url in addresses.items() if re.search(r"[0-9a-f]{8}-", url) and page not in PUBLIC}
    assert len(with_ids) >= 20
    assert answers(client, with_ids) == dict.fromkeys(with_ids.keys() - ONLY_POST, 404)
    everything = {"reason": "curious", "key": uuid4(), "outcome": "suppress", "verb": "accept", "how": "only"}
    sent = {page: client.post(url, everything).status_code for page, url in with_ids.items()}
    assert set(sent.values()) <= {404, 405}, sent
    assert {sent[page] for page in ("office-run-cancel", "office-exception", "office-issue", "office-job-cancel")} == {
        404
    }
    changing = ("office-parallel-again", "office-parallel-cancel", "office-parallel-group", "office-difference")
    assert {sent[page] for page in (*changing, "office-parallel-certificate")} == {404}


def test_the_strangers_lists_are_empty(at: At, addresses: dict[str, str]) -> None:
    client = at("Stranger")
    for page in (
        "office-runs",
        "office-exceptions",
        "office-imports",
        "office-points",
        "office-issues",
        "office-jobs",
        "office-parallels",
    ):
        assert client.get(addresses[page]).context["listing"].rows == [], page


def test_opening_pages_writes_nothing(at: At, addresses: dict[str, str]) -> None:
    client = at("Checker He")
    client.get("/office/")  # the session notes its beginning once
    written = []

    def watch(execute, sql, params, many, context):
        if not re.match(r"\s*SELECT|SAVEPOINT|RELEASE|PRAGMA|WITH", sql):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        answers(client, addresses)
    assert not written


def test_changing_pages_refuse_to_be_read(at: At, addresses: dict[str, str]) -> None:
    for page in ONLY_POST - {"office-audit-verify"}:
        assert at("Checker He").get(addresses[page]).status_code == 405, page
    assert Job.objects.filter(state=Job.State.QUEUED, kind="readings-import").exists()


def test_no_address_holds_a_number_or_a_name(addresses: dict[str, str]) -> None:
    said = [re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", url) for url in addresses.values()]
    assert not [url for url in said if "0400" in url or "LHMP" in url]
