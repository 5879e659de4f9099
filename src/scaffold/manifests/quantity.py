"""Quantities of Kubernetes (`100m`, `1Gi`) as numbers."""

import re
from decimal import Decimal

QUANTITY = re.compile(r"(?P<number>[0-9]{1,18}(?:\.[0-9]{1,9})?)(?P<suffix>[numkMGTPE]|[KMGTPE]i)?")
SUFFIXES = {
    **{suffix: Decimal(10) ** power for suffix, power in zip("num", (-9, -6, -3), strict=True)},
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", 1)},
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}


def amount(quantity: object) -> Decimal | None:
    """The number that a quantity stands for; None for what is no quantity."""
    found = QUANTITY.fullmatch(str(quantity))
    if found is None:
        return None
    return Decimal(found["number"]) * SUFFIXES.get(found["suffix"] or "", Decimal(1))
