"""Whether an uploaded file is what it says, by its content, and what is kept of it. No torch.

Pictures are decoded and written anew, so that nothing but pixels is left of them: no metadata, no text for another
program, nothing after their end. Texts are decoded and written as UTF-8. Nothing is unpickled, no array file is taken.
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import wave
from importlib import import_module
from pathlib import PurePosixPath
from types import ModuleType
from typing import Literal, NamedTuple

from PIL import Image, ImageOps

from makebelieve.studio.refusals import Refusal

Kind = Literal["pictures", "sounds", "texts", "tables"]
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")  # Pillow knows others, some of which start programs
PICTURES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp")
SOUNDS = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif", ".au")
TEXTS = (".txt",)
TABLES = (".csv", ".tsv", ".jsonl", ".ts")
PIXELS = 1 << 24  # of a picture
FILE = 256 << 20  # bytes of one file
TEXT = 128 << 20
SECONDS, RATES, CHANNELS = 3600, (1000, 384_000), 16  # of a sound
_PICTURE_HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM")
_SOUND_HEADS = (b"fLaC", b"OggS", b"ID3", b".snd", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
_MARKUP = re.compile(  # atomic groups: many comments are read in one way only, not in 2ⁿ
    r"(?>\s*)(?>(?:<!--.*?-->\s*)*)(<!doctype|<html|<svg|<\?xml|<script|<head|<body)", re.IGNORECASE | re.DOTALL
)
_NO_PICTURE = (ArithmeticError, EOFError, LookupError, OSError, SyntaxError, TypeError, ValueError, struct.error)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_PLAIN = ("L", "RGB", "RGBA", "LA")


class Checked(NamedTuple):
    """What is kept of a file."""

    kind: Kind
    suffix: str
    content: bytes


def checked(name: str, content: bytes) -> Checked:
    """What is kept of a file.

    Args:
        name: as it was given; only its suffix matters, and only for what has no mark of its own.
        content: of the file.

    Raises:
        Refusal: 415 for what is nothing of this, 413 for what is too large.
    """
    if len(content) > FILE:
        raise Refusal(413, "studio.skip_large", most=FILE >> 20)
    suffix = PurePosixPath(name.lower()).suffix
    if content.startswith(_PICTURE_HEADS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return Checked("pictures", *picture(content))
    if suffix in PICTURES:
        raise Refusal(415, "studio.skip_no_picture", known=", ".join(FORMATS))
    if suffix in SOUNDS or content.startswith(_SOUND_HEADS) or content[:4] in (b"RIFF", b"FORM"):
        return Checked("sounds", sound(content), content)
    if suffix in TEXTS or suffix in TABLES:
        return Checked("texts" if suffix in TEXTS else "tables", suffix, text(content))
    raise Refusal(415, "studio.skip_kind", suffix=suffix[:12] or "–")


def picture(content: bytes) -> tuple[str, bytes]:
    """(suffix, bytes) of a picture written anew, upright: a JPEG stays one (quality 95), all else becomes a PNG.

    Raises:
        Refusal: 415 where it can't be read, 413 where it has too many pixels.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            w, h = image.size
            if w * h > PIXELS:
                raise Refusal(413, "studio.skip_pixels", w=w, h=h, most=PIXELS)
            photo = image.format == "JPEG"
            image.load()
            bare = _bare(ImageOps.exif_transpose(image))
    except _BOMBS as error:
        raise Refusal(413, "studio.skip_bomb", most=PIXELS) from error
    except _NO_PICTURE as error:
        raise Refusal(415, "studio.skip_no_picture", known=", ".join(FORMATS)) from error
    out = io.BytesIO()
    if photo:
        bare.save(out, "JPEG", quality=95, subsampling=0)
        return ".jpg", out.getvalue()
    bare.save(out, "PNG", compress_level=3)
    return ".png", out.getvalue()


def _bare(image: Image.Image) -> Image.Image:
    """The same pixels without anything that came with them."""
    if image.mode in ("1", "I;16", "I;16B", "I;16L", "I", "F"):
        image = image.convert("L") if image.mode == "1" else image.convert("I").point(lambda v: v / 257).convert("L")
    elif image.mode not in _PLAIN or "transparency" in image.info:
        clear = image.mode in ("P", "PA", "La", "RGBa") or "transparency" in image.info
        image = image.convert("RGBA" if clear else "RGB")
        if clear and image.getchannel("A").getextrema() == (255, 255):
            image = image.convert("RGB")
    return Image.frombytes(image.mode, image.size, image.tobytes())


def sound(content: bytes) -> str:
    """The suffix of a sound, whose head was looked at.

    Raises:
        Refusal: 415 where it is none, 413 where it is too long, 422 for rates and channels that no sound has.
    """
    package = _soundfile()
    try:
        if package is not None:
            head = package.info(io.BytesIO(content))
            rate, channels, frames, kind = int(head.samplerate), int(head.channels), int(head.frames), head.format
        else:
            with wave.open(io.BytesIO(content)) as file:
                rate, channels, frames, kind = file.getframerate(), file.getnchannels(), file.getnframes(), "WAV"
    except (OSError, EOFError, TypeError, ValueError, RuntimeError, wave.Error, struct.error) as error:
        raise Refusal(415, "studio.skip_no_sound") from error
    if not RATES[0] <= rate <= RATES[1] or not 1 <= channels <= CHANNELS or frames < 2:
        raise Refusal(422, "studio.skip_odd_sound", rate=rate, channels=channels)
    if frames > SECONDS * rate:
        raise Refusal(413, "studio.skip_long_sound", minutes=SECONDS // 60)
    known = {
        "WAV": ".wav",
        "WAVEX": ".wav",
        "FLAC": ".flac",
        "OGG": ".ogg",
        "MP3": ".mp3",
        "AIFF": ".aiff",
        "AU": ".au",
    }
    if kind not in known:
        raise Refusal(415, "studio.skip_no_sound")
    return known[kind]


def _soundfile() -> ModuleType | None:
    try:
        return import_module("soundfile")
    except (ImportError, OSError):  # OSError: the package is there, libsndfile isn't
        return None


def text(content: bytes) -> bytes:
    """A text as UTF-8: it was that, UTF-16 with its mark, or Korean in cp949.

    Raises:
        Refusal: 415 for what is no text, or the text of a page or a drawing; 413 where it is too long.
    """
    if len(content) > TEXT:
        raise Refusal(413, "studio.skip_large", most=TEXT >> 20)
    decoded = _decoded(content)
    if decoded is None or "\0" in decoded:
        raise Refusal(415, "studio.skip_no_text")
    if _MARKUP.match(decoded[:10_000]):
        raise Refusal(415, "studio.skip_markup")
    if not decoded.strip():
        raise Refusal(415, "studio.skip_empty")
    return decoded.encode()


def _decoded(content: bytes) -> str | None:
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp949"):
        try:
            found = content.decode(encoding)
            found.encode()  # no half of a surrogate pair
        except UnicodeError:
            continue
        return found
    return None
