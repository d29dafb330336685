"""Film: what is written is read again, sound and time stay, a broken pass goes on, bad input is one sentence."""

from __future__ import annotations

import os
import subprocess
from fractions import Fraction

import pytest
import torch
from PIL import Image

from makebelieve.errors import DataError, MissingExtraError, OptionError
from makebelieve.film import is_film, read_film, through, write_film
from makebelieve.film.ffmpeg import ffmpeg
from makebelieve.film.passing import Kept
from makebelieve.film.reading import rate
from makebelieve.pictures import Pictures

try:
    FFMPEG = ffmpeg()
except MissingExtraError:
    FFMPEG = ""
needs_ffmpeg = pytest.mark.skipif(not FFMPEG, reason="neither imageio-ffmpeg nor ffmpeg is installed")

H, W = 24, 32


def frames(count=6, h=H, w=W):
    """A bright square that wanders over a ramp, (3, h, w) uint8."""
    ramp = torch.linspace(30, 200, w).to(torch.uint8).expand(3, h, w)
    for i in range(count):
        frame = ramp.clone()
        frame[0, 4:12, 2 * i : 2 * i + 8] = 250
        yield frame


def run_ffmpeg(*arguments):
    subprocess.run([FFMPEG, "-nostdin", "-y", "-loglevel", "error", *map(str, arguments)], check=True)


@pytest.fixture(scope="module")
def talkie(tmp_path_factory):
    """Half a second of 12 frames a second with a tone."""
    path = tmp_path_factory.mktemp("film") / "talkie.mp4"
    silent = path.with_name("silent.mp4")
    write_film(silent, frames(), fps=12)
    tone = ["-f", "lavfi", "-i", "sine=440:duration=0.5"]
    run_ffmpeg("-i", silent, *tone, "-c:v", "copy", "-c:a", "aac", path)
    return path


def sound_of(path):
    """The packets of sound, undecoded."""
    command = [
        FFMPEG,
        "-nostdin",
        "-loglevel",
        "error",
        "-i",
        str(path),
        "-map",
        "0:a",
        "-c",
        "copy",
        "-f",
        "adts",
        "-",
    ]
    return subprocess.run(command, check=True, capture_output=True).stdout


def negative(frame, _last):
    return 1 - frame


# -------------------------------------------------------------------- there and back


@needs_ffmpeg
@pytest.mark.parametrize("name", ["film.mp4", "film.mov", "film.mkv", "film.webm", "film.gif"])
def test_what_is_written_is_read_again(tmp_path, name):
    written = list(frames())
    path = write_film(tmp_path / name, iter(written), fps=12.5)
    film = read_film(path)
    assert film.size == (H, W)
    assert film.fps == Fraction(25, 2)
    assert abs(film.frames - 6) <= 1
    assert not film.sound
    read = list(film)
    assert len(read) == 6
    for one, other in zip(written, read, strict=True):
        assert other.dtype == torch.uint8
        assert (one.float() - other.float()).abs().mean() < 12
    assert [f.name for f in tmp_path.iterdir()] == [name]


@needs_ffmpeg
def test_frames_may_be_grey_or_floating_point(tmp_path):
    path = write_film(tmp_path / "grey.mp4", [torch.full((1, 16, 16), 0.5), torch.full((1, 16, 16), 7.0)], fps=25)
    dim, bright = read_film(path)
    assert abs(dim.float().mean() - 128) < 4
    assert bright.float().mean() > 250


@needs_ffmpeg
def test_odd_sides_get_their_last_row_and_column_twice(tmp_path):
    path = write_film(tmp_path / "odd.mp4", frames(3, 15, 17), fps=25)
    assert read_film(path).size == (16, 18)


