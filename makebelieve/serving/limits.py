"""What a caller may ask for."""

from __future__ import annotations

from dataclasses import dataclass, fields

from makebelieve.errors import OptionError

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Limits of requests.

    Args:
        body: bytes of an upload.
        json: bytes of any other body.
        pixels: of an uploaded picture, and of one that is given back.
        items: pictures, sounds, texts or rows of numbers in a request.
        n: pictures or recommendations asked for.
        length: tokens of a text that is written, or rows of a forecast.
        tokens: of texts in a request, each counted as long as the longest.
        numbers: of pictures in an answer as JSON; NumPy's format has no such limit.
        seconds: until a request is answered; a stream ends after as many.
        queue: requests that are answered or wait at the same time; more get 429.
        streams: texts that are streamed at the same time; more get 429.
        batch: rows that go through the networks together.
        wait: seconds that a request waits for others to go with, while there are any.
        grace: seconds that requests in flight have after SIGTERM.

    Raises:
        OptionError: a limit is not positive; `wait` may be 0.
    """

    body: int = 16 * MIB
    json: int = 2 * MIB
    pixels: int = 1 << 24
    items: int = 64
    n: int = 64
    length: int = 2000
    tokens: int = 1 << 17
    numbers: int = 1 << 20
    seconds: float = 30.0
    queue: int = 128
    streams: int = 8
    batch: int = 64
    wait: float = 0.002
    grace: float = 30.0

    def __post_init__(self) -> None:
        for field in fields(self):
            given = getattr(self, field.name)
            whole = isinstance(given, int) and not isinstance(given, bool)
            number = whole or (isinstance(given, float) and isinstance(field.default, float))
            if not number or not (0 < given < float("inf") or (given == 0 and field.name == "wait")):
                raise OptionError("serving.limit", name=field.name, given=given)
