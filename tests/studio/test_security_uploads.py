"""What may be uploaded: archives that lead elsewhere or swell, pictures that are more or less than pictures, links."""

from __future__ import annotations

import io
import json
import os
import stat
import struct
import subprocess
import sys
import wave
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from makebelieve.studio.checking import FORMATS, PIXELS, checked
from makebelieve.studio.folders import Folders, opaque
from makebelieve.studio.refusals import Refusal
from makebelieve.studio.sources import resolve
from makebelieve.studio.uploads import Limits, Uploads, safe_parts


def png(size: int = 8, mode: str = "RGB", **save: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((size, size), 60).convert(mode).save(out, "PNG", **save)
    return out.getvalue()


def wav(n: int = 800, rate: int = 8000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.sin(np.arange(n) / 5) * 9000).astype("<i2").tobytes())
    return out.getvalue()


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as file:
        for name, content in entries:
            file.writestr(name, content)
    return out.getvalue()


def sent(uploads: Uploads, *files: tuple[str, bytes], **more: Any) -> dict[str, Any]:
    return uploads.add([(name, io.BytesIO(content)) for name, content in files], **more)


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "inside" / "uploads")


def whys(facts: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["why"].removeprefix("studio.skip_") for one in facts["skipped"]}


# names and archives


@pytest.mark.parametrize(
    "name",
    [
        "../evil.png", "a/../../evil.png", "/etc/evil.png", "..\\evil.png", "a\\..\\..\\evil.png", "C:\\evil.png",
        "c:evil.png", "\\\\server\\evil.png", "//server/evil.png", "a/..", "evil.png\0.txt", "",
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere_take_the_whole_upload_with_them(uploads: Uploads, tmp_path: Path, name: str) -> None:
    for files in (
        [("good.png", png()), (name, png())],
        [("a.zip", packed(("good.png", png()), (name.replace("\0", "/../../x") or "..", png())))],
    ):
        with pytest.raises(Refusal) as error:
            sent(uploads, *files)
        assert (error.value.status, error.value.key) == (422, "studio.upload_path")
        assert everything(tmp_path) == []


def test_encoded_dots_are_just_letters(uploads: Uploads, tmp_path: Path) -> None:
    facts = sent(uploads, ("..%2f..%2fevil.png", png()), ("%2e%2e/x.png", png()))
    assert facts["files"] == 1  # the first is a hidden name
    assert everything(uploads.folder / facts["id"]) == ["files/_2e_2e/x.png", "source.json"]
    assert everything(tmp_path) == [
        f"inside/uploads/{facts['id']}/{file}" for file in ("files/_2e_2e/x.png", "source.json")
    ]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_in_an_archive(uploads: Uploads, tmp_path: Path, kind: int) -> None:
    link = zipfile.ZipInfo("cats")
    link.external_attr = (kind | 0o777) << 16
    with pytest.raises(Refusal) as error:
        sent(uploads, ("a.zip", packed(("dogs/1.png", png()), (link, b"/etc"), ("cats/passwd.png", png()))))
    assert error.value.key == "studio.upload_link" and everything(tmp_path) == []


def test_a_zip_bomb(uploads: Uploads) -> None:
    with pytest.raises(Refusal) as error:
        sent(uploads, ("a.zip", packed(("a.txt", b"a" * (32 << 20)), how=zipfile.ZIP_DEFLATED)))
    assert (error.value.status, error.value.key) == (413, "studio.upload_ratio")


def test_a_zip_bomb_that_claims_to_be_small(uploads: Uploads) -> None:
    content = packed(("a.txt", b"word " * (1 << 20)), how=zipfile.ZIP_DEFLATED)
    lying = content.replace(struct.pack("<I", 5 << 20), struct.pack("<I", 1000))  # sizes in both of its heads
    assert lying != content
    facts = sent(uploads, ("a.zip", lying), ("b.txt", b"fine"))
    assert facts["files"] == 1 and whys(facts) == {"a.zip": "torn"}


def test_too_much_and_too_many(tmp_path: Path) -> None:
    few = Uploads(tmp_path / "a", Limits(files=2))
    with pytest.raises(Refusal, match="2 files"):
        sent(few, *[(f"{i}.png", png()) for i in range(3)])
    with pytest.raises(Refusal, match="2 files"):
        sent(few, ("a.zip", packed(*[(f"{i}.png", png()) for i in range(3)])))
    first = sent(few, ("1.png", png()), ("2.png", png()))
    with pytest.raises(Refusal, match="2 files"):
        sent(few, ("3.png", png()), into=first["id"])
    assert few.facts(first["id"])["files"] == len(list((few.folder / first["id"] / "files").iterdir())) == 2
    small = Uploads(tmp_path / "b", Limits(total=1 << 20))
    with pytest.raises(Refusal, match="1 MiB"):
        sent(small, ("a.zip", packed(("a.txt", os.urandom(1 << 20).hex().encode()))))
    with pytest.raises(Refusal, match="1 MiB"):
        sent(small, ("a.txt", b"word " * (1 << 18)))
    assert everything(tmp_path / "b") == []


def test_nested_archives_are_not_opened(uploads: Uploads) -> None:
    inner = packed(("x.png", png()))
    facts = sent(uploads, ("a.zip", packed(("in.zip", inner), ("in.tar.gz", b"\x1f\x8b"), ("y.png", png()))))
    assert facts["files"] == 1 and whys(facts) == {"in.zip": "nested", "in.tar.gz": "nested"}


def test_archives_that_are_none(uploads: Uploads) -> None:
    facts = sent(uploads, ("a.zip", b"PK\x03\x04 torn"), ("b.zip", png()), ("c.tar.gz", b"\x1f\x8b\x08"))
    assert facts["id"] is None and facts["files"] == 0
    assert whys(facts) == {"a.zip": "torn", "b.zip": "torn", "c.tar.gz": "kind"}
    assert not uploads.folder.exists()


def test_hidden_files_are_no_matter(uploads: Uploads) -> None:
    entries = [("__MACOSX/._1.png", b"x"), (".DS_Store", b"x"), ("pets/cat/1.png", png()), ("pets/dog/2.png", png())]
    facts = sent(uploads, ("pets.zip", packed(*entries)))
    assert facts["skipped"] == [] and facts["classes"] == {"cat": 1, "dog": 1}
    assert everything(uploads.path(facts["id"])) == ["cat/1.png", "dog/2.png"]


def test_a_folder_that_is_dropped_is_no_class_but_those_in_it_are(uploads: Uploads) -> None:
    facts = sent(uploads, ("pets/cat/1.png", png()), ("pets/dog/2.png", png()), ("pets/read.me", b""))
    more = sent(uploads, ("pets/cat/3.png", png()), into=facts["id"])
    assert more["classes"] == {"cat": 2, "dog": 1}
    assert sent(uploads, ("cats/1.png", png()))["classes"] == {"cats": 1}
    whole = sent(uploads, ("test/a/1.png", png()), ("test/b/1.png", png()))
    assert everything(uploads.path(whole["id"])) == ["a/1.png", "b/1.png"]
    parts = sent(uploads, ("x/train/a/1.png", png()), ("x/test/a/1.png", png()))
    assert parts["classes"] == {"a": 2} and everything(uploads.path(parts["id"])) == ["test/a/1.png", "train/a/1.png"]


def test_names_of_classes_stay_and_those_of_file_systems_do_not() -> None:
    assert safe_parts("고양이/나비 1.png") == ["고양이", "나비 1.png"]
    assert safe_parts("ab:c*/d?e.png") == ["ab_c_", "d_e.png"]
    assert safe_parts("./x//y.png") == ["x", "y.png"]
    assert safe_parts(".git/config") is None
    long = safe_parts("가" * 300 + ".png")
    assert long is not None and len(long[0].encode()) < 255 and long[0].endswith(".png")
    assert safe_parts("a\u202egnp.exe\n.png") == ["a_gnp.exe_.png"]


# pictures


def test_nothing_but_pixels_is_kept() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "<script>alert(1)</script>")
    told.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>secret</x:xmpmeta>")
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    content = png(pnginfo=told, exif=exif.tobytes(), icc_profile=b"secret profile") + b"<html><script>alert(1)</script>"
    kind, suffix, kept = checked("a.png", content)
    assert (kind, suffix) == ("pictures", ".png") and b"secret" in content
    for word in (b"script", b"secret", b"html", b"tEXt", b"iTXt", b"eXIf", b"iCCP"):
        assert word not in kept
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(kept)) as after:
        assert before.tobytes() == after.tobytes()


