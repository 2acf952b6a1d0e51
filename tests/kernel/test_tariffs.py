"""Tariffs as text and as records: round trip, errors with a path, warnings of real tables (G1), prices (G5)."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings

from gridhall.kernel import shipped
from gridhall.kernel.tariffs import TariffError, from_json, json_schema, load, to_json, warnings
from tests.kernel.strategies import tariffs

SOUND = """
code: zhejiang-residential
name: {en: Zhejiang residential, zh: 浙江居民}
area: 浙江
tariff_class: residential
valid_from: 2012-07-01
source: a table
evidence: V
energy:
  - prices: {total: "0.5380"}
tiers:
  basis: year
  thresholds:
    - kwh: [2760, 4800]
  uplifts:
    - total: "0.05"
    - total: "0.30"
"""
ALL_VERSIONS = [version for versions in shipped.tariffs().values() for version in versions]


@pytest.mark.parametrize("version", ALL_VERSIONS, ids=lambda v: f"{v.code} {v.valid_from}")
def test_every_shipped_tariff_survives_the_stored_form(version) -> None:
    assert from_json(to_json(version)) == version


@settings(deadline=None)
@given(tariffs())
def test_any_tariff_survives_the_stored_form(version) -> None:
    assert from_json(to_json(version)) == version


@pytest.mark.parametrize("version", ALL_VERSIONS, ids=lambda v: f"{v.code} {v.valid_from}")
def test_every_shipped_tariff_prices_all_periods_of_its_calendar(version) -> None:
    if version.calendar is None:
        return
    calendar = shipped.calendars()[version.calendar][-1]
    for month in range(1, 13):
        meant = {entry.period for entry in calendar.entries if month in entry.months}
        assert meant <= set(version.season(month).prices.periods())


def test_versions_of_a_code_follow_each_other_without_gap_or_overlap() -> None:
    for versions in shipped.tariffs().values():
        for earlier, later in pairwise(versions):
            assert earlier.valid_to == later.valid_from


def test_invented_tariffs_say_so_and_others_never_do() -> None:
    for version in ALL_VERSIONS:
        invented = version.code.startswith("demo-") or version.code == "flat-rate"
        assert ("invented" in version.source) == invented


def test_the_published_schema_describes_prices_as_text() -> None:
    schema = json_schema()
    price = schema["$defs"]["PeriodPrices"]["properties"]["peak"]["anyOf"][0]
    assert price["type"] == "string"
    assert set(json.loads(to_json(load(SOUND)))) <= set(schema["$defs"]["TariffVersion"]["properties"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"0.5380"', "abc", 'energy[0].prices.total: "abc" is not a decimal price; write yuan per kWh such as 0.5380'),
        ('"0.5380"', "'0,538'", 'energy[0].prices.total: "0,538" is not a decimal price; write yuan per kWh'),
        ('"0.5380"', "5.38e-1", 'energy[0].prices.total: "5.38e-1" is not a decimal price'),
        ('"0.5380"', "0.123456789", 'energy[0].prices.total: "0.123456789" has 9 decimals'),
        ("{total:", "{all:", "energy[0].prices: Object contains unknown field `all`"),
        ("area:", "region:", "unknown field `region`"),
        ("area: 浙江\n", "", "missing required field `area`"),
        ("2012-07-01", "01.07.2012", "valid_from: "),
        ("[2760, 4800]", "[4800, 2760]", "tiers.thresholds[0].kwh: [4800, 2760] must rise"),
        ("[2760, 4800]", "[2760]", "tiers.thresholds[0].kwh: 1 thresholds need 1 uplifts, found 2"),
        ("[2760, 4800]", "[2760, 48.5]", "tiers.thresholds[0].kwh[1]: "),
        (
            "- prices:",
            "- months: [1, 2]\n    prices:",
            "energy: months [3, 4, 5, 6, 7, 8, 9, 10, 11, 12] have no entry",
        ),
        ("- prices:", "- months: [0]\n    prices:", "energy: months are 1 to 12, found [0]"),
        ("{total:", "{peak:", "without a calendar all energy is in `total`"),
        ("area: 浙江", "area: 浙江\ncalendar: x", "with calendar x write a price per period"),
        ("area: 浙江", "area: 浙江\nvalid_to: 2012-07-01", "valid_to: 2012-07-01 is not after valid_from"),
        ("code: z", "code: Z", "needs lower-case letters"),
        ("area: 浙江", "area: 浙江\narea: 江苏", "a key is written twice"),
        ("area: 浙江", "area: &a 浙江\nsource: *a", "aliases are refused"),
        ("area: 浙江", "area: [", "not readable as YAML"),
        ('    - total: "0.05"', "    - {}", "tiers.uplifts[0]: write `total`, or one uplift for each priced period"),
        ('    - total: "0.05"', '    - peak: "0.05"', "tiers.uplifts[0]: no uplift for total"),
        ("basis: year", "basis: week", "tiers.basis: Invalid enum value 'week'"),
        ("basis: year", "basis: year\n  year_start_month: 13", "tiers.year_start_month: 13 is not a month"),
    ],
)
def test_a_mistake_is_told_with_its_path_and_remedy(old: str, new: str, told: str) -> None:
    load(SOUND)
    assert SOUND.count(old) >= 1
    with pytest.raises(TariffError) as refusal:
        load(SOUND.replace(old, new))
    assert told in str(refusal.value)


PARTS = """
components:
  - {code: base, name: {en: a, zh: b}, kind: purchase, floats: true}
  - {code: fund, name: {en: a, zh: b}, kind: fund, prices: {total: "0.02"}}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("floats: true", "floats: false", "components: one must float"),
        ("code: fund", "code: base", "two have the same code"),
        (', prices: {total: "0.02"}', "", "components[1].prices: a component that does not float needs a price"),
        ('prices: {total: "0.02"}', "floats: true", "components[0].prices: two components float"),
        ("floats: true", 'floats: true, prices: {peak: "1"}', "a floating component has at most one price"),
    ],
)
def test_components_that_cannot_add_up_are_refused(old: str, new: str, told: str) -> None:
    load(SOUND + PARTS)
    with pytest.raises(TariffError) as refusal:
        load(SOUND + PARTS.replace(old, new))
    assert told in str(refusal.value)


