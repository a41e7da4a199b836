"""Chinese sentences told apart: what the reader does and what the product is said to do, count and come with."""

import pytest

from generation.checks.base import Context
from generation.checks.service import blocking, run_checks
from generation.engine import Fact

FACTS = (
    Fact(key="净含量", value="约12g(±0.5g)"),
    Fact(key="定时提醒", value="40分钟"),
    Fact(key="出水温度", value="45-95℃"),
    Fact(key="噪音", value="≤50dB"),
    Fact(key="主要成分", value="甘油、角鲨烷、燕麦提取物"),
    Fact(key="包装清单", value="主机、滤芯2个、挂绳1条、说明书"),
    Fact(key="连接", value="仅支持2.4GHz WiFi"),
    Fact(key="不适用", value="湿粮、整块冻干"),
    Fact(key="可机洗", value="no"),
    Fact(key="质保", value="1年", condition="人为损坏除外"),
)
CONTEXT = Context(language="zh-hans", name="测试样品", facts=FACTS)

TRUE = [
    "噪音不超过50分贝。",
    "称出来11.5克或者12.5克都正常。",
    "墙上打三个孔,先量好位置。",
    "水温从四十五度一路调到九十五度。",
    "5G频段它连不上,请切到2.4G。",
    "滤芯两个,挂绳一条。",
    "机洗就免了吧。",
]
FALSE = [
    "每隔二十分钟提醒一下。",
    "噪音超过60分贝。",
    "盒里有三个滤芯。",
    "甘油、角鲨烷再加玻尿酸。",
    "脏了丢洗衣机里转一圈。",
    "冻干整块倒进去也行。",
    "摔坏了也给换。",
    "各家的滤芯都能插。",
    "住隔壁的林姐说好用。",
    "通过BIFMA测试。",
    "冠-军专用的一款。",
]


@pytest.mark.parametrize("text", TRUE)
def test_what_is_true_passes(text):
    assert not blocking(run_checks(text, "plain", CONTEXT))


@pytest.mark.parametrize("text", FALSE)
def test_what_is_false_is_stopped(text):
    assert blocking(run_checks(text, "plain", CONTEXT))
