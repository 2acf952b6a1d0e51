"""Agency-purchase tables: read, checked against themselves and last month, confirmed by a second person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from gridhall.cis.studio import actions, preview, queries
from gridhall.cis.studio.models import PriceTable
from gridhall.cis.studio.wording import TEXTS
from gridhall.cis.tariffs.actions import publish_parsed
from gridhall.cis.tariffs.models import TariffVersion
from gridhall.cis.tariffs.queries import in_force, parsed
from gridhall.codecs.price_table import MESSAGES
from gridhall.kernel import shipped
from gridhall.platform.actor import system
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from tests import price_tables as made
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("english")

FEBRUARY, MARCH, APRIL = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)
TWO_PART = "hubei-two-part-1-10kv"
G1_WARNINGS = {
    "components.system-operation: the items sum to 0.077973, printed 0.082273: 0.0043 unexplained": 7,
    "energy.flat: components sum to 0.735886, printed 0.735686: +0.0002": 1,
    "energy.flat: components sum to 0.715886, printed 0.715686: +0.0002": 1,
    "energy.flat: components sum to 0.695886, printed 0.695686: +0.0002": 1,
    "energy.peak: printed 0.848961, ratio 1.49 gives 0.84696137; the printed price implies 1.495": 1,
}


@pytest.fixture
def hubei(cast: Cast) -> Cast:
    """The cast's utility with Hubei's January on sale."""
    for code, versions in shipped.tariffs().items():
        if code.startswith("hubei-"):
            publish_parsed(system(), versions[0])
    return cast


def read(
    cast: Cast, month: made.Month, how: Callable[[made.Month], bytes] = made.as_csv, name: str = "t.csv"
) -> PriceTable:
    return actions.import_table(cast.actor("Biller Gao"), how(month), name)


def confirmed(cast: Cast, row: PriceTable, compared: bool = False, reason: str = "") -> PriceTable:
    actions.submit_table(cast.actor("Biller Gao"), row.pk)
    row.refresh_from_db()
    seen = list(preview.prepare(row).warnings)
    return actions.confirm(cast.actor("Checker He"), row.pk, seen, compared, reason)


FORMATS = [(made.as_xlsx, "t.xlsx"), (made.as_csv, "t.csv"), (made.as_pdf, "t.pdf")]


@pytest.mark.parametrize(("how", "name"), FORMATS, ids=lambda value: value if isinstance(value, str) else "")
def test_g1_exactly_the_warnings_of_the_golden_test(hubei: Cast, how: Callable, name: str) -> None:
    prepared = preview.prepare(read(hubei, made.JANUARY, how, name))
    assert {text: len(rows) for text, rows in prepared.warnings.items()} == G1_WARNINGS
    assert len(prepared.matched) == 7
    printed = [
        tuple(format(int(price) / 10**8, ".6f") for price in (p.flat, p.sharp, p.peak, p.valley))
        for p in (row.version.energy[0].prices for row in prepared.matched)
    ]
    assert printed == list(made.JANUARY.prices)


def test_the_january_file_says_what_is_shipped_for_january(hubei: Cast) -> None:
    for row in preview.prepare(read(hubei, made.JANUARY)).matched:
        sold = parsed(TariffVersion.objects.get(tariff__code=row.code).pk)
        assert row.version.energy == sold.energy
        assert (row.version.capacity, row.version.demand) == (sold.capacity, sold.demand)
        now = {
            one.code: (one.prices, one.floats, one.taxed, one.in_power_factor_base) for one in row.version.components
        }
        assert now == {
            one.code: (one.prices, one.floats, one.taxed, one.in_power_factor_base) for one in sold.components
        }


def test_february_becomes_seven_versions_by_two_people(hubei: Cast) -> None:
    row = confirmed(hubei, read(hubei, made.FEBRUARY))
    assert row.versions.count() == 7
    piece = in_force(TWO_PART, FEBRUARY, MARCH)
    assert [(one.first, one.end) for one in piece] == [(FEBRUARY, MARCH)]
    version = piece[0].version
    assert version.energy[0].prices.flat == 66_511_200
    assert (version.evidence, version.valid_to) == ("S", MARCH)
    assert row.sha256 in version.notes[0]
    assert bytes(PriceTable.objects.get(pk=row.pk).content) == made.as_csv(made.FEBRUARY)
    assert in_force(TWO_PART, MARCH, APRIL) == []  # no table, no price: nobody is billed on last month's


def test_the_change_to_last_month_is_shown_per_period(hubei: Cast) -> None:
    prepared = preview.prepare(read(hubei, made.FEBRUARY))
    row = next(one for one in prepared.matched if one.code == TWO_PART)
    flat, sharp = row.changes[:2]
    assert (flat.old, flat.new, flat.difference, flat.hundredths) == (65_188_600, 66_511_200, 1_322_600, 203)
    assert (sharp.name, sharp.jump) == ("sharp", False)
    assert prepared.jumps == 0


def test_a_jump_past_the_policy_is_flagged(hubei: Cast) -> None:
    slip = replace(made.FEBRUARY, changes={(3, 9): "0.968961"})  # a 6 typed for an 8: peak of two-part 1-10 kV
    prepared = preview.prepare(read(hubei, slip))
    jumps = [(row.code, one.name) for row in prepared.matched for one in row.changes if one.jump]
    assert jumps == [(TWO_PART, "peak")]
    assert any("energy.peak: printed 0.968961" in text for text in prepared.warnings)


def test_the_same_file_twice_changes_nothing(hubei: Cast) -> None:
    row = confirmed(hubei, read(hubei, made.FEBRUARY))
    before = TariffVersion.objects.count()
    again = read(hubei, made.FEBRUARY, name="another name.csv")
    assert (again.pk, again.state) == (row.pk, PriceTable.State.CONFIRMED)
    assert (PriceTable.objects.count(), TariffVersion.objects.count()) == (1, before)


def test_evidence_becomes_v_when_the_second_person_has_compared(hubei: Cast) -> None:
    row = confirmed(hubei, read(hubei, made.FEBRUARY))
    assert in_force(TWO_PART, FEBRUARY, MARCH)[0].version.evidence == "S"
    with pytest.raises(NotAllowed):
        actions.compare(hubei.actor("Biller Gao"), row.pk)
    actions.compare(hubei.actor("Checker He"), row.pk)
    after = in_force(TWO_PART, FEBRUARY, MARCH)[0].version
    assert (after.evidence, after.energy[0].prices.flat) == ("V", 66_511_200)
    assert row.versions.count() == 14
    with pytest.raises(Refused, match="already compared"):
        actions.compare(hubei.actor("Checker He"), row.pk)


def test_compared_at_once_needs_no_second_round(hubei: Cast) -> None:
    row = confirmed(hubei, read(hubei, made.FEBRUARY), compared=True)
    assert (row.compared_by, row.versions.count()) == ("Checker He", 7)
    assert in_force(TWO_PART, FEBRUARY, MARCH)[0].version.evidence == "V"


def test_who_read_or_submitted_it_does_not_confirm(hubei: Cast) -> None:
    row = actions.import_table(hubei.actor("Checker He"), made.as_csv(made.FEBRUARY), "t.csv")
    actions.submit_table(hubei.actor("Biller Gao"), row.pk)
    with pytest.raises(Refused, match="second person"):
        actions.confirm(hubei.actor("Checker He"), row.pk)
    with pytest.raises(NotAllowed):
        actions.confirm(hubei.actor("Biller Gao"), row.pk)


def test_each_warning_is_acknowledged(hubei: Cast) -> None:
    row = read(hubei, made.FEBRUARY)
    actions.submit_table(hubei.actor("Biller Gao"), row.pk)
    with pytest.raises(Refused, match=r"Acknowledge each warning: energy\.flat"):
        actions.confirm(hubei.actor("Checker He"), row.pk)


def test_unmatched_rows_are_named_and_the_office_may_say_for_which_tariff(hubei: Cast) -> None:
    gao, row = hubei.actor("Biller Gao"), read(hubei, made.FEBRUARY)
    actions.map_row(gao, row.pk, "two_part", "110kv", "")
    prepared = preview.prepare(row)
    assert [(one.row.label, one.why) for one in prepared.unmatched] == [("两部制 110千伏", "no_tariff")]
    assert prepared.unmatched[0].warnings == ()
    with pytest.raises(Refused, match="no tariff nowhere"):
        actions.map_row(gao, row.pk, "two_part", "110kv", "nowhere")
    actions.map_row(gao, row.pk, "two_part", "110kv", "hubei-two-part-110kv")
    assert len(preview.prepare(row).matched) == 7
    actions.submit_table(gao, row.pk)
    with pytest.raises(Refused, match="Waits for a second person"):
        actions.map_row(gao, row.pk, "two_part", "110kv", "")


def test_unmatched_rows_are_checked_against_their_parts_all_the_same(hubei: Cast) -> None:
    row = read(hubei, made.JANUARY)
    actions.map_row(hubei.actor("Biller Gao"), row.pk, "single_part", "35kv", "")
    assert preview.prepare(row).warnings.keys() == G1_WARNINGS.keys()


def test_a_table_for_none_of_our_tariffs_is_not_submitted(cast: Cast) -> None:
    row = read(cast, made.FEBRUARY)
    assert {one.why for one in preview.prepare(row).rows} == {"no_version"}
    with pytest.raises(Refused, match="say for which first"):
        actions.submit_table(cast.actor("Biller Gao"), row.pk)


def test_a_file_that_is_no_table_leaves_nothing(cast: Cast) -> None:
    with pytest.raises(Refused, match="a row has a voltage"):
        actions.import_table(cast.actor("Biller Gao"), b"a,b\n1,2\n", "t.csv")
    assert PriceTable.objects.count() == 0


def test_a_discarded_table_publishes_nothing(hubei: Cast) -> None:
    row = read(hubei, made.FEBRUARY)
    actions.discard_table(hubei.actor("Biller Gao"), row.pk, "a corrected table was published")
    with pytest.raises(Refused, match="Discarded"):
        actions.submit_table(hubei.actor("Biller Gao"), row.pk)


def test_a_row_may_become_a_draft_instead(hubei: Cast) -> None:
    row = read(hubei, made.FEBRUARY)
    one = preview.prepare(row).matched[3]
    draft = actions.create(hubei.actor("Biller Gao"), FEBRUARY, one.base_id, one.text, row.pk)
    assert (draft.origin, draft.code) == ("table", TWO_PART)
    assert any(line.sign == "+" and "flat: '0.665112'" in line.text for line in queries.diff_to_base(draft))


@pytest.mark.parametrize("verb", ["map_row", "submit_table", "discard_table", "confirm", "compare"])
def test_to_the_stranger_a_table_does_not_exist(hubei: Cast, verb: str) -> None:
    row, stranger = read(hubei, made.FEBRUARY), hubei.actor("Stranger")
    given = {"map_row": ("two_part", "35kv", ""), "discard_table": ("x",)}.get(verb, ())
    with pytest.raises(NotInScope):
        getattr(actions, verb)(stranger, row.pk, *given)
    own = actions.import_table(stranger, made.as_csv(made.FEBRUARY), "t.csv")
    assert own.pk != row.pk


def test_a_clerk_reads_no_tables(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.import_table(cast.actor("Clerk Wu"), made.as_csv(made.FEBRUARY), "t.csv")


def test_every_message_of_the_reader_has_its_sentence_here() -> None:
    assert {code: str(text) for code, text in TEXTS.items()} == MESSAGES
