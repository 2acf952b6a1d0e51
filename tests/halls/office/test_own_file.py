"""A stranger's own file through the pages: looked through, imported, taken on, billed, printed, corrected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Account, CustomerImport
from gridhall.platform import jobs
from gridhall.readings.importing import files
from gridhall.readings.models import Issue, MeteringPoint, ReadingsImport
from tests.cast import Cast
from tests.halls.office.conftest import curve_file, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")
OCTOBER = date(2026, 10, 1)


def upload(client: Client, town: Cast, file: SimpleUploadedFile, **more: str) -> ReadingsImport:
    """Upload and look through; the row as it is afterwards."""
    answer = client.post("/office/imports/new/", {"file": file, "unit": town.station.path, "label": "end", **more})
    assert answer.status_code == 302, text_of(answer)
    jobs.run_until_idle()
    return ReadingsImport.objects.latest("pk")


def bring_in(client: Client, row: ReadingsImport, take: str = "all") -> None:
    client.post(f"/office/imports/{row.public_id}/apply/", {"take": take})
    jobs.run_until_idle()
    row.refresh_from_db()


def test_a_file_becomes_a_bill_in_pdf(gao: Client, town: Cast) -> None:
    row = upload(gao, town, curve_file("STRANGER-1", OCTOBER, 31), create_points="on")
    page = gao.get(f"/office/imports/{row.public_id}/")
    assert row.state == "previewed" and "CSV, one row a day" in text_of(page) and "744 kWh" in text_of(page)
    assert not MeteringPoint.objects.filter(code="STRANGER-1").exists()
    bring_in(gao, row)
    assert row.state == "done"
    point = MeteringPoint.objects.get(code="STRANGER-1")
    assert "STRANGER-1" in text_of(gao.get("/office/points/"))
    address = f"/office/points/{point.public_id}/"
    form = gao.get(address)
    assert form.context["form"].initial["on"] == OCTOBER  # the first day with readings
    answer = gao.post(
        address,
        {
            "name": "陌生人", "kind": "person", "on": "2026-10-01", "tariff": "zhejiang-residential",
            "use_class": "residential", "voltage": "220", "capacity": "8", "persons": "1", "charging": "0",
            "power_factor": "0", **key_of(form),
        },
    )  # fmt: skip
    account = Account.objects.latest("pk")
    address = f"/office/accounts/{account.public_id}/bill/"
    assert answer.headers["Location"] == address
    form = gao.get(address)
    assert (form.context["form"].initial["first"], form.context["form"].initial["last"]) == (
        OCTOBER,
        date(2026, 10, 31),
    )
    answer = gao.post(address, {"first": "2026-10-01", "last": "2026-10-31", **key_of(form)})
    bill = Bill.objects.latest("pk")
    assert answer.headers["Location"] == f"/office/bills/{bill.public_id}/"
    # Three months of tier 1 in the year: 690 kWh at 0.5380 and 54 kWh at 0.5880.
    assert (bill.energy_wh, bill.total_fen) == (744_000, 371_22 + 31_75)
    shown = text_of(gao.get(f"/office/bills/{bill.public_id}/"))
    assert "690 kWh × 0.5380" in shown and "54 kWh × 0.5880" in shown and "Computed again: the same to the fen" in shown
    assert gao.get(f"/office/bills/{bill.public_id}/pdf/").content.startswith(b"%PDF-")


def test_a_period_that_was_billed_is_refused_with_the_bill_that_covers_it(gao: Client, town: Cast) -> None:
    account = town.accounts["Ms Li"]
    address = f"/office/accounts/{account.public_id}/bill/"
    answer = gao.post(address, {"first": "2026-10-05", "last": "2026-10-06", **key_of(gao.get(address))})
    assert answer.status_code == 422
    assert Bill.objects.get(account=account, month=202610).number in text_of(answer)


def test_an_account_is_found_by_its_number_or_point(gao: Client, town: Cast) -> None:
    account = town.accounts["Ms Li"]
    for text in (account.number, "LHMP000001"):
        answer = gao.post("/office/find/", {"text": text})
        assert answer.headers["Location"] == f"/office/accounts/{account.public_id}/"
    assert gao.post("/office/find/", {"text": "0400000000"}).status_code == 422


def test_bad_rows_are_named_and_good_ones_may_come_in_alone(gao: Client, town: Cast) -> None:
    row = upload(gao, town, curve_file("LHMP000001", date(2026, 8, 1), 5, wrong=[2]))
    page = gao.get(f"/office/imports/{row.public_id}/")
    assert (row.state, row.rows_new, row.rows_refused) == ("previewed", 4, 1)
    assert "-5 Wh is negative" in text_of(page) and "Import the good rows" in text_of(page)
    assert "Import the file" not in text_of(page)
    bring_in(gao, row, "good")
    assert (row.state, row.rows_new, row.rows_refused) == ("done", 4, 1)


def test_all_or_nothing_refuses_a_file_with_a_bad_row(gao: Client, town: Cast) -> None:
    row = upload(gao, town, curve_file("LHMP000001", date(2026, 7, 1), 3, wrong=[1]))
    bring_in(gao, row, "all")
    assert (row.state, row.rows_new) == ("refused", 0)


def test_problems_come_as_csv_in_which_nothing_runs(gao: Client, town: Cast) -> None:
    lines = curve_file("LHMP000001", date(2026, 8, 1), 2).read().decode().replace(",250", ",=1+cmd", 1)
    row = upload(gao, town, SimpleUploadedFile("formula.csv", lines.encode()))
    answer = gao.get(f"/office/imports/{row.public_id}/problems/")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    text = answer.content.decode("utf-8-sig")
    assert "'=1+cmd" in text
    assert not [cell for line in text.splitlines() for cell in line.split(",") if cell.startswith("=")]


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n" + b"\0" * 500, b"PK\x03\x04" + b"\0" * 500, b"%PDF-1.7 evil", b"just words\n"]
)
def test_what_is_no_readings_is_refused_by_its_content_whatever_its_name(
    gao: Client, town: Cast, content: bytes
) -> None:
    row = upload(gao, town, SimpleUploadedFile("../../etc/readings.csv", content, content_type="text/csv"))
    assert row.file_name == "readings.csv"
    page = gao.get(f"/office/imports/{row.public_id}/")
    assert "No row of this file can be imported" in text_of(page)
    assert row.problems and row.rows_new == 0
    assert not list(Path(files.folder()).glob("*readings*"))


def test_a_unit_of_others_is_no_choice(gao: Client, town: Cast) -> None:
    answer = gao.post("/office/imports/new/", {"file": curve_file("X", OCTOBER, 1), "unit": "41/04/", "label": "end"})
    assert answer.status_code == 200 and "hall-error" in answer.content.decode()
    assert not ReadingsImport.objects.filter(path="41/04/").exists()


def test_pressing_import_twice_imports_once(gao: Client, town: Cast) -> None:
    row = upload(gao, town, curve_file("LHMP000001", date(2026, 6, 1), 2))
    for _press in range(2):
        assert gao.post(f"/office/imports/{row.public_id}/apply/", {"take": "all"}).status_code == 302
    assert jobs.run_until_idle() == 1
    row.refresh_from_db()
    assert (row.state, row.rows_new) == ("done", 2)


def gap(gao: Client, town: Cast) -> Issue:
    """A day of October without its first four hours, found by validation among four weeks of a new point."""
    lines = curve_file("GAPS", OCTOBER, 28).read().decode().splitlines()
    lines[15] = lines[15].replace(",250" * 16, "," * 16, 1)
    row = upload(gao, town, SimpleUploadedFile("gap.csv", "\n".join(lines).encode()), create_points="on")
    bring_in(gao, row)
    return Issue.objects.get(imported=row, rule="missing")


def test_an_issue_shows_the_day_beside_like_days_and_is_estimated_with_a_reason(gao: Client, town: Cast) -> None:
    issue = gap(gao, town)
    address = f"/office/issues/{issue.public_id}/"
    page = gao.get(address)
    day, like = page.context["chart"].data["series"]
    assert day["values"][:16] == [None] * 16 and all(value > 0 for value in like["values"])
    sent = {"verb": "estimate", "first_day": "2026-10-15", "last_day": "2026-10-15", **key_of(page)}
    assert gao.post(address, {**sent, "reason": ""}).status_code == 422
    assert gao.post(address, {**sent, "reason": "collector was down"}).status_code == 302
    issue.refresh_from_db()
    assert (issue.state, issue.note) == ("estimated", "collector was down")
    assert None not in gao.get(address).context["chart"].data["series"][0]["values"]


def test_an_interval_range_is_edited_value_by_value(gao: Client, town: Cast) -> None:
    issue = gap(gao, town)
    address = f"/office/issues/{issue.public_id}/"
    sent = {"verb": "edit", "first": "1", "last": "4", "reason": "read on site", **key_of(gao.get(address))}
    wrong = gao.post(address, {**sent, "values": "0.1 0.2"})
    assert wrong.status_code == 422 and "Give one value for all 4 intervals, or 4 values" in text_of(wrong)
    assert gao.post(address, {**sent, "values": "0.1 0.2 0.3 0.4"}).status_code == 302
    values = gao.get(address).context["chart"].data["series"][0]["values"]
    assert values[:5] == [100, 200, 300, 400, None]


def test_a_reading_is_accepted_once(gao: Client, town: Cast) -> None:
    issue = gap(gao, town)
    address = f"/office/issues/{issue.public_id}/"
    page = gao.get(address)
    assert gao.post(address, {"verb": "accept", "reason": "power was off", **key_of(page)}).status_code == 302
    assert "Accept as read" not in text_of(gao.get(address))
    assert "power was off" in text_of(gao.get(address))


def test_a_corrected_bill_stands_against_the_old_one_line_by_line(gao: Client, town: Cast) -> None:
    old = Bill.objects.get(account=town.accounts["Ms Li"], month=202610)
    row = upload(gao, town, curve_file("LHMP000001", OCTOBER, 31))
    bring_in(gao, row)
    address = f"/office/bills/{old.public_id}/correct/"
    answer = gao.post(address, {"how": "again", "reason": "meter was swapped", **key_of(gao.get(address))})
    page = gao.get(answer.headers["Location"])
    new = page.context["bill"]
    assert (new.kind, new.energy_wh) == ("rebill", 744_000)
    assert page.context["old"] == old
    assert sum(change.difference_fen for change in page.context["changes"]) == new.total_fen - old.total_fen
    assert not gao.get(f"/office/bills/{old.public_id}/").context["may_correct"]


def test_customers_come_in_from_a_file_after_a_look(gao: Client, town: Cast) -> None:
    template = gao.get("/office/customers/example/").content.decode("utf-8-sig").replace("LH0000001", "LH7770001")
    lines = template.splitlines()
    bad = lines[1].replace("MP000001", "MP000002").replace("LH7770001", "LH7770002").replace("2026-01-01", "soon")
    file = SimpleUploadedFile("customers.csv", "\n".join([*lines, bad]).encode())
    page = gao.post("/office/customers/new/", {"file": file})
    assert (page.context["good"], page.context["checked"].refused) == (1, 1)
    assert not CustomerImport.objects.exists()
    sent = {"kept": page.context["form"].initial["kept"], **key_of(page)}
    refused = gao.post("/office/customers/apply/", {**sent, "take": "all"})
    assert refused.status_code == 422 and "so nothing was imported" in text_of(refused)
    answer = gao.post("/office/customers/apply/", {**sent, "take": "good"})
    row = CustomerImport.objects.get()
    assert answer.headers["Location"] == f"/office/customers/{row.public_id}/"
    assert (row.accounts, row.rows_refused) == (1, 1)
    assert "soon" in gao.get(f"/office/customers/{row.public_id}/refused/").content.decode()


def test_a_looked_through_file_belongs_to_who_uploaded_it(gao: Client, checker: Client, town: Cast) -> None:
    example = gao.get("/office/customers/example/").content.replace(b"LH0000001", b"LH7770003")
    file = SimpleUploadedFile("c.csv", example)
    page = gao.post("/office/customers/new/", {"file": file})
    sent = {"kept": page.context["form"].initial["kept"], "take": "all", **key_of(page)}
    assert checker.post("/office/customers/apply/", sent).status_code == 422
    assert gao.post("/office/customers/apply/", {**sent, "kept": sent["kept"] + "x"}).status_code == 422
    assert not CustomerImport.objects.exists()
