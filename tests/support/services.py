"""Choices of services: every subset, and few that cover each pair."""

from allpairspy import AllPairs

Services = tuple[str, ...]


def subsets(services: Services) -> list[Services]:
    """Every subset; neighbours differ by one service, so that little changes from one to the next."""
    order = [number ^ number >> 1 for number in range(2 ** len(services))]
    return [tuple(it for bit, it in enumerate(services) if code >> bit & 1) for code in order]


def pairwise(services: Services) -> list[Services]:
    """Subsets in which each two services stand together, one without the other, and both missing."""
    rows = AllPairs([[True, False]] * len(services))
    return [tuple(it for it, chosen in zip(services, row, strict=True) if chosen) for row in rows]
