"""Numbers with their units, read from Chinese and English text and comparable by value.

``parse`` reads a folded text (``normalise.fold``) and returns quantities with spans. Units are data (data/units.txt).
What cannot be read as a number with a unit but has digits ("rs-200", "4k") is a *code*, see ``codes``.
"""

from generation.checks.quantities.joining import CARATS, FINENESS
from generation.checks.quantities.parsing import parse
from generation.checks.quantities.quantity import Quantity

__all__ = ["CARATS", "FINENESS", "Quantity", "parse"]
