"""Invented names: common Chinese surnames and given names, streets and firms of a city that does not exist."""

from __future__ import annotations

import numpy as np


def _words(text: str) -> list[str]:
    return text.split()


SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
    "贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷"
    "钱汤尹黎易常武乔贺赖龚文"
)
GIVEN_FIRST = "建国志明文秀玉春海丽晓小美家永德俊慧思子雨梓佳嘉振国新红金桂立振淑雪天宏正光学长福庆"
GIVEN_SECOND = "华英明芳军平红霞强敏燕鹏飞涛波辉玲梅兰珍云峰杰宁静莉洁勇斌超磊浩宇轩怡涵琪萍娟凤林成东生荣琴"
STREETS = _words(
    "人民路 海滨大道 望江路 书院街 柳树巷 会展路 青年路 解放街 东风路 和平里 朝阳街 建设路 临港路 "
    "桂花巷 南屏路 环城北路"
)
ESTATES = _words("望江花园 海景苑 锦绣家园 东方小区 书香名邸 金桂苑 和谐家园 滨江一品 怡景园 阳光新城 翠湖居 安居苑")
VILLAGES = _words("向阳村 石塘村 桃源村 松树坪 白沙村 上河村 柏林村 麻坪村")
SHOP_WORDS = _words("便利店 小吃店 理发店 水果店 药房 五金店 服装店 茶馆 火锅店 书店 花店 眼镜店 面馆 洗衣店 母婴店")
FIRM_WORDS = _words("海 盛 临 江 宏 达 永 兴 瑞 丰 恒 通 嘉 益 新 源 鑫 泰 顺 诚")
TRADES = {
    "workshop": _words("机械加工厂 木业有限公司 包装厂 印刷厂 塑料制品厂 服饰有限公司 五金制品厂"),
    "works": _words("纺织有限公司 化工有限公司 铸造有限公司 汽车零部件有限公司 食品有限公司 冷链物流有限公司"),
    "large works": _words("钢铁有限公司 水泥有限公司 造纸有限公司"),
    "farm": _words("农业合作社 养殖场 灌溉站 蔬菜基地 茶场"),
    "charging station": _words("充电服务有限公司 新能源充电站"),
    "school": _words("中心小学 实验中学 幼儿园 职业学校"),
    "hospital": _words("人民医院 中医院 妇幼保健院"),
    "shared meter": _words("小区物业服务中心 公寓管理处 职工宿舍"),
}


def pick(rng: np.random.Generator, words: str | list[str]) -> str:
    """One of the words."""
    return words[int(rng.integers(len(words)))]


def person(rng: np.random.Generator) -> str:
    """A family name and one or two given characters."""
    given = pick(rng, GIVEN_SECOND) if rng.random() < 0.2 else pick(rng, GIVEN_FIRST) + pick(rng, GIVEN_SECOND)
    return pick(rng, SURNAMES) + given


def organisation(rng: np.random.Generator, kind: str, place: str) -> str:
    """A firm, a shop or a public body of ``place``."""
    if kind == "shop":
        return pick(rng, SURNAMES) + "记" + pick(rng, SHOP_WORDS)
    if kind in ("school", "hospital"):
        number = "" if kind == "hospital" else f"第{pick(rng, '一二三四五六七八九')}"
        return place + number + pick(rng, TRADES[kind])
    if kind == "shared meter":
        return pick(rng, ESTATES) + pick(rng, TRADES[kind])
    return place + pick(rng, FIRM_WORDS) + pick(rng, FIRM_WORDS) + pick(rng, TRADES[kind])


def phone(mobile: bool, serial: int) -> str:
    """A number in a range kept for this story: 1380001 and 0571888 with four digits of the customer's serial number."""
    return f"{'1380001' if mobile else '0571888'}{serial % 10_000:04d}"


def address(rng: np.random.Generator, area: str, kind: str) -> str:
    """Street and number, an estate's flat, or a house in a village."""
    number = int(rng.integers(1, 260))
    if kind.startswith("household") and rng.random() < 0.7:
        block, stairs, floor = (int(rng.integers(1, most)) for most in (25, 5, 19))
        return f"{area}{pick(rng, ESTATES)}{block}幢{stairs}单元{floor}{int(rng.integers(1, 5)):02d}室"
    if kind == "farm" or rng.random() < 0.15:
        return f"{area}{pick(rng, VILLAGES)}{number}号"
    return f"{area}{pick(rng, STREETS)}{number}号"
