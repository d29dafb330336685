"""The modules of acts, in the order in which an act's name is looked for."""

from __future__ import annotations

from typing import Any, Protocol

from makebelieve.studio.explorer import (
    deciding,
    forecasting,
    latent,
    layers,
    making,
    playing,
    recommending,
    transforming,
    writing,
)
from makebelieve.studio.explorer.explored import Act, Explored


class Acts(Protocol):
    """A module of acts, as the package's page says."""

    ACTS: dict[str, Act]

    def serves(self, learn: Any) -> bool: ...

    def facts(self, explored: Explored) -> dict[str, Any]: ...


MODULES: tuple[Acts, ...] = (
    making,
    playing,
    latent,
    transforming,
    layers,
    writing,
    deciding,
    recommending,
    forecasting,
)
