"""What stands right behind a fact's own key must be that fact's value, whatever else of the product it is true of."""

from __future__ import annotations

import pytest

from generation.checks.base import Context
from generation.checks.service import run_checks
from generation.engine import Fact

PAN = Context(
    language="zh-hans",
    name="灶里香 28cm陶瓷不粘平底煎锅",
    noun="煎锅",
    facts=(
        Fact("口径", "28", "cm"),
        Fact("深度", "5.5", "cm"),
        Fact("涂层", "陶瓷不粘涂层"),
        Fact("锅身材质", "铝合金"),
    ),
)
TEE = Context(
    language="zh-hans",
    name="蓝灰花纹圆领短袖T恤",
    noun="T恤",
    facts=(
        Fact("上市时间", "2018年夏"),
        Fact("商品编号", "HNTBJ2E080A"),
        Fact("颜色", "浅灰色,深灰色"),
        Fact("面料", "100%锦纶"),
        Fact("里料", "100%聚酯纤维"),
    ),
)
TV = Context(
    language="zh-hans",
    name="星幕电视65英寸",
    noun="电视",
    facts=(
        Fact("商品编号", "4609660"),
        Fact("电视类型", "4K超清"),
        Fact("闪存类型", "TLC"),
        Fact("CPU型号", "R5 6600H"),
    ),
)
PHONE = Context(
    language="zh-hans",
    name="远岸手机 8GB+128GB",
    noun="手机",
    facts=(Fact("网络", "5G"), Fact("电池容量", "4500", "mAh"), Fact("颜色", "鸢尾紫,晴空蓝")),
)


def _rules(text: str, context: Context) -> list[str]:
    return [finding.rule for finding in run_checks(text, "plain", context) if finding.severity == "error"]


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("口径28cm，深度28cm。", PAN),
        ("颜色有浅灰、蓝灰。", TEE),
        ("面料编号是HNTBJ2E080A，下单前可以核对。", TEE),
        ("出自本店，编号2018。", TEE),
        ("面料100%聚酯纤维，里料100%聚酯纤维。", TEE),
        ("电视类型是8K超清。", TV),
        ("闪存类型是QLC。", TV),
        ("产品型号为4609660。", TV),
        ("CPU型号R5 3200H。", TV),
        ("128GB运存，日常够用。", PHONE),
        ("存储空间8GB。", PHONE),
        ("支持4G网络。", PHONE),
        ("二〇一九年夏天上市。", TEE),
    ],
)
def test_another_value_behind_the_key_is_found(text: str, context: Context) -> None:
    assert _rules(text, context)


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("口径28cm，深度5.5cm。", PAN),
        ("锅身铝合金，涂层陶瓷。", PAN),
        ("颜色有浅灰和深灰。", TEE),
        ("商品编号是HNTBJ2E080A，下单前可以核对。", TEE),
        ("面料100%锦纶，里料100%聚酯纤维。", TEE),
        ("二〇一八年夏天上市。", TEE),
        ("电视类型是4K超清，商品编号4609660。", TV),
        ("CPU型号R5 6600H。", TV),
        ("支持5G网络，8GB运存，128GB存储。", PHONE),
        ("8个G的运存，鸢尾紫、晴空蓝两个款式可选。", PHONE),
    ],
)
def test_the_facts_own_values_are_clean(text: str, context: Context) -> None:
    assert _rules(text, context) == []