def test_a_price_written_as_a_json_number_is_refused() -> None:
    with pytest.raises(TariffError, match=r"energy\[0\].prices.total: 0.538 is not a decimal price in quotes"):
        from_json(to_json(load(SOUND)).replace('"0.538"', "0.538"))


def test_a_text_that_is_no_document_is_refused() -> None:
    for text in ("", "- 1", "x: " + "y" * 1_000_001, b"\xff\xfe\x00", "[" * 5000):
        with pytest.raises(TariffError):
            load(text)
    with pytest.raises(TariffError, match="not readable as JSON"):
        from_json("{")


HUBEI = {
    code: versions[0] for code, versions in shipped.tariffs().items() if code.startswith("hubei-") and "-part-" in code
}
PRINTED = """
hubei-single-part-lt1kv    0.735686 1.133999 0.930961 0.516924
hubei-single-part-1-10kv   0.715686 1.113999 0.910961 0.496924
hubei-single-part-35kv     0.695686 1.093999 0.890961 0.476924
hubei-two-part-1-10kv      0.651886 1.049999 0.848961 0.432924
hubei-two-part-35kv        0.632086 1.030199 0.827161 0.413124
hubei-two-part-110kv       0.613986 1.012099 0.809061 0.395024
hubei-two-part-220kv       0.594986 0.993099 0.790061 0.376024
"""


def test_all_28_printed_prices_of_hubei_are_stored_unchanged() -> None:
    rows = [line.split() for line in PRINTED.strip().splitlines()]
    assert {row[0] for row in rows} == set(HUBEI)
    for code, *printed in rows:
        prices = json.loads(to_json(HUBEI[code]))["energy"][0]["prices"]
        assert [prices[period] for period in ("flat", "sharp", "peak", "valley")] == printed


@pytest.mark.parametrize("code", sorted(HUBEI))
def test_hubei_differences_are_warnings_and_exactly_these(code: str) -> None:
    told = warnings(HUBEI[code])
    expected = ["components.system-operation: the items sum to 0.077973, printed 0.082273: 0.0043 unexplained"]
    if "single" in code:
        assert told[1].endswith(": +0.0002")
        expected.append(told[1])
    if code == "hubei-two-part-1-10kv":
        assert told[1].endswith("the printed price implies 1.495")
        expected.append(told[1])
    assert told == expected


@pytest.mark.parametrize("code", sorted(HUBEI))
def test_hubei_sharp_is_exactly_twice_the_floating_part(code: str) -> None:
    version = HUBEI[code]
    floating = sum(part.prices.total for part in version.components if part.floats)
    fixed = sum(part.prices.total for part in version.components if not part.floats)
    assert floating == 39_811_300
    assert version.energy[0].prices.sharp == 2 * floating + fixed


def test_guangzhou_prices_are_the_base_times_ratio_plus_funds_plus_uplift() -> None:
    version = shipped.tariffs()["guangzhou-residential-tou"][0]
    found = {
        (tier, period): price + uplift
        for period, price in version.energy[0].prices.items()
        for tier, uplift in enumerate([0, *(step.total for step in version.tiers.uplifts)], start=1)
    }
    assert found == {
        (1, "peak"): 99_500_875,
        (1, "flat"): 58_886_875,
        (1, "valley"): 22_914_475,
        (2, "peak"): 104_500_875,
        (2, "flat"): 63_886_875,
        (2, "valley"): 27_914_475,
        (3, "peak"): 129_500_875,
        (3, "flat"): 88_886_875,
        (3, "valley"): 52_914_475,
    }


def test_the_tier_counter_starts_in_january_in_december_or_every_month() -> None:
    guizhou = shipped.tariffs()["guizhou-residential"][0].tiers
    zhejiang = shipped.tariffs()["zhejiang-residential"][0].tiers
    guangzhou = shipped.tariffs()["guangzhou-residential"][0].tiers
    assert [guizhou.counter_start(month) for month in (202611, 202612, 202701)] == [202512, 202612, 202612]
    assert [zhejiang.counter_start(month) for month in (202612, 202701)] == [202601, 202701]
    assert guangzhou.counter_start(202607) == 202607
