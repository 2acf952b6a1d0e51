"""Sample bills of a draft and its base, and what follows from its parts."""

from datetime import date

import pytest

from gridhall.cis.studio import documents, hints, samples
from gridhall.cis.tariffs.actions import create_series, publish_prices, upload_prices
from gridhall.cis.tariffs.models import TariffVersion
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel import shipped
from gridhall.kernel.tariffs import TariffVersion as Version
from tests.cast import Cast
from tests.cis.facts import bill_of, put_month, released


def changed(version: Version, old: str, new: str) -> Version:
    text = documents.to_yaml(version)
    assert old in text
    return documents.check(text.replace(old, new)).version


def test_ms_lis_last_bill_is_rated_under_draft_and_base(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    account, base = cast.accounts["Ms Li"], parsed(TariffVersion.objects.get(tariff__code="zhejiang-residential").pk)
    draft = changed(base, "total: '0.538'", "total: '0.548'")
    scope = cast.actor("Biller Gao").scope
    bill = samples.account_bill(scope, account.number, draft, base)
    stored = bill_of(cast, "Ms Li", 202601)
    assert bill.before_fen == stored.total_fen
    assert bill.difference_fen == 620  # 620 kWh, one fen each
    assert sum(line.difference_fen for line in bill.lines if not line.item.included) == 620
    assert samples.account_bill(cast.actor("Stranger").scope, account.number, draft, base) is None
    assert samples.account_bill(scope, "0000000000", draft, base) is None


def test_a_roof_measured_by_period_is_rated_on_one_price_by_its_whole_energy(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    tou = parsed(TariffVersion.objects.get(tariff__code="zhejiang-residential-tou").pk)
    flat = shipped.tariffs()["zhejiang-residential"][0]
    scope, number = cast.actor("Biller Gao").scope, cast.accounts["Sunny Roof"].number
    assert samples.account_bill(scope, number, flat, tou).lines[0].quantity == 14_000 * 31
    li = samples.account_bill(scope, cast.accounts["Ms Li"].number, tou, flat)
    assert li.problem  # one price was measured, the hours are not known


@pytest.mark.parametrize(
    ("code", "kwh", "fen"),
    [
        ("zhejiang-residential", 120, 64_56),
        ("zhejiang-residential", 260, 139_88),
        ("hubei-single-part-35kv", 5_000, None),
    ],
)
def test_typical_uses_follow_the_price_table(code: str, kwh: int, fen: int | None) -> None:
    version = shipped.tariffs()[code][-1]
    found = {use.name.en: bill for use, bill in _bills(version)}
    bill = next(bill for name, bill in found.items() if f" {kwh:,} kWh" in name)
    if fen is not None:
        assert bill.total_fen == fen
    else:
        prices = version.energy[0].prices
        shares = ((prices.sharp, 500), (prices.peak, 1250), (prices.flat, 2000), (prices.valley, 1250))
        assert bill.total_fen == sum((int(price) * kwh + 500_000) // 10**6 for price, kwh in shares)


def _bills(version: Version) -> list[tuple[samples.Use, samples.SampleBill]]:
    uses = [use for use in samples.uses() if use.tariff_class == version.tariff_class]
    return list(zip(uses, samples.typical(version, None, 202601), strict=True))


def test_tiers_count_the_same_use_in_every_earlier_month() -> None:
    version = shipped.tariffs()["zhejiang-residential"][0]
    use = next(one for one in samples.uses() if one.code == "home-450")
    assert samples.determinants(use, version, 202607).tier_before_wh[0] == 6 * 450_000


@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(shipped.tariffs()))
def test_every_shipped_tariff_can_be_tried_and_written_down(code: str) -> None:
    for version in shipped.tariffs()[code]:
        assert documents.check(documents.to_yaml(version)).version == version
        for use, bill in _bills(version):
            assert not bill.problem, f"{use.code}: {bill.problem}"
            assert bill.total_fen != 0


def test_a_tariff_of_interval_prices_is_tried_at_the_mean_of_the_newest_days(cast: Cast) -> None:
    text = documents.to_yaml(shipped.tariffs()["demo-business-single-part-1-10kv"][0])
    version = documents.check(text + "real_time: {series: spot}\n").version
    assert "charges the prices of spot" in samples.typical(version, None, 202601)[0].problem
    series = create_series(cast.actor("Biller Gao"), "spot", "Spot", "现货", 60, "a made-up market")
    rows = "".join(f"2026-01-01 {hour:02}:00,{price}\n" for hour, price in enumerate([200, 400] * 12, 1))
    upload = upload_prices(cast.actor("Biller Gao"), series.pk, f"time,price\n{rows}".encode(), "x", "MWh", "end")
    publish_prices(cast.actor("Checker He"), upload.pk)
    [(use, bill), *_rest] = _bills(version)
    spot = next(line for line in bill.lines if line.item.kind == "real_time")
    assert spot.amount_fen == use.kwh * 30


def test_hints_say_what_the_parts_and_ratios_give() -> None:
    version = shipped.tariffs()["hubei-two-part-1-10kv"][0]
    found = {hint.period: (hint.difference_e8, hint.factor_e6) for hint in hints.hints(version)}
    assert found == {
        "flat": (0, 1_000_000), "sharp": (0, 2_000_000), "peak": (199_963, 1_490_000), "valley": (15, 450_000),
    }  # fmt: skip
    assert hints.hints(shipped.tariffs()["zhejiang-residential"][0]) == []


def test_a_change_of_one_price_is_a_change_of_one_line() -> None:
    version = shipped.tariffs()["hubei-two-part-1-10kv"][0]
    text = documents.to_yaml(version)
    lines = [line for line in documents.diff(text, text.replace("'0.848961'", "'0.846961'")) if line.sign]
    assert [(line.sign, line.text.strip()) for line in lines] == [("-", "peak: '0.848961'"), ("+", "peak: '0.846961'")]
    assert version.valid_from == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("code: Bad Code\n", "", "required field"),
        ("a: &x 1\nb: *x\n", "", "aliases are refused"),
        ("- a\n", "document", "object"),
    ],
)
def test_problems_name_their_path(text: str, path: str, words: str) -> None:
    problem = documents.check(text).problems[0]
    assert words in problem.text.lower()
    assert problem.path in (path, "document", "line 2")
