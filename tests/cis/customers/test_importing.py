"""Customers from a file: judged first, then all of it, or the good rows, once."""

import csv
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridhall.cis.customers import numbers, queries
from gridhall.cis.customers.actions import import_customers
from gridhall.cis.customers.actions.import_customers import FileRefused
from gridhall.cis.customers.importing.checking import check
from gridhall.cis.customers.importing.columns import COLUMNS, template
from gridhall.cis.customers.models import Account, Customer, CustomerImport
from gridhall.platform.errors import NotAllowed, NotInScope
from gridhall.platform.models import AuditEvent
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.models import MeteringPoint, RegisterRead
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("english")

GOOD = {
    "name": "王小明",
    "phone": "13800020001",
    "unit": "32/04/01/01/",
    "address": "人民路1号101室",
    "point": "NEW0001",
    "use_class": "residential",
    "supply_voltage_v": "220",
    "contract_capacity_kva": "8",
    "tariff": "zhejiang-residential",
    "cycle": "3204-M",
    "from": "2026-02-01",
    "meter": "NM0001",
}
Make = Callable[..., Path]


def numbered(count: int, **changed: str) -> list[dict[str, str]]:
    """So many good rows, all different."""
    return [
        {
            **GOOD,
            "name": f"王小{i}",
            "address": f"人民路{i}号",
            "point": f"NEW{i:05d}",
            "meter": f"NM{i:05d}",
            **changed,
        }
        for i in range(count)
    ]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A CSV of the given rows."""

    def write(*rows: dict[str, str], name: str = "customers.csv") -> Path:
        header = list(dict.fromkeys(column for row in rows for column in row))
        text = io.StringIO()
        writer = csv.DictWriter(text, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
        file = tmp_path / name
        file.write_text(text.getvalue(), encoding="utf-8")
        return file

    return write


def said(file: Path) -> list[tuple[int | None, str]]:
    """Row and column of each problem that keeps a row out."""
    return [(problem.row, problem.field) for problem in check(EVERYTHING, file).problems if problem.refuses]


def test_a_row_becomes_customer_account_agreement_and_meter(cast: Cast, make: Make) -> None:
    by = cast.actor("Biller Gao")
    row = {
        **GOOD,
        "billing_source": "register",
        "reading": "1234.56",
        "feed_in_tariff": "demo-export",
        "longitude": "120.15",
    }
    done = import_customers(by, make(row), "customers.csv")
    assert (done.accounts, done.rows_refused, done.path) == (1, 0, cast.station.path)
    account = Account.objects.get(customer__name="王小明")
    assert numbers.check(account.number)
    assert (account.opened_on, account.cycle, account.premise.longitude_e6) == (
        date(2026, 2, 1),
        cast.cycle,
        120_150_000,
    )
    standing = queries.summary(account, date(2026, 2, 1))
    assert [agreement.tariff_code for agreement in standing.agreements] == ["zhejiang-residential", "demo-export"]
    assert [installation.meter.asset_number for installation in standing.installations] == ["NM0001"]
    assert standing.terms[0].contract_capacity_kva_e6 == 8_000_000
    assert RegisterRead.objects.get(meter="NM0001").value == 123_456
    assert [hit.number for hit in queries.search(by.scope, "小明 人民路")] == [account.number]


def test_the_template_itself_can_be_imported(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "template.csv"
    file.write_bytes(template())
    [problem] = check(EVERYTHING, file).problems
    assert (problem.row, problem.field) == (2, "meter")  # the cast has this meter already


def test_chinese_headers_and_words_are_read(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "客户.csv"
    header = "户名,供电单位,用电地址,计量点,用电类别,供电电压,合同容量(kVA),电价,抄表周期,起始日期,低保,计量方式"
    row = "王小明,32040101,人民路1号,NEW0001,居民,220,8,zhejiang-residential,3204-M,2026年2月1日,是,低供低计"
    file.write_bytes(f"{header}\n{row}\n".encode("gb18030"))
    assert import_customers(cast.actor("Biller Gao"), file, file.name).accounts == 1
    assert Account.objects.get(customer__name="王小明").agreements.get().low_income


def test_a_workbook_is_read_like_a_csv(cast: Cast, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(list(GOOD))
    book.active.append([date(2026, 2, 1) if name == "from" else text for name, text in GOOD.items()])
    file = tmp_path / "customers.xlsx"
    book.save(file)
    assert import_customers(cast.actor("Biller Gao"), file, file.name).accounts == 1


WRONG = [
    ("name", ""), ("phone", "12"), ("email", "zhao"), ("kind", "robot"), ("language", "fr"), ("needs", "x" * 61),
    ("unit", "99/"), ("unit", ""), ("unit", "32/"), ("address", ""), ("address", "x" * 201), ("longitude", "181"),
    ("latitude", "north"), ("point", ""), ("point", "x" * 41), ("use_class", ""), ("use_class", "palace"),
    ("supply_voltage_v", "-220"), ("contract_capacity_kva", "0"), ("contract_capacity_kva", "1e99"),
    ("operating_capacity_kva", "-1"), ("metering_mode", "hv"), ("area", "no-area"), ("tariff", ""),
    ("tariff", "no-tariff"), ("feed_in_tariff", "no-tariff"), ("cycle", "no-cycle"), ("from", "yesterday"),
    ("from", "2026-02-30"), ("charging", "maybe"), ("charging", "contract"), ("contract_demand_kw", "1.0000001"),
    ("power_factor_standard", "2"), ("persons", "100"), ("low_income", "perhaps"), ("meter", "M 1"),
    ("multiplier", "0"), ("multiplier", "1.5"), ("digits", "10"), ("decimals", "7"), ("billing_source", "guess"),
    ("reading", "1.001"), ("reading", "1000000"),
]  # fmt: skip


def test_a_wrong_field_is_named_with_its_row(cast: Cast, make: Make) -> None:
    rows = numbered(len(WRONG) + 1)
    for row, (column, text) in zip(rows, WRONG, strict=False):
        row[column] = text
    rows[0]["reading"] = ""  # every column in the header
    file = make(*rows)
    found: dict[int | None, set[str]] = {}
    for row_number, column in said(file):
        found.setdefault(row_number, set()).add(column)
    named = {number: column for number, (column, _text) in enumerate(WRONG, 2)}
    assert found.keys() == named.keys()
    assert [(number, named[number]) for number in named if named[number] not in found[number]] == []
    with pytest.raises(FileRefused, match=str(len(WRONG))):
        import_customers(cast.actor("Biller Gao"), file, file.name)
    assert Customer.objects.count() == len(cast.customers)
    assert not CustomerImport.objects.exists()


def test_everything_wrong_with_a_row_is_said_at_once(cast: Cast, make: Make) -> None:
    wrong = {**GOOD, "phone": "12", "unit": "99/", "tariff": "no-tariff", "from": "2026-02-30", "meter": "M 1"}
    assert {column for _row, column in said(make(wrong))} == {"phone", "unit", "from", "meter"}
    assert {column for _row, column in said(make({**wrong, "from": "2026-02-01"}))} == {
        "phone",
        "unit",
        "tariff",
        "meter",
    }


def test_two_rows_that_say_the_same_name_each_other(cast: Cast, make: Make) -> None:
    other = {"point": "NEW0002", "meter": "NM0002", "address": "人民路2号"}
    for column in other:
        with override("en"):
            [problem] = check(EVERYTHING, make(GOOD, {**GOOD, **other, column: GOOD[column]})).problems
        assert (problem.row, problem.field) == (3, column)
        assert "Row 2 has the same" in problem.message


def test_what_is_in_the_system_already_does_not_come_in_again(cast: Cast, make: Make) -> None:
    there = {"name": "李秀英", "address": "临海市望江区人民路128号3单元502室"}
    assert said(make({**GOOD, "point": "LHMP000001"})) == [(2, "point")]
    assert said(make({**GOOD, "meter": "LH0000001"})) == [(2, "meter")]
    assert said(make({**GOOD, **there})) == [(2, "address")]
    assert said(make({**GOOD, "address": there["address"]})) == []  # another person at the same address


def test_a_point_that_was_measured_before_is_taken_as_it_is(cast: Cast, make: Make) -> None:
    ours = MeteringPoint.objects.create(code="NEW0001", path=cast.station.path, slots=48)
    MeteringPoint.objects.create(code="NEW0002", path="32/04/02/")
    file = make(GOOD, {**GOOD, "point": "NEW0002", "meter": "NM0002", "address": "人民路2号"})
    assert said(file) == [(3, "point")]
    import_customers(cast.actor("Biller Gao"), file, "customers.csv", quarantine=True)
    assert Account.objects.get(customer__name="王小明").agreements.get().service_point.point == ours


def test_quarantine_takes_the_good_rows_and_gives_the_others_back(cast: Cast, make: Make, tmp_path: Path) -> None:
    rows = numbered(5)
    rows[1]["phone"], rows[3]["tariff"] = "=1+1", "no-tariff"
    by = cast.actor("Biller Gao")
    done = import_customers(by, make(*rows), "customers.csv", quarantine=True)
    assert (done.accounts, done.rows_refused) == (3, 2)
    back = list(csv.DictReader(io.StringIO(done.refused_csv.removeprefix("\ufeff"))))
    assert [row["point"] for row in back] == ["NEW00001", "NEW00003"]
    assert back[0]["phone"] == "'=1+1"  # no spreadsheet runs it
    assert "no-tariff" in list(back[1].values())[1]
    # Repaired in place, the file that came back goes in as it is.
    repaired = tmp_path / "repaired.csv"
    repaired.write_text(
        done.refused_csv.replace("'=1+1", "13800020009").replace("no-tariff", "zhejiang-residential"), "utf-8"
    )
    assert import_customers(by, repaired, "repaired.csv").accounts == 2
    assert Account.objects.count() == len(cast.accounts) + 5


def test_quarantine_without_a_good_row_imports_nothing(cast: Cast, make: Make) -> None:
    with pytest.raises(FileRefused):
        import_customers(cast.actor("Biller Gao"), make({**GOOD, "unit": "99/"}), "customers.csv", quarantine=True)
    assert not CustomerImport.objects.exists()


def test_the_same_file_twice_is_one_import(cast: Cast, make: Make) -> None:
    by, file = cast.actor("Biller Gao"), make(GOOD)
    first = import_customers(by, file, "customers.csv")
    assert import_customers(by, file, "the same under another name.csv") == first
    assert Account.objects.count() == len(cast.accounts) + 1


def test_the_stranger_imports_into_no_unit_of_ours_and_sees_no_import(cast: Cast, make: Make) -> None:
    file, stranger = make(GOOD), cast.actor("Stranger")
    with pytest.raises(FileRefused) as refusal:
        import_customers(stranger, file, "customers.csv")
    assert [(problem.row, problem.field) for problem in refusal.value.checked.problems] == [(2, "unit")]
    import_customers(cast.actor("Biller Gao"), file, "customers.csv")
    with pytest.raises(NotInScope):
        import_customers(stranger, file, "customers.csv")
    assert not CustomerImport.objects.within(stranger.scope).exists()


def test_a_clerk_imports_no_file(cast: Cast, make: Make) -> None:
    with pytest.raises(NotAllowed):
        import_customers(cast.actor("Clerk Wu"), make(GOOD), "customers.csv")


def test_the_audit_event_counts_and_names_nobody(cast: Cast, make: Make) -> None:
    import_customers(cast.actor("Biller Gao"), make(GOOD), "customers.csv")
    event = AuditEvent.objects.get(tag="customer-import:apply")
    assert '"accounts": 1' in event.detail
    assert "王小明" not in event.detail


def test_a_file_that_is_no_table_of_customers_is_refused_whole(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "x"
    for content in (
        b"",
        b"name,phone\n1,2\n",
        b"%PDF-1.7",
        b"PK\x03\x04 no workbook",
        b"name;unit;address\n",
        b"\x00" * 20,
    ):
        file.write_bytes(content)
        assert check(EVERYTHING, file).unreadable
        with pytest.raises(FileRefused):
            import_customers(cast.actor("Biller Gao"), file, "x", quarantine=True)
    assert not CustomerImport.objects.exists()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(COLUMNS)), st.text(max_size=30), max_size=8))
def test_any_text_in_any_field_is_judged_without_a_fault(cast: Cast, make: Make, texts: dict[str, str]) -> None:
    checked = check(EVERYTHING, make({**GOOD, **texts}))
    assert checked.unreadable or len(checked.good) + checked.refused == checked.rows


def test_thousands_of_rows_come_in_within_seconds(cast: Cast, make: Make) -> None:
    file, began = make(*numbered(2_000)), time.process_time()
    done = import_customers(cast.actor("Biller Gao"), file, "customers.csv")
    assert done.accounts == 2_000
    assert time.process_time() - began < 10
    given_out = list(Account.objects.order_by("number").values_list("number", flat=True))
    assert given_out == [numbers.make("04", serial) for serial in range(1, len(given_out) + 1)]


def test_the_command_shows_first_and_applies_when_told(
    cast: Cast, make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = numbered(3)
    rows[2]["phone"] = "12"
    file = make(*rows)
    refused = file.with_name("refused.csv")
    with pytest.raises(CommandError, match="2 of 3 rows"):
        call_command("customers", file)
    assert f"{file}:4: error: phone: 12 is not a telephone number" in capsys.readouterr().err
    with pytest.raises(CommandError, match="1 row is wrong"):
        call_command("customers", file, "--apply")
    call_command("customers", file, "--quarantine", refused)
    assert "Imported 2 accounts" in capsys.readouterr().out
    assert "NEW00002" in refused.read_text("utf-8")
    with pytest.raises(CommandError, match="no-such-file is not a file"):
        call_command("customers", "no-such-file")


def test_a_killed_import_leaves_nothing_behind(make: Make, tmp_path: Path) -> None:
    """The real command in its own process and data folder, killed while it writes; then run to its end."""
    environment = {**os.environ, "GRIDHALL_DATA": str(tmp_path / "data"), "GRIDHALL_DATABASE_URL": ""}
    environment |= {"DJANGO_SETTINGS_MODULE": "gridhall.settings", "PYTHONPATH": os.pathsep.join(sys.path)}
    file, flag = make(*numbered(300)), tmp_path / "writing"

    def python(code: str) -> subprocess.Popen[bytes]:
        setup = "import django; django.setup(); from django.core.management import call_command\n"
        return subprocess.Popen([sys.executable, "-c", setup + code], env=environment)

    # Stop at the last step of the transaction: accounts are written, the import is not committed.
    stop = (
        "import time; from pathlib import Path; from gridhall.cis.customers.importing import writing\n"
        "from tests.cast import build_cast; call_command('migrate', verbosity=0); build_cast()\n"
        f"def reindex(ids): Path({str(flag)!r}).touch(); time.sleep(600)\n"
        f"writing.reindex = reindex; call_command('customers', {str(file)!r}, '--apply')"
    )
    running = python(stop)
    deadline = time.monotonic() + 300  # a busy machine needs long to migrate; an idle one is there in seconds
    while not flag.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert flag.exists()
    running.send_signal(signal.SIGKILL)
    assert running.wait(10) == -signal.SIGKILL
    finish = (
        "from gridhall.cis.customers.models import Account, CustomerImport\n"
        "assert Account.objects.count() == 7  # the cast, and nothing of the file\n"
        "assert not CustomerImport.objects.exists()\n"
        f"call_command('customers', {str(file)!r}, '--apply')\n"
        "assert Account.objects.count() == 307"
    )
    assert python(finish).wait(60) == 0
