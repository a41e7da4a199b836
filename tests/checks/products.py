"""Products that the tests of the rules speak of."""

from generation.checks.base import Context
from generation.checks.service import run_checks
from generation.engine import Fact

BAND = (
    Fact("续航", "7", "天", condition="典型使用", is_key=True),
    Fact("防水等级", "5ATM", condition="可泳池游泳,不可潜水/热水浴"),
    Fact("重量", "19", "g", condition="不含腕带"),
    Fact("屏幕", "1.47英寸AMOLED"),
    Fact("宽度", "36", "mm"),
    Fact("心率监测", "全天", condition="非医疗"),
    Fact("兼容系统", "安卓8/iOS 12及以上"),
    Fact("表带材质", "硅胶"),
    Fact("表壳材质", "不锈钢"),
    Fact("颜色", "曜石黑,雾蓝"),
    Fact("包装清单", "手环,充电线"),
    Fact("不含", "充电头"),
)


def context(language: str = "zh-hans", facts: tuple[Fact, ...] = BAND, **others: object) -> Context:
    """A context about the smart band, or about other ``facts``."""
    return Context(language=language, name=str(others.pop("name", "星语手环")), facts=facts, **others)


def rules_of(text: str, about: Context | None = None, value_type: str = "plain") -> set[str]:
    """Keys of the rules that find an error in ``text``."""
    language = "zh-hans" if any("\u4e00" <= char <= "\u9fff" for char in text) else "en"
    about = about or context(language)
    return {finding.rule for finding in run_checks(text, value_type, about) if finding.severity == "error"}


def warnings_of(text: str, about: Context) -> set[str]:
    """Keys of the rules that only ask."""
    return {finding.rule for finding in run_checks(text, "plain", about) if finding.severity == "warning"}