def test_photos_stay_photos_upright_and_bare() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "secret"  # to be turned by 90 degrees
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((40, 20)).save(out, "JPEG", exif=exif, comment=b"secret")
    _, suffix, kept = checked("a.png", out.getvalue())
    with Image.open(io.BytesIO(kept)) as image:
        assert suffix == ".jpg" and image.format == "JPEG" and image.size == (20, 40) and not image.getexif()
    assert b"secret" not in kept


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "1", "P", "I;16", "CMYK"])
def test_modes_of_pictures(mode: str) -> None:
    out = io.BytesIO()
    grey = Image.linear_gradient("L").resize((8, 8))
    image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    image.save(out, "JPEG" if mode == "CMYK" else "PNG")
    _, _, kept = checked("a", out.getvalue())
    with Image.open(io.BytesIO(kept)) as after:
        assert after.mode in ("L", "RGB", "RGBA", "LA")
        if mode in ("L", "RGB", "RGBA", "LA", "P", "I;16"):
            assert np.abs(np.asarray(after.convert("L")).astype(int) - np.asarray(grey)).max() <= 1


@pytest.mark.parametrize("format_", [*FORMATS, "TIFF", "ICO", "PPM"])
def test_formats(format_: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, format_)
    if format_ in FORMATS:
        assert checked("x", out.getvalue()).suffix in (".png", ".jpg")
    else:
        with pytest.raises(Refusal):
            checked("x.png", out.getvalue())


