"""Files that grow, are cut back, are replaced, and end in half a line."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from makebelieve.studio.tail import JsonFile, Lines, Place, SampleFolder, read_lines, record_of, samples_of


def line(step: int) -> str:
    return json.dumps({"kind": "steps", "step": step}) + "\n"


def test_only_what_is_new_comes(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    lines = Lines(path)
    assert lines.news() is None
    path.write_text(line(1) + line(2))
    news = lines.news()
    assert news is not None
    assert (news.rewound, news.first, [r["step"] for r in news.records]) == (None, 0, [1, 2])
    assert lines.news() is None
    with path.open("a") as file:
        file.write(line(3))
    news = lines.news()
    assert news is not None
    assert (news.first, [r["step"] for r in news.records], news.places) == (2, [3], [lines.place])


def test_half_a_line_waits_for_its_other_half(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    lines, whole = Lines(path), line(1) + line(2)
    for end in range(1, len(whole) + 1):
        path.write_text(whole[:end])
        news = lines.news()
        assert (news is not None) == whole[:end].endswith("\n")
    assert lines.place.lines == 2


def test_a_file_cut_back_says_from_where(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text("".join(map(line, range(10))))
    lines = Lines(path)
    lines.news()
    path.write_text("".join(map(line, range(4))))
    news = lines.news()
    assert news is not None
    assert (news.rewound, news.first, news.records) == (4, 4, [])
    path.write_text("".join(map(line, [0, 1, 22, 23, 24, 25, 26, 27])))  # cut back and grown past where it was
    news = lines.news()
    assert news is not None
    assert (news.rewound, news.first, len(news.records)) == (2, 2, 6)
    path.unlink()
    news = lines.news()
    assert news is not None
    assert (news.rewound, news.records) == (0, [])


@pytest.mark.parametrize("seed", range(5))
def test_any_writing_leaves_the_reader_with_the_file(tmp_path: Path, seed: int) -> None:
    dice, path = random.Random(seed), tmp_path / "history.jsonl"
    known: list[dict[str, object]] = []
    lines = Lines(path)
    content = ""
    for turn in range(60):
        if dice.random() < 0.25:
            content = content[: dice.randrange(len(content) + 1)]
            path.write_text(content)
        elif dice.random() < 0.2:
            fresh = tmp_path / "new"
            fresh.write_text(content)
            fresh.replace(path)
        else:
            content += line(dice.randrange(1000))[: dice.choice([5, 99])]
            path.write_text(content)
        os.utime(path, ns=(turn, turn))
        if (news := lines.news()) is not None:
            if news.rewound is not None:
                assert news.rewound < len(known)
                del known[news.rewound :]
            assert news.first == len(known)
            known += news.records
        complete = content.split("\n")[:-1]
        assert known == [record_of(text.encode()) for text in complete]
        assert known == [record for record, _ in read_lines(path)]


def test_a_place_is_that_of_these_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text(line(1) + line(2))
    lines = Lines(path)
    lines.news()
    assert lines.is_at(Place())
    assert lines.is_at(lines.place)
    assert Place.parse(str(lines.place)) == lines.place
    assert not lines.is_at(Place(2, lines.place.chain ^ 1))
    assert not lines.is_at(Place(3, lines.place.chain))


@pytest.mark.parametrize("torn", [b"", b"[1]", b"{", b"\xff{}", b'{"a":' * 9000])
def test_a_line_that_is_no_record_keeps_its_number(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(torn + b"\n" + line(1).encode())
    assert [record["kind"] for record, _ in read_lines(path)] == ["torn", "steps"]
    assert [record["step"] for record, _ in read_lines(path, 1)] == [1]


def test_numbers_that_json_has_not_become_words() -> None:
    record = record_of(b'{"a": NaN, "b": -Infinity, "c": 1e999, "d": 1.5}')
    assert record == {"a": "NaN", "b": "-Infinity", "c": "Infinity", "d": 1.5}
    json.dumps(record, allow_nan=False)


def test_samples_are_told_once_and_again_when_drawn_anew(tmp_path: Path) -> None:
    folder = tmp_path / "samples"
    assert samples_of(folder) == []
    follow = SampleFolder(folder)
    assert follow.news() == []
    folder.mkdir()
    for name in ("step-00000000.png", "step-00000050.txt", "other.png", "step-1.svg"):
        (folder / name).write_bytes(b"x")
    found = follow.news()
    assert [(one.step, one.kind) for one in found] == [(0, "png"), (50, "txt")]
    assert found[0].url("ab").startswith("/api/runs/ab/samples/0.png?v=")
    assert follow.news(again=True) == []
    os.utime(folder / "step-00000050.txt", ns=(5, 5))
    assert [one.step for one in follow.news(again=True)] == [50]


def test_a_small_file_is_read_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "pulse.json"
    follow = JsonFile(path)
    assert follow.news() is None
    path.write_text('{"step": 1}')
    assert follow.news() == {"step": 1}
    assert follow.news() is None
    path.write_text('{"step"')
    assert follow.news() is None
