"""Hangul by jamo: syllables taken apart before they become tokens, and put together again when tokens become text.

A syllable is an initial, a medial and maybe a final: code = 0xAC00 + (initial * 21 + medial) * 28 + final, as the
Unicode standard has it (section 3.12). Its jamo are written as the conjoining ones, U+1100, U+1161 and U+11A7 on.
Conjoining jamo that a text itself has are moved out of the way first (to a private plane), so that the way back is
exact for them too; the jamo that people type alone, such as ㅋ, have other codes and stay as they are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Codes = np.ndarray[Any, np.dtype[np.uint32]]
Counts = np.ndarray[Any, np.dtype[np.int64]]

_FIRST, _SYLLABLES = 0xAC00, 19 * 21 * 28
_INITIAL, _MEDIAL, _FINAL = 0x1100, 0x1161, 0x11A7  # the final of number 0 is none
_PRIVATE = 0xF0000  # added to conjoining jamo that are the text's own
_CONJOINING = range(0x1100, 0x1200)
_ALONE_INITIAL = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_ALONE_MEDIAL = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_ALONE_FINAL = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"


def codes_of(text: str) -> Codes:
    """(characters,) code points."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def text_of(codes: Codes) -> str:
    """The text of code points."""
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def take_apart(codes: Codes) -> tuple[Codes, Counts]:
    """Code points with syllables as their jamo, and how many each of the given ones became: 1, 2 or 3."""
    own = (codes >= _CONJOINING.start) & (codes < _CONJOINING.stop)
    codes = np.where(own, codes + np.uint32(_PRIVATE), codes)
    number = codes - np.uint32(_FIRST)  # wraps around below the first syllable, so one comparison tells
    syllable = number < _SYLLABLES
    final = number % 28
    widths = 1 + syllable.astype(np.int64) + (syllable & (final > 0))
    ends = np.cumsum(widths)
    out = np.empty(int(ends[-1]) if len(ends) else 0, np.uint32)
    starts = ends - widths
    out[starts] = np.where(syllable, _INITIAL + number // (21 * 28), codes)
    out[starts[syllable] + 1] = _MEDIAL + number[syllable] // 28 % 21
    closed = syllable & (final > 0)
    out[starts[closed] + 2] = _FINAL + final[closed]
    return out, widths


class Composer:
    """Puts jamo together again, bit by bit: a syllable comes out when it is certain that it is whole.

    Jamo that make no syllable come out as those that people type alone: ㄱ.
    """

    def __init__(self) -> None:
        self._open = ""  # nothing, an initial, or a syllable that may still get a final

    def feed(self, text: str) -> str:
        """Text that is certain once these characters have come."""
        return "".join(map(self._one, text))

    def flush(self) -> str:
        """What is still open, as it is."""
        done, self._open = _alone(self._open), ""
        return done

    def _one(self, letter: str) -> str:
        code, before = ord(letter), self._open
        if _MEDIAL <= code < _MEDIAL + 21 and before and ord(before) < _FIRST:
            self._open = chr(_FIRST + ((ord(before) - _INITIAL) * 21 + code - _MEDIAL) * 28)
            return ""
        if _FINAL < code < _FINAL + 28 and before and ord(before) >= _FIRST:
            self._open = ""
            return chr(ord(before) + code - _FINAL)
        done = _alone(before)
        if _INITIAL <= code < _INITIAL + 19:
            self._open = letter
            return done
        self._open = ""
        return done + _alone(letter)


def put_together(text: str) -> str:
    """Text with its jamo as syllables: the inverse of `take_apart`."""
    composer = Composer()
    return composer.feed(text) + composer.flush()


def _alone(letter: str) -> str:
    if not letter:
        return ""
    code = ord(letter)
    if _INITIAL <= code < _INITIAL + 19:
        return _ALONE_INITIAL[code - _INITIAL]
    if _MEDIAL <= code < _MEDIAL + 21:
        return _ALONE_MEDIAL[code - _MEDIAL]
    if _FINAL < code < _FINAL + 28:
        return _ALONE_FINAL[code - _FINAL - 1]
    return chr(code - _PRIVATE) if code - _PRIVATE in _CONJOINING else letter