def test_a_gif_needs_no_ffmpeg_and_keeps_time(tmp_path, monkeypatch):
    monkeypatch.setattr("makebelieve.film.ffmpeg.importlib.util.find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    path = write_film(tmp_path / "thirty.gif", frames(10), fps=30, made={"software": "makebelieve"})
    with Image.open(path) as image:
        delays = []
        for i in range(image.n_frames):
            image.seek(i)
            delays.append(image.info["duration"])
        assert image.info["comment"] == b'{"software": "makebelieve"}'
    assert set(delays) == {30, 40}
    assert sum(delays) == 330
    assert len(list(read_film(path))) == 10
    with pytest.raises(MissingExtraError, match=r"makebelieve\[film\]"):
        write_film(tmp_path / "film.mp4", frames(), fps=30)


@needs_ffmpeg
def test_rates_of_television_are_exact(tmp_path):
    assert rate(29.97) == Fraction(30000, 1001)
    assert rate(23.98) == rate(23.976) == Fraction(24000, 1001)
    assert rate(25) == 25
    assert rate(12.5) == Fraction(25, 2)
    path = write_film(tmp_path / "ntsc.mp4", frames(), fps=29.97)
    assert read_film(path).fps == Fraction(30000, 1001)


@needs_ffmpeg
def test_a_film_can_be_read_at_another_rate(talkie):
    assert len(list(read_film(talkie, fps=6))) == 3


@needs_ffmpeg
def test_turned_films_and_oblong_pixels_are_put_right(talkie, tmp_path):
    run_ffmpeg("-display_rotation", "90", "-i", talkie, "-c", "copy", tmp_path / "turned.mp4")
    assert read_film(tmp_path / "turned.mp4").size == (W, H)
    run_ffmpeg("-i", talkie, "-vf", "setsar=2/1", tmp_path / "oblong.mp4")
    assert read_film(tmp_path / "oblong.mp4").size == (H, 2 * W)


@needs_ffmpeg
def test_uneven_frames_are_read_evenly(talkie, tmp_path):
    # frames at 0, 1, 2, 6, 7, 8 twelfths: 9 twelfths long
    run_ffmpeg("-i", talkie, "-an", "-vf", "setpts='(N+3*gte(N,3))/12/TB'", "-fps_mode", "vfr", tmp_path / "uneven.mp4")
    read = list(read_film(tmp_path / "uneven.mp4", fps=12))
    assert len(read) == 9
    for i in (3, 4, 5):
        assert (read[2].float() - read[i].float()).abs().mean() < 2


def uneven_gif(path, delays):
    images = [Image.fromarray(frame.permute(1, 2, 0).numpy()) for frame in frames(len(delays))]
    images[0].save(path, save_all=True, append_images=images[1:], duration=delays)
    return path


def test_uneven_gifs_are_read_evenly(tmp_path):
    film = read_film(uneven_gif(tmp_path / "slow.gif", [100, 300, 100]))
    assert (film.fps, film.frames) == (10, 5)
    read = list(film)
    assert len(read) == 5
    assert torch.equal(read[1], read[2]) and torch.equal(read[2], read[3])
    assert not torch.equal(read[0], read[1]) and not torch.equal(read[3], read[4])
    assert len(list(read_film(film.path, fps=4))) == 2
    assert len(list(read_film(film.path, fps=1))) == 1
    with pytest.raises(OptionError, match="frames a second"):
        read_film(film.path, fps=-1)


def test_gifs_that_are_too_fast_are_as_browsers_show_them(tmp_path):
    path = uneven_gif(tmp_path / "fast.gif", [10, 10, 10])
    assert read_film(path).fps == 10
    assert len(list(read_film(through(path, tmp_path / "out.gif", negative)))) == 3


def test_films_are_known_by_name_and_gifs_by_what_they_hold(tmp_path):
    assert is_film("a.mp4") and is_film("B.WEBM")
    assert not is_film("a.png") and not is_film("a") and not is_film("list.m3u8")
    write_film(tmp_path / "two.gif", frames(2), fps=10)
    Pictures(torch.rand(3, 8, 8)).save(tmp_path / "one.gif")
    assert is_film(tmp_path / "two.gif")
    assert not is_film(tmp_path / "one.gif")


# -------------------------------------------------------------------- through a function


@needs_ffmpeg
def test_pictures_change_and_sound_stays(talkie, tmp_path):
    out = through(talkie, tmp_path / "out.mp4", negative)
    film = read_film(out)
    assert film.sound
    assert sound_of(out) == sound_of(talkie) != b""
    for before, after in zip(read_film(talkie), film, strict=True):
        assert (255 - before.float() - after.float()).abs().mean() < 5
    assert [f.name for f in tmp_path.iterdir()] == ["out.mp4"]


@needs_ffmpeg
def test_sound_that_does_not_fit_is_coded_anew(talkie, tmp_path):
    assert read_film(through(talkie, tmp_path / "out.webm", negative)).sound


@needs_ffmpeg
def test_a_broken_pass_goes_on_and_gives_the_same_film(talkie, tmp_path, caplog):
    def blended(frame, last):
        return 1 - frame if last is None else 0.7 * (1 - frame) + 0.3 * last

    calls = 0

    def broken(frame, last):
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return blended(frame, last)

    whole = through(talkie, tmp_path / "whole.mp4", blended, steady=0.5)
    with pytest.raises(KeyboardInterrupt):
        through(talkie, tmp_path / "out.mp4", broken, steady=0.5)
    assert "after 3 frames" in caplog.text
    assert not (tmp_path / "out.mp4").exists()
    seen = []
    through(talkie, tmp_path / "out.mp4", lambda frame, last: seen.append(1) or blended(frame, last), steady=0.5)
    assert len(seen) == 3
    assert (tmp_path / "out.mp4").read_bytes() == whole.read_bytes()


def test_ctrl_c_while_the_film_is_written_is_told_and_frames_stay(tmp_path, monkeypatch, caplog):
    def stopped(*_args, **_more):
        raise KeyboardInterrupt

    film = write_film(tmp_path / "in.gif", frames(3), fps=10)
    with monkeypatch.context() as patched:
        patched.setattr("makebelieve.film.passing.write_film", stopped)
        with pytest.raises(KeyboardInterrupt):
            through(film, tmp_path / "out.gif", negative)
    assert "after 3 frames" in caplog.text
    through(film, tmp_path / "out.gif", lambda frame, last: pytest.fail("all frames were there"))
    assert len(list(read_film(tmp_path / "out.gif"))) == 3


def test_frames_torn_by_a_power_cut_are_made_anew(tmp_path):
    film = write_film(tmp_path / "in.gif", frames(4), fps=10)

    def three(frame, _last):
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(frame)
        return 1 - frame

    made = []
    with pytest.raises(KeyboardInterrupt):
        through(film, tmp_path / "out.gif", three)
    kept = sorted(Kept(tmp_path / "out.gif").folder.glob("*.png"))
    kept[1].write_bytes(kept[1].read_bytes()[:40])
    kept[2].write_bytes(b"")
    again = []
    through(film, tmp_path / "out.gif", lambda frame, last: again.append(frame) or 1 - frame)
    assert len(again) == 3
    whole = through(film, tmp_path / "whole.gif", negative)
    assert (tmp_path / "out.gif").read_bytes() == whole.read_bytes()


@needs_ffmpeg
@pytest.mark.parametrize("other", [{"settings": {"seed": 2}}, {"steady": 0.3}, {"fps": 6}])
def test_frames_of_other_settings_are_not_mixed_in(talkie, tmp_path, caplog, other):
    class Stop(Exception):
        pass

    def two(frame, last):
        if last is not None:
            raise Stop
        return frame

    with pytest.raises(Stop):
        through(talkie, tmp_path / "out.mp4", two, settings={"seed": 1})
    assert Kept(tmp_path / "out.mp4").folder.exists()
    counted = []
    through(talkie, tmp_path / "out.mp4", lambda f, _last: counted.append(1) or f, **{"settings": {"seed": 1}, **other})
    assert len(counted) == (3 if "fps" in other else 6)
    assert "thrown away" in caplog.text


@needs_ffmpeg
def test_what_does_not_move_is_held(tmp_path):
    still = torch.full((3, 16, 16), 90, dtype=torch.uint8)
    moving = still.clone()
    moving[:, :, 8:] = 200
    path = write_film(tmp_path / "in.mkv", [still, still, moving], fps=5)

    def flickering(frame, last):  # 0.2, 0.8, 0.8
        return torch.full_like(frame, 0.2 if last is None else 0.8)

    first, second, third = (f / 255 for f in read_film(through(path, tmp_path / "out.mkv", flickering, steady=0.5)))
    assert first.mean() == pytest.approx(0.2, abs=0.02)
    assert second.mean() == pytest.approx(0.5, abs=0.02)
    assert third[:, :, :4].mean() == pytest.approx(0.65, abs=0.02)
    assert third[:, :, 12:].mean() == pytest.approx(0.8, abs=0.02)


@needs_ffmpeg
def test_results_may_have_another_size_but_all_the_same(talkie, tmp_path):
    twice = through(
        talkie, tmp_path / "twice.gif", lambda f, _last: f.repeat_interleave(2, 1).repeat_interleave(2, 2), steady=0.5
    )
    assert read_film(twice).size == (2 * H, 2 * W)
    with pytest.raises(DataError, match="Frame 2 has size"):
        through(talkie, tmp_path / "mixed.gif", lambda f, last: f if last is None else f[:, 1:])


# -------------------------------------------------------------------- bad input


def test_bad_names_and_rates(tmp_path):
    for fps in (0, -1, float("nan"), "25", True):
        with pytest.raises(OptionError, match="frames a second"):
            write_film(tmp_path / "a.gif", frames(), fps=fps)
    with pytest.raises(OptionError, match="at most 50"):
        write_film(tmp_path / "a.gif", frames(), fps=60)
    with pytest.raises(OptionError, match=r"\.webm"):
        write_film(tmp_path / "a.doc", frames(), fps=25)
    with pytest.raises(DataError, match="no film at"):
        read_film(tmp_path / "none.mp4")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.gif", pytest.param("a.mp4", marks=needs_ffmpeg)])
def test_bad_frames_leave_nothing(tmp_path, name):
    with pytest.raises(DataError, match="without a single frame"):
        write_film(tmp_path / name, [], fps=25)
    with pytest.raises(DataError, match="has shape"):
        write_film(tmp_path / name, [torch.rand(2, 8, 8)], fps=25)
    with pytest.raises(DataError, match="Frame 2 has size"):
        write_film(tmp_path / name, [torch.rand(3, 8, 8), torch.rand(3, 8, 9)], fps=25)
    assert not list(tmp_path.iterdir())


@needs_ffmpeg
@pytest.mark.parametrize("content", [b"", b"no film at all", b"#EXTM3U\n#EXTINF:1\nfile:///etc/hostname\n"])
@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_what_is_no_film_is_told(tmp_path, content, suffix):
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    with pytest.raises(DataError, match="can't be read as a film"):
        read_film(path)


@needs_ffmpeg
def test_sound_alone_is_no_film(tmp_path):
    run_ffmpeg("-f", "lavfi", "-i", "sine=440:duration=0.1", tmp_path / "sound.mp4")
    with pytest.raises(DataError, match="no moving pictures"):
        read_film(tmp_path / "sound.mp4")


@needs_ffmpeg
def test_a_film_that_breaks_off_is_read_as_far_as_it_goes(tmp_path, caplog):
    noise = [torch.randint(0, 255, (3, 32, 32), dtype=torch.uint8) for _ in range(20)]
    path = write_film(tmp_path / "long.mkv", noise, fps=25)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 0 < len(list(read_film(path))) < 20


@needs_ffmpeg
def test_names_are_never_options_or_addresses(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("-y.mp4", "http:x.mp4", "한국 영화 %d 'a' $(b).mp4"):
        write_film(name, frames(2), fps=25, made={"-y": "=;\n"})
        assert len(list(read_film(name))) == 2
        through(name, f"-o{name}", negative)
    assert len(os.listdir()) == 6


@needs_ffmpeg
def test_a_film_is_not_written_over_itself(talkie):
    with pytest.raises(OptionError, match="is read"):
        through(talkie, talkie, negative)
    with pytest.raises(OptionError, match="steady"):
        through(talkie, talkie.with_name("other.mp4"), negative, steady=1)


@needs_ffmpeg
def test_a_full_disk_is_told_and_frames_stay(talkie, tmp_path, monkeypatch):
    add = Kept.add

    def full(self, frame):
        if self.frames == 2:
            raise OSError(28, "No space left on device")
        add(self, frame)

    monkeypatch.setattr(Kept, "add", full)
    with pytest.raises(DataError, match=r"No space left on device.* 2 are there"):
        through(talkie, tmp_path / "out.mp4", negative)
    monkeypatch.undo()
    through(talkie, tmp_path / "out.mp4", negative)
    assert len(list(read_film(tmp_path / "out.mp4"))) == 6
