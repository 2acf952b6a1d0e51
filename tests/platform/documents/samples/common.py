"""What every sample shares: the company, Ms Li's account, ways to pay, and a year of energy."""

from hashlib import sha256

from gridhall.platform.documents.schema import Account, Fact, MonthEnergy, Utility, Words


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


UTILITY = Utility(
    name=Words("江城供电公司", "Jiangcheng Power Supply"),
    address=Words("江城市滨江路18号", "18 Riverside Road, Jiangcheng"),
    website="power.example",
)
LI = Account(
    number="3204170000123",
    name="李婉清",
    service_address="江城市东湖区梧桐路27号2栋1单元602室",
    use_class=Words("城镇居民生活用电", "Urban residential"),
    facts=(
        Fact(label=Words("供电电压", "Supply voltage"), value="220 V"),
        Fact(label=Words("电价", "Tariff"), value=Words("居民阶梯电价", "Residential, tiered")),
    ),
)
WAYS = (
    Words("网上营业厅或手机：登录后点击“交费”", "Online or by phone: log in and choose Pay"),
    Words("任一银行代扣或柜台，报户号即可", "Any bank, by direct debit or at the desk, with the account number"),
    Words("营业厅柜台或自助终端", "At a service hall, at the counter or the kiosk"),
)
ACTIVE = Words("正向有功（总）", "Active, total")
YEAR = ("202511", "202512", *(f"2026{month:02d}" for month in range(1, 11)))


def history(*energies_kwh: int) -> tuple[MonthEnergy, ...]:
    months = YEAR[-len(energies_kwh) :]
    return tuple(
        MonthEnergy(month=month, energy_kwh=f"{energy:,}", energy_wh=energy * 1000)
        for month, energy in zip(months, energies_kwh, strict=True)
    )
