"""Where a made picture comes from, kept in the picture's own file: by what model, with what seed and settings.

It stands there three times: as JSON for programs that know it, as the file's `Software`, and as the mark for pictures
made by a trained model that the news and stock trade reads (IPTC's digital source type, in XMP).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image, PngImagePlugin

import makebelieve
from makebelieve.errors import DataError

KEY = "makebelieve"
MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CHANGED = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
SOFTWARE, DESCRIPTION = 0x0131, 0x010E  # tags of TIFF 6.0, which EXIF takes over
XMP = "XML:com.adobe.xmp"
LONGEST = 8192  # characters of JSON


def made_by(system: str, verb: str, *, changed: bool = False, **settings: Any) -> dict[str, Any]:
    """What to keep of a picture that was made.

    Args:
        system: such as "gan".
        verb: such as "generate".
        changed: whether it began as someone's photo or painting.
        settings: what else says how; those that are None are left out.
    """
    told = {name: value for name, value in settings.items() if value is not None}
    software = f"makebelieve {makebelieve.__version__}"
    return {"software": software, "system": system, "verb": verb, "changed": changed, "settings": told}


def stamp(made: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Options of `PIL.Image.Image.save` that put it into a file of this format; {} where that has no place for it."""
    text = json.dumps(made, ensure_ascii=True, default=str)
    if len(text) > LONGEST:
        text = json.dumps({**made, "settings": {"left_out": len(text)}}, default=str)
    packet = _xmp(made)
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Software", str(made["software"]))
        info.add_text(KEY, text)
        info.add_itxt(XMP, packet)
        return {"pnginfo": info}
    if kind in ("JPEG", "WEBP", "TIFF"):
        exif = Image.Exif()
        exif[SOFTWARE], exif[DESCRIPTION] = str(made["software"]), text
        return {"exif": exif} if kind == "TIFF" else {"exif": exif, "xmp": packet.encode()}
    return {"comment": text.encode()} if kind == "GIF" else {}


def provenance(path: str | Path) -> dict[str, Any] | None:
    """How the picture in a file was made, as `Pictures.save` keeps it: software, system, verb, settings.

    Args:
        path: a picture file.

    Returns:
        None where the file does not say; a file can be stripped of it, so that proves nothing.

    Raises:
        DataError: there is no picture at the path.
    """
    try:
        with Image.open(path) as image:
            told = image.info.get(KEY) or image.getexif().get(DESCRIPTION) or image.info.get("comment")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError("data.no_picture", path=path, why=str(error)) from error
    try:
        found = json.loads(told) if isinstance(told, str | bytes) else None
    except ValueError:
        return None
    return found if isinstance(found, dict) and str(found.get("software", "")).startswith(KEY) else None


def _xmp(made: Mapping[str, Any]) -> str:
    kind = CHANGED if made.get("changed") else MADE
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"<xmp:CreatorTool>{escape(str(made['software']))}</xmp:CreatorTool>"
        f"<Iptc4xmpExt:DigitalSourceType>{kind}</Iptc4xmpExt:DigitalSourceType>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
