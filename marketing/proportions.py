"""Comparing rates of two or more variants: intervals, a test, a plain verdict. Pure functions.

Sources: score interval of one rate (E. B. Wilson, 1927; NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.4.1); test
of two proportions with a pooled rate (NIST/SEMATECH, 7.3.3); interval of their difference from the two score intervals
(R. G. Newcombe, Statistics in Medicine 17, 1998, method 10); observations needed to see a difference (J. L. Fleiss,
Statistical Methods for Rates and Proportions, 2nd ed. 1981, section 3.2).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import combinations
from statistics import NormalDist
from typing import Literal

Code = Literal["one_variant", "not_enough_data", "no_difference", "better"]
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Settings:
    """See data/testing.toml."""

    confidence: float
    smallest_effect: float
    fewest_events: int
    power: float


@dataclass(frozen=True, slots=True)
class Counts:
    """How often something was tried and how often it succeeded; ``successes`` never exceed ``trials``."""

    trials: int
    successes: int

    @property
    def rate(self) -> float:
        """Successes a trial; 0 without trials."""
        return self.successes / self.trials if self.trials else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the figures allow to say.

    ``winner`` is better than ``other`` by ``low`` to ``high`` (difference of rates, with the confidence asked for);
    ``more`` is how many further trials a variant would need before a difference that matters could be seen.
    """

    code: Code
    winner: str = ""
    other: str = ""
    p_value: float = 1.0
    low: float = 0.0
    high: float = 0.0
    more: int = 0


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings that hold."""
    text = resources.files("marketing").joinpath("data/testing.toml").read_text(encoding="utf-8")
    return Settings(**tomllib.loads(text))


def rate_interval(counts: Counts, confidence: float) -> tuple[float, float]:
    """The score interval of a rate; (0, 1) without trials."""
    n = counts.trials
    if n == 0:
        return 0.0, 1.0
    z = _NORMAL.inv_cdf(0.5 + confidence / 2)
    p = counts.rate
    middle = p + z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, min(p, (middle - spread) / scale)), min(1.0, max(p, (middle + spread) / scale))


def difference_interval(one: Counts, other: Counts, confidence: float) -> tuple[float, float]:
    """The interval of ``one``'s rate minus ``other``'s."""
    low, high = rate_interval(one, confidence)
    others_low, others_high = rate_interval(other, confidence)
    difference = one.rate - other.rate
    return (
        difference - math.hypot(one.rate - low, others_high - other.rate),
        difference + math.hypot(high - one.rate, other.rate - others_low),
    )


def p_value(one: Counts, other: Counts) -> float:
    """How likely a difference at least as large is when there is none (two-sided); 1 where nothing can be said."""
    if not one.trials or not other.trials:
        return 1.0
    pooled = (one.successes + other.successes) / (one.trials + other.trials)
    error = math.sqrt(pooled * (1 - pooled) * (1 / one.trials + 1 / other.trials))
    if error == 0:
        return 1.0
    return 2 * (1 - _NORMAL.cdf(abs(one.rate - other.rate) / error))


def trials_needed(rate: float, effect: float, confidence: float, power: float) -> int:
    """Trials a variant needs so that a relative difference of ``effect`` on ``rate`` is seen with ``power``."""
    better = min(rate * (1 + effect), 1.0)
    if rate <= 0 or better == rate:
        return 0
    mean = (rate + better) / 2
    sure = _NORMAL.inv_cdf(0.5 + confidence / 2) * math.sqrt(2 * mean * (1 - mean))
    seen = _NORMAL.inv_cdf(power) * math.sqrt(rate * (1 - rate) + better * (1 - better))
    return math.ceil(((sure + seen) / (better - rate)) ** 2)


def judge(variants: Mapping[str, Counts], rules: Settings | None = None) -> Verdict:
    """Whether one of the variants (by label) is better than every other.

    The confidence is shared among all pairs (Bonferroni), so that many variants do not make chance findings likely.
    """
    rules = rules or settings()
    if len(variants) < 2:
        return Verdict("one_variant")
    pairs = len(list(combinations(variants, 2)))
    confidence = 1 - (1 - rules.confidence) / pairs
    ranked = sorted(variants, key=lambda label: (-variants[label].rate, label))
    best, second = ranked[0], ranked[1]
    # The one that is hardest to tell from the best.
    closest = max(ranked[1:], key=lambda label: p_value(variants[best], variants[label]))
    low, high = difference_interval(variants[best], variants[closest], confidence)
    chance = p_value(variants[best], variants[closest])
    if any(_says_nothing(counts, rules.fewest_events) for counts in variants.values()):
        return Verdict("not_enough_data", best, second, chance, low, high, _more(variants, rules))
    if chance < 1 - confidence and low > 0:
        return Verdict("better", best, closest, chance, low, high)
    margin = rules.smallest_effect * variants[best].rate
    worst_low, worst_high = difference_interval(variants[best], variants[ranked[-1]], confidence)
    if worst_high <= margin and -worst_low <= margin:
        return Verdict("no_difference", best, second, chance, low, high)
    return Verdict("not_enough_data", best, second, chance, low, high, _more(variants, rules))


def _says_nothing(counts: Counts, fewest: int) -> bool:
    return counts.successes < fewest or counts.trials - counts.successes < fewest


def _more(variants: Mapping[str, Counts], rules: Settings) -> int:
    """Further trials for the variant that has the fewest."""
    trials = sum(counts.trials for counts in variants.values())
    successes = sum(counts.successes for counts in variants.values())
    rate = successes / trials if trials else 0.0
    needed = trials_needed(rate, rules.smallest_effect, rules.confidence, rules.power)
    return max(0, needed - min(counts.trials for counts in variants.values()))