def test_bombs_of_pixels() -> None:
    side = int(PIXELS**0.5) + 1
    small = io.BytesIO()
    Image.new("1", (side, side)).save(small, "PNG")
    with pytest.raises(Refusal) as error:
        checked("a.png", small.getvalue())
    assert (error.value.status, error.value.key) == (413, "studio.skip_pixels")
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    huge = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    with pytest.raises(Refusal) as error:
        checked("a.png", huge)
    assert error.value.status == 413


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.png", SVG, "no_picture"), ("a.svg", SVG, "kind"), ("a.txt", SVG, "markup"),
        ("a.csv", b"\n " + SVG, "markup"),
        ("a.jpg", PAGE, "no_picture"), ("a.html", PAGE, "kind"), ("a.txt", b"\xef\xbb\xbf" + PAGE, "markup"),
        ("a.wav", PAGE, "no_sound"), ("a.png", b"\x89PNG\r\n\x1a\n" + PAGE, "no_picture"),
        ("a.gif", b"GIF89a/*", "no_picture"),
        ("a.png", png()[:60], "no_picture"), ("a.png", b"", "no_picture"), ("a.txt", b"", "empty"),
        ("a.txt", b"a\0b", "no_text"), ("a.csv", bytes(range(128, 256)), "no_text"),
        ("a.wav", b"RIFF0000WAVEfmt ", "no_sound"),
        ("a.ts.js", b"1", "kind"), ("a.exe", b"MZ", "kind"), ("a", b"x", "kind"), ("a.parquet", b"PAR1", "kind"),
        ("a.txt", b"<!-- x -->\n<svg onload=alert(1)>", "markup"),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says(uploads: Uploads, name: str, content: bytes, why: str) -> None:
    facts = sent(uploads, (name, content))
    assert facts["id"] is None and whys(facts) == {name: why}
    assert not uploads.folder.exists()


