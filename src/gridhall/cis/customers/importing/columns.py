"""The columns of a customer file, in both languages, and the words their fields may hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gridhall.cis.customers.models import Agreement, Customer
from gridhall.cis.metering.models import Installation
from gridhall.cis.network.models import ServicePointTerms
from gridhall.codecs.tables import write_csv

UseClass, Mode = ServicePointTerms.UseClass, ServicePointTerms.MeteringMode
Charging, Source, Kind = Agreement.Charging, Installation.Source, Customer.Kind

# Name: aliases, and whether a file must have it.
_COLUMNS: Mapping[str, tuple[Sequence[str], bool]] = {
    "name": (("户名", "客户名称", "customer", "customer_name"), True),
    "kind": (("客户类型", "customer_kind"), False),
    "phone": (("电话", "联系电话", "手机", "telephone"), False),
    "email": (("邮箱", "电子邮箱", "e-mail"), False),
    "language": (("语言",), False),
    "needs": (("特殊需求", "special_needs"), False),
    "unit": (("供电单位", "单位编码", "org_unit", "unit_code"), True),
    "address": (("用电地址", "地址", "service_address"), True),
    "longitude": (("经度", "lon", "lng"), False),
    "latitude": (("纬度", "lat"), False),
    "point": (("计量点", "计量点编号", "metering_point", "nmi"), True),
    "use_class": (("用电类别",), True),
    "supply_voltage_v": (("供电电压", "voltage_v", "voltage"), True),
    "contract_capacity_kva": (("合同容量", "capacity_kva", "capacity"), True),
    "operating_capacity_kva": (("运行容量",), False),
    "metering_mode": (("计量方式",), False),
    "area": (("台区", "台区编码", "transformer_area"), False),
    "tariff": (("电价", "电价码", "tariff_code"), True),
    "feed_in_tariff": (("上网电价",), False),
    "feed_in_mode": (("上网模式", "feed_in"), False),
    "cycle": (("抄表周期", "billing_cycle", "cycle_code"), True),
    "from": (("起始日期", "开户日期", "from_date", "valid_from", "start"), True),
    "charging": (("基本电费方式", "capacity_charging"), False),
    "contract_demand_kw": (("需量核定值",), False),
    "power_factor_standard": (("功率因数标准",), False),
    "persons": (("人口", "家庭人口"), False),
    "low_income": (("低保",), False),
    "meter": (("电能表", "资产编号", "meter_number", "asset_number"), False),
    "multiplier": (("综合倍率", "倍率"), False),
    "digits": (("表计位数",), False),
    "decimals": (("小数位数",), False),
    "billing_source": (("计费数据来源",), False),
    "reading": (("装表示数", "起始示数", "installation_reading"), False),
}
COLUMNS: Mapping[str, Sequence[str]] = {name: aliases for name, (aliases, _required) in _COLUMNS.items()}
REQUIRED = [name for name, (_aliases, required) in _COLUMNS.items() if required]

WORDS: Mapping[str, Mapping[str, str | int | bool]] = {
    "kind": {"person": Kind.PERSON, "个人": Kind.PERSON, "organisation": Kind.ORGANISATION, "单位": Kind.ORGANISATION},
    "language": {"zh-hans": "zh-hans", "中文": "zh-hans", "en": "en", "英文": "en"},
    "use_class": {
        **{value: value for value in UseClass.values}, "居民": UseClass.RESIDENTIAL, "合表": UseClass.SHARED_METER,
        "商业": UseClass.COMMERCIAL, "一般工商业": UseClass.COMMERCIAL, "工业": UseClass.INDUSTRIAL,
        "大工业": UseClass.LARGE_INDUSTRY, "农业": UseClass.AGRICULTURE, "公共服务": UseClass.PUBLIC,
        "充电": UseClass.CHARGING,
    },
    "metering_mode": {
        **{value: value for value in Mode.values},
        "高供高计": Mode.HV_HV, "高供低计": Mode.HV_LV, "低供低计": Mode.LV_LV,
    },
    "charging": {
        "none": Charging.NONE, "无": Charging.NONE, "capacity": Charging.CAPACITY, "容量": Charging.CAPACITY,
        "contract": Charging.CONTRACT, "合同需量": Charging.CONTRACT, "actual": Charging.ACTUAL,
        "实际需量": Charging.ACTUAL,
    },
    "low_income": {"yes": True, "是": True, "1": True, "no": False, "否": False, "0": False},
    "feed_in_mode": {
        **{value: value for value in Agreement.FeedIn.values if value},
        "自发自用余电上网": "surplus", "余电上网": "surplus", "全额上网": "full", "全部自用": "self_use",
    },
    "billing_source": {
        "interval": Source.INTERVAL, "负荷曲线": Source.INTERVAL, "register": Source.REGISTER, "示数": Source.REGISTER,
    },
}  # fmt: skip


def template() -> bytes:
    """An empty file with every column and one example row, as CSV."""
    example = {
        "name": "王小明", "kind": "person", "phone": "13800010001", "unit": "32/04/01/01/", "address": "人民路128号",
        "point": "MP000001", "use_class": "residential", "supply_voltage_v": "220", "contract_capacity_kva": "8",
        "tariff": "zhejiang-residential", "cycle": "3204-M", "from": "2026-01-01", "meter": "LH0000001",
        "multiplier": "1", "billing_source": "interval",
    }  # fmt: skip
    return b"".join(write_csv(list(COLUMNS), [[example.get(name, "") for name in COLUMNS]]))
