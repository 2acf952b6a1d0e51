"""Amounts in Chinese capitals: the examples of the rule (支付结算办法, annex 1) and the corners beside them."""

import pytest

from gridhall.cis.payments.capitals import capitals

OF_THE_RULE = {
    1_409_50: "壹仟肆佰零玖元伍角整",
    6_007_14: "陆仟零柒元壹角肆分",
    107_000_53: "壹拾万零柒仟元伍角叁分",
    1_680_32: "壹仟陆佰捌拾元叁角贰分",
    16_409_02: "壹万陆仟肆佰零玖元零贰分",
    325_04: "叁佰贰拾伍元零肆分",
}
CORNERS = {
    0: "零元整",
    1: "壹分",
    10: "壹角整",
    16: "壹角陆分",
    1_00: "壹元整",
    10_50: "壹拾元伍角整",
    100_010_00: "壹拾万零壹拾元整",
    1_001_000_00: "壹佰万零壹仟元整",
    100_000_000_00: "壹亿元整",
    100_000_001_00: "壹亿零壹元整",
    1_000_000_000_00: "壹拾亿元整",
    999_999_999_999_99: "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
    -12_30: "负壹拾贰元叁角整",
}


@pytest.mark.parametrize("fen, text", [*OF_THE_RULE.items(), *CORNERS.items()])
def test_an_amount_is_written_in_capitals(fen: int, text: str) -> None:
    assert capitals(fen) == text