def test_nothing_that_could_be_unpickled_is_taken(uploads: Uploads) -> None:
    array, arrays = io.BytesIO(), io.BytesIO()
    np.save(array, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    np.savez(arrays, x=np.zeros(3))
    names = ("a.npy", "a.npz", "a.pt", "a.pth", "a.pkl", "a.pickle", "a.joblib", "a.h5", "a.safetensors", "a.ckpt")
    facts = sent(
        uploads, *[(name, array.getvalue()) for name in names],
        ("model.zip", packed(("archive/data.pkl", b"\x80\x02."), ("archive/version", b"3"))),
        ("arrays.zip", arrays.getvalue()),
        ("a.txt", array.getvalue()), ("b.png", b"\x80\x04cposix\nsystem\n"),
    )  # fmt: skip
    assert facts["id"] is None and len(facts["skipped"]) == len(names) + 5


def test_texts_become_utf8(uploads: Uploads) -> None:
    for content in (
        "안녕하세요, 세계".encode(),
        "안녕하세요, 세계".encode("cp949"),
        "안녕하세요, 세계".encode("utf-16"),
    ):
        facts = sent(uploads, ("글.txt", content))
        path = uploads.path(facts["id"])
        assert path.name == "글.txt" and path.read_text("utf-8") == "안녕하세요, 세계"


def test_sounds(uploads: Uploads) -> None:
    assert checked("a.wav", wav())[:2] == ("sounds", ".wav")
    assert checked("a", wav())[:2] == ("sounds", ".wav")
    for content in (wav(1), wav(800, 100), wav(800, 500_000)):
        with pytest.raises(Refusal):
            checked("a.wav", content)
    facts = sent(uploads, ("yes/1.wav", wav()), ("no/1.wav", wav()), only=("sounds",))
    assert facts["classes"] == {"no": 1, "yes": 1} and facts["doors"] == ["audio"]
    assert whys(sent(uploads, ("a.png", png()), only=("sounds",))) == {"a.png": "unwanted"}


def test_one_kind_an_upload(uploads: Uploads) -> None:
    facts = sent(uploads, ("a.png", png()), ("b.txt", b"text"), ("c.wav", wav()), ("d.png", png()))
    assert facts["kind"] == "pictures" and facts["files"] == 2 and whys(facts) == {"b.txt": "other", "c.wav": "other"}
    more = sent(uploads, ("e/a.png", png()), ("f.txt", b"x"), into=facts["id"])
    assert more["id"] == facts["id"] and more["files"] == 3 and more["classes"] == {"e": 1}
    assert len(more["skipped"]) == more["skipped_in_all"] == 3


@pytest.mark.parametrize(
    ("name", "content", "door"),
    [
        ("ratings.csv", b"userId,movieId,rating\n1,2,3", "ratings"), ("a.csv", b"user;item;stars\n1;2;3", "ratings"),
        ("a.tsv", b"id\tdocument\tlabel\n1\tx\t0", "text"), ("a.csv", b"t,x,y\n1,2,3", "traces"),
        ("a.csv", b"date,temperature\n2020,3", "series"), ("A_TRAIN.ts", b"@data\n1,2:a", "series"),
    ],
)  # fmt: skip
def test_tables_are_offered_to_the_door_that_fits(uploads: Uploads, name: str, content: bytes, door: str) -> None:
    facts = sent(uploads, (name, content))
    assert facts["kind"] == "tables" and facts["doors"][0] == door
    assert uploads.path(facts["id"]).name == name


@pytest.mark.parametrize(
    "name", ["..", "../..", "/etc", "", "0" * 16, "0" * 15, "A" * 16, "0" * 16 + "/..", "source.json"]
)
def test_ids_of_uploads_are_no_paths(uploads: Uploads, name: str) -> None:
    sent(uploads, ("a.png", png()))
    for asked in (uploads.path, uploads.facts, lambda one: uploads.file(one, "pictures")):
        with pytest.raises(Refusal) as error:
            asked(name)
        assert error.value.status == 404
    with pytest.raises(Refusal):
        sent(uploads, ("a.png", png()), into=name or "x")


def test_one_photo(uploads: Uploads) -> None:
    one, two = sent(uploads, ("a.png", png())), sent(uploads, ("a.png", png()), ("a.png", png()))
    assert uploads.file(one["id"], "pictures").read_bytes()[:4] == b"\x89PNG"
    for bad in (two["id"], sent(uploads, ("a.txt", b"x"))["id"]):
        with pytest.raises(Refusal, match="One picture"):
            uploads.file(bad, "pictures")
    assert [facts["id"] for facts in uploads.listed()][-1] == one["id"]


# folders


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("runs/pets/cat", "runs/pets/.git", "runs-evil/x", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "runs/pets/cat/1.png").write_bytes(png())
    (tmp_path / "runs/pets/table.csv").write_text("a,b\n1,2")
    (tmp_path / "elsewhere/secret.csv").write_text("secret")
    return tmp_path


def test_only_what_lies_in_the_folders_has_a_name(tree: Path) -> None:
    folders = Folders([tree / "runs"])
    assert [place.name for place in folders.listed()] == ["runs", "runs/pets", "runs/pets/table.csv", "runs/pets/cat"]
    for place in folders.listed():
        assert folders.path(place.id) == place.path and str(tree) not in place.name
    for path in ("elsewhere", "runs-evil", "runs-evil/x", ".", "elsewhere/secret.csv", "runs/pets/.git"):
        with pytest.raises(Refusal) as error:
            folders.path(opaque(tree / path))
        assert error.value.status == 404
    for name in ("..", "/etc", str(tree / "runs"), "runs/pets", ""):
        with pytest.raises(Refusal):
            folders.path(name)


def test_a_name_holds_after_a_new_start(tree: Path) -> None:
    asked = next(place.id for place in Folders([tree / "runs"]).listed() if place.name == "runs/pets")
    assert Folders([tree / "runs"]).path(asked) == (tree / "runs/pets").resolve()


def test_links_are_neither_listed_nor_followed(tree: Path) -> None:
    (tree / "runs/out").symlink_to(tree / "elsewhere")
    (tree / "runs/secret.csv").symlink_to(tree / "elsewhere/secret.csv")
    folders = Folders([tree / "runs"])
    names = [place.name for place in folders.listed()]
    assert "runs/out" not in names and "runs/secret.csv" not in names
    with pytest.raises(Refusal) as error:  # one lies in it, and a door would read it
        folders.path(opaque(tree / "runs"))
    assert error.value.key == "studio.link_inside"
    assert folders.path(opaque(tree / "runs/pets"))


def test_a_folder_that_becomes_a_link(tree: Path) -> None:
    folders = Folders([tree / "runs"])
    place = next(place for place in folders.listed() if place.name == "runs/pets/cat")
    (tree / "runs/pets/cat/1.png").unlink()
    (tree / "runs/pets/cat").rmdir()
    (tree / "runs/pets/cat").symlink_to(tree / "elsewhere")
    with pytest.raises(Refusal) as error:
        folders.path(place.id)
    assert error.value.status == 404


def test_loops_and_crowds_end(tree: Path) -> None:
    (tree / "runs/pets/loop").symlink_to(tree / "runs")
    for i in range(30):
        (tree / f"runs/pets/{i}/{i}/{i}/{i}/{i}").mkdir(parents=True)
    assert len(Folders([tree / "runs"]).listed()) == 4 + 30 * 3


# what may be asked for


@pytest.mark.parametrize(
    "data",
    [
        {"door": "text", "arguments": {"source": "/etc/passwd"}},
        {"door": "text", "arguments": {"source": "a text\nof one's own"}},
        {"door": "images", "arguments": {"source": "../../secret"}},
        {"door": "images", "arguments": {"source": "http://evil.example/x.zip"}},
        {"door": "ratings", "arguments": {"source": "file:///etc/passwd"}},
        {"door": "images", "arguments": {"source": ["/etc/passwd"]}},
        {"door": "images", "arguments": {"source": {"path": "/etc"}}},
        {"door": "images", "arguments": {"source": {"folder": "/etc"}}},
        {"door": "images", "arguments": {"source": {"upload": "../../.."}}},
        {"door": "images", "arguments": {"source": {"upload": ["x"]}}},
        {"door": "images", "arguments": {"source": {"upload": "x", "folder": "y"}}},
        {"door": "images", "arguments": {"source": "digits", "valid": "(a+)+$"}},
        {"door": "images", "arguments": {"source": "digits", "labels": "(a+)+$"}},
        {"door": "images", "arguments": {"source": "digits", "memory": "disk", "workers": 1000}},
        {"door": "images", "arguments": {"source": "digits", "size": True}},
        {"door": "images", "arguments": {"source": "digits", "size": "__import__('os')"}},
        {"door": "images", "arguments": {"source": "digits", "augment": [{"kind": {"a": 1}}]}},
        {"door": "images", "arguments": {"source": "digits", "classes": ["x"] * 1000}},
        {"door": "ratings", "arguments": {"source": "synthetic", "titles": "/etc/passwd"}},
        {"door": "text", "arguments": {"source": "nsmc", "encoding": "unicode_escape"}},
        {"door": "text", "arguments": {"source": "nsmc", "tokens": {}}},
        {"door": "series", "arguments": {"source": "x"}},
        {"door": "series", "arguments": {"x": "/etc/passwd", "y": "/etc/passwd"}},
        {"door": "load", "arguments": {"source": "x"}},
        {"door": "__class__", "arguments": {}},
        {"door": ["images"], "arguments": {}},
        {"door": "images", "arguments": []},
        {"door": "images"},
        {"door": "images", "arguments": {"source": "digits"}, "more": 1},
        [], None, "images", 1,
    ],
)  # fmt: skip
def test_no_path_address_or_pattern_reaches_a_door(tree: Path, data: Any) -> None:
    with pytest.raises(Refusal) as error:
        resolve(data, Uploads(tree / "uploads"), Folders([tree / "runs"]))
    assert error.value.status in (404, 422)


def test_sources_become_paths(tree: Path) -> None:
    uploads, folders = Uploads(tree / "uploads"), Folders([tree / "runs"])
    upload = sent(uploads, ("a.png", png()))["id"]
    pets = opaque(tree / "runs/pets")
    found = resolve({"door": "images", "arguments": {"source": {"upload": upload}, "size": 8}}, uploads, folders)
    assert found == {
        "door": "images",
        "arguments": {"source": str((uploads.folder / upload / "files").resolve()), "size": 8},
    }
    both = {"door": "pairs", "arguments": {"inputs": {"folder": pets}, "targets": {"upload": upload}, "size": None}}
    assert resolve(both, uploads, folders)["arguments"]["inputs"] == str((tree / "runs/pets").resolve())
    assert "size" not in resolve(both, uploads, folders)["arguments"]
    assert json.dumps(found)


def test_the_server_needs_no_torch_for_any_of_this() -> None:
    told = "import sys, makebelieve.studio.routes.data; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0


def test_a_link_among_uploads_is_not_followed(uploads: Uploads, tmp_path: Path) -> None:
    name = sent(uploads, ("a.txt", b"words"))["id"]
    (tmp_path / "secret.txt").write_text("secret")
    place = uploads.folder / name / "files" / "a.txt"
    place.unlink()
    place.symlink_to(tmp_path / "secret.txt")
    with pytest.raises(Refusal, match="link"):
        uploads.path(name)
