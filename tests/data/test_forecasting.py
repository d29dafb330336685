"""`mb.series(…, target=)`: tables of every kind, what is wrong with them, and the windows cut out of them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import torch

import makebelieve as mb
from makebelieve.data.series_made import made_visitors
from makebelieve.data.times import Step, at, calendar, read_times, shown, step_of
from makebelieve.data.windows import SeriesWindows
from makebelieve.training.protocols import Data

DAYS = np.arange("2024-01-01", "2024-04-10", dtype="datetime64[D]")  # 100, the first a Monday
HOURS, ROWS = DAYS.astype("datetime64[h]"), np.arange(100)


def wave(n=100, seed=0):
    return np.sin(np.arange(n) / 3) * 4 + 20 + np.random.default_rng(seed).normal(0, 0.5, n)


def table(**more):
    return {"date": DAYS, "sales": wave(), **more}


def windows(source, **options):
    return mb.series(source, **{"past": 10, "ahead": 3, **options})


def write(path, columns):
    rows = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


# -------------------------------------------------------------------- windows


def test_windows_are_cut_from_the_series_in_order():
    values = wave(50)
    data = windows(values, valid=0.2)
    mean, deviation = values[:40].mean(), values[:40].std()
    assert len(data.train) == 40 - 13 + 1
    assert len(data.valid) == 10 - 3 + 1
    scaled = torch.tensor((values - mean) / deviation).float()
    for part, first in ((data.train, 0), (data.valid, 30)):
        for i in (0, 5, len(part) - 1):
            x, y = part[i]
            torch.testing.assert_close(x[:10, 0], scaled[first + i : first + i + 10])
            assert x[10:, 0].eq(0).all()
            torch.testing.assert_close(y[:, 0], scaled[first + i + 10 : first + i + 13])


def test_training_sees_nothing_of_the_time_of_validation():
    values = wave(60)
    changed = values.copy()
    changed[48:] = 1e6
    one, other = windows(values, valid=0.2), windows(changed, valid=0.2)
    for i in range(len(one.train)):
        assert all(map(torch.equal, one.train[i], other.train[i]))
    assert one.scales[0].state() == other.scales[0].state()
    assert not torch.equal(one.valid[0][1], other.valid[0][1])


def test_the_calendar_ahead_is_known_and_other_inputs_are_not():
    data = windows(table(price=wave(seed=1)), target="sales", inputs="price")
    assert data.layout.cycles == ("weekday",)
    assert data.shape == (13, 4)
    x, y = data.train[7]
    assert x[10:, :2].eq(0).all()
    assert y.shape == (3, 1)
    expected = calendar(DAYS[7:20].astype("datetime64[us]"), ("weekday",))
    np.testing.assert_allclose(x[:, 2:].numpy(), expected, atol=1e-6)
    assert windows(table(), target="sales", calendar=False).shape == (13, 1)


def test_it_is_what_a_learner_asks_for():
    data: Data = windows(wave())
    assert not isinstance(data, mb.Data)
    assert data.describe()["layout"]["past"] == 10
    assert "SeriesWindows(array" in repr(data)
    assert "10 rows known, 3 ahead" in data.summary()


def test_batches_go_on_from_where_they_were():
    data = windows(wave())
    stream = data.batches("train", 16, seed=3)
    for _ in range(stream.steps_per_epoch + 2):
        next(stream)
    place = stream.state()
    expected = [next(stream) for _ in range(5)]
    again = data.batches("train", 16, seed=3)
    again.load_state(place)
    for one in expected:
        other = next(again)
        assert torch.equal(one.items, other.items)
        assert torch.equal(one.x, other.x)
        assert torch.equal(one.y, other.y)


def test_two_processes_share_each_batch():
    data = windows(wave())
    whole = next(data.batches("train", 15))
    parts = [next(data.batches("train", 15, rank=rank, world=2)) for rank in range(2)]
    assert torch.equal(torch.cat([part.x for part in parts]), whole.x)
    assert {part.total for part in parts} == {15}


def test_the_fingerprint_tells_data_apart():
    same, other = windows(wave()).fingerprint(), windows(wave(seed=1)).fingerprint()
    assert same == windows(wave()).fingerprint() != other
    assert same != windows(wave(), ahead=2).fingerprint()


# -------------------------------------------------------------------- sources


def test_a_file_a_dict_and_a_frame_give_the_same(tmp_path):
    pandas = pytest.importorskip("pandas")
    columns = {"date": DAYS.astype(str), "sales": wave()}
    path = write(tmp_path / "shop.csv", columns)
    frame = pandas.DataFrame({"date": pandas.to_datetime(columns["date"]), "sales": columns["sales"]})
    by_date = frame.set_index("date")
    sources = [path, str(path), table(), frame, by_date, by_date["sales"], by_date.to_period("D")]
    found = [windows(source, target="sales") for source in sources]
    for one in found:
        assert one.layout.cycles == ("weekday",)
        assert torch.equal(one.train.rows, found[0].train.rows)
    assert found[0].layout.time == "date"
    assert found[0].how_to_rebuild()["arguments"]["x"] == str(path)
    again = mb.series(**found[0].how_to_rebuild()["arguments"])
    assert again.fingerprint() == found[0].fingerprint()
    assert found[2].how_to_rebuild() is None


def test_an_array_of_several_variables_is_forecast_whole():
    data = windows(np.stack([wave(), wave(seed=1)], 1))
    assert data.layout.targets == ("0", "1")
    assert windows(np.stack([wave(), wave(seed=1)], 1), target="1", inputs="all").layout.inputs == ("0",)
    assert windows(torch.tensor(wave())).shape == (13, 1)


def test_several_series_are_split_at_one_time_and_scaled_each():
    columns = {
        "day": np.concatenate([DAYS, DAYS[20:]]),
        "shop": ["a"] * 100 + ["b"] * 80,
        "sales": np.concatenate([wave(), wave(80, seed=1) * 100]),
    }
    data = windows(columns, target="sales", by="shop", valid=0.25)
    assert data.names == ("a", "b")
    assert data.cuts == (75, 55)
    assert data.histories[0].times[75] == data.histories[1].times[55]
    assert data.scales[1].mean[0] > 50 * data.scales[0].mean[0]
    assert len(data.train) == (75 - 12) + (55 - 12)
    y = data.train[len(data.train) - 1][1]  # the last window does not run from one series into the other
    own = (data.histories[1].values[52:55] - data.scales[1].mean) / data.scales[1].deviation
    np.testing.assert_allclose(y.numpy(), own, atol=1e-5)


def test_newest_first_is_put_in_order_and_told(caplog):
    backwards = {"date": DAYS[::-1], "sales": wave()[::-1]}
    data = windows(backwards, target="sales")
    assert torch.equal(data.train.rows, windows(table(), target="sales").train.rows)
    assert "have been sorted" in caplog.text


def test_thousands_and_blank_lines_and_other_separators(tmp_path):
    rows = [f'{day},"{1000 + i * 7 % 13:,}"' for i, day in enumerate(DAYS)]
    path = tmp_path / "prices.csv"
    path.write_text("﻿날짜,종가\n" + "\n\n".join(rows) + "\n", encoding="utf-8")
    data = windows(path, target="종가")
    assert data.layout.time == "날짜"
    assert data.histories[0].values.min() == 1000
    path = tmp_path / "prices.tsv"
    path.write_text("\n".join(f"{value:.3f}\t{value + 1:.3f}" for value in wave()), encoding="utf-8")
    assert windows(path, target="1").layout.targets == ("1",)


# -------------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["2024-01-31", "2024-02-01"], "2024-01-31"),
        (["2024/1/31 09:30", "2024/2/1 09:30"], "2024-01-31 09:30"),
        (["2024.01.31", "2024.02.01"], "2024-01-31"),
        (["20240131", "20240201"], "2024-01-31"),
        (["31/01/2024", "01/02/2024"], "2024-01-31"),
        (["01/31/2024", "02/01/2024"], "2024-01-31"),
        (["2024년 1월 31일", "2024년 2월 1일"], "2024-01-31"),
        (["2024-01", "2024-02"], "2024-01-01"),
        (["2024-01-31T09:00:00+09:00", "2024-02-01T09:00:00+09:00"], "2024-01-31"),
        ([dt.date(2024, 1, 31), dt.date(2024, 2, 1)], "2024-01-31"),
    ],
)
def test_dates_as_people_write_them(words, expected):
    assert shown(read_times(words, "date")[0]) == expected


def test_whole_numbers_are_dates_only_where_they_look_like_it():
    assert shown(read_times(np.array([20240131, 20240201]), "date")[0]) == "2024-01-31"
    assert read_times(np.array([1, 2, 3]), "time").dtype == np.float64


@pytest.mark.parametrize(
    ("times", "step", "last", "following"),
    [
        (DAYS, Step("time", 86_400_000_000), "2024-01-31", "2024-02-01"),
        (np.arange("2024-01", "2025-01", dtype="datetime64[M]"), Step("months", 1), "2024-12-01", "2025-01-01"),
        (
            np.array(["2024-01-31", "2024-02-29", "2024-03-31"], "datetime64[D]"),
            Step("months", 1, ends=True),
            None,
            "2024-04-30",
        ),
        (np.arange("2020", "2024", dtype="datetime64[Y]"), Step("months", 12), "2023-01-01", "2024-01-01"),
        (DAYS[np.is_busday(DAYS)], Step("weekdays", 1), "2024-04-05", "2024-04-08"),
    ],
)
def test_steps_and_what_follows(times, step, last, following):
    times = times.astype("datetime64[us]")
    assert step_of(times) == step
    end = times[-1] if last is None else np.datetime64(last, "us")
    assert shown(at(end, step, np.array([1]))[0]) == following


def test_numbers_have_steps_too():
    times = np.arange(200) * 0.1 + 5
    assert step_of(times).size == pytest.approx(0.1)
    np.testing.assert_allclose(at(times[-1], step_of(times), np.array([1, 2])), [25.0, 25.1])


def test_holidays_of_a_series_of_weekdays_are_no_gap():
    open_days = DAYS[np.is_busday(DAYS)]
    open_days = np.delete(open_days, [10, 11, 30])
    data = windows({"date": open_days, "close": wave(len(open_days))}, target="close")
    assert data.histories[0].step.unit == "weekdays"
    assert not data.histories[0].filled.any()


# -------------------------------------------------------------------- gaps


def test_gaps_are_filled_by_lines_and_never_foretold():
    keep = np.delete(np.arange(100), [40, 41, 42])
    values = wave()
    data = windows({"date": DAYS[keep], "sales": values[keep]}, target="sales", gaps="fill", valid=0.2)
    history = data.histories[0]
    assert len(history) == 100
    assert history.filled.nonzero()[0].tolist() == [40, 41, 42]
    np.testing.assert_allclose(history.values[40:43, 0], np.interp([40, 41, 42], [39, 43], values[[39, 43]]))
    starts = set(data.train.starts.tolist())
    touched = {s for s in range(68) if any(s + 9 <= place < s + 13 for place in (40, 41, 42))}
    assert starts == set(range(68)) - touched


def test_missing_values_are_filled_and_loose_ends_cut_off():
    values = wave()
    values[[0, 50, 99]] = np.nan
    data = windows({"date": DAYS, "sales": values}, target="sales", gaps="fill")
    assert len(data.histories[0]) == 98
    assert data.histories[0].filled.nonzero()[0].tolist() == [49]
    assert np.isfinite(data.histories[0].values).all()


def test_gaps_can_be_passed_over():
    keep = np.delete(np.arange(100), [40, 41])
    data = windows({"date": DAYS[keep], "sales": wave()[keep]}, target="sales", gaps="ignore")
    assert len(data.histories[0]) == 98


# -------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("source", "options", "sentence"),
    [
        (table(), {"target": "sale"}, 'no column "sale"; the nearest is "sales"'),
        (table(), {"target": "sales", "time": "dat"}, 'nearest is "date"'),
        (table(), {"target": "sales", "by": "shop"}, 'no column "shop"'),
        (table(), {"target": "sales", "inputs": "price"}, 'no column "price"'),
        (table(sales=[*wave(99), "many"]), {"target": "sales"}, "Row 100 of the column \"sales\" holds 'many'"),
        (table(sales=[*wave(99), None]), {"target": "sales"}, "no number at 2024-04-09"),
        (table(sales=np.where(ROWS == 7, np.nan, wave())), {"target": "sales"}, "at 2024-01-08 .1 values"),
        (table(sales=np.full(100, 5.0)), {"target": "sales"}, "is 5 in all 80 rows"),
        (table(sales=np.where(ROWS < 80, 5.0, wave())), {"target": "sales"}, "is 5 in all 80 rows"),
        (table(date=np.where(ROWS == 8, DAYS[7], DAYS)), {"target": "sales"}, "repeated 1 times, first 2024-01-08"),
        (table(date=np.where(ROWS > 50, DAYS + 4, DAYS)), {"target": "sales"}, "4 are missing in 1 gaps.* 2024-02-20"),
        (table(date=np.where(ROWS % 7 == 3, HOURS + 5, HOURS)), {"target": "sales"}, "not evenly spaced"),
        (table(), {"target": "date"}, "holds 2024-01-01|holds '2024-01-01'"),
        (table(), {"target": "sales", "past": 90}, "past=90 and ahead=3 takes 93"),
        (table(date=["soon"] * 100), {"target": "sales", "time": "date"}, "'soon', which is no time"),
        (table(date=["01/02/2024"] * 100), {"target": "sales", "time": "date"}, "do not tell the day from the month"),
        ({"a": wave(), "b": wave()[:50]}, {"target": "a"}, "a 100, b 50"),
        (np.zeros((2, 3, 4)), {}, r"shape \(2, 3, 4\)"),
        ({}, {}, "no rows"),
        (object(), {}, "not as object"),
        ("nowhere.csv", {}, "nowhere.csv"),
        ("table.docx", {}, "table.docx is no table"),
    ],
)  # fmt: skip
def test_data_that_cannot_be_used(source, options, sentence):
    with pytest.raises(mb.DataError, match=sentence):
        windows(source, **options)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"past": 0}, "past must be a whole number"),
        ({"ahead": 2.5}, "ahead must be a whole number"),
        ({"valid": 1.0}, "last share of the time"),
        ({"valid": [1, 2]}, "last share of the time"),
        ({"gaps": "mend"}, "'mend'"),
        ({"size": 32}, "size= belongs to series that are told apart"),
        ({"target": []}, "Say which column"),
        ({"target": ["sales", "sales"]}, "Say which column"),
        ({"target": None}, "Say which column"),
        ({"inputs": "sales"}, "target, the times"),
    ],
)
def test_options_that_cannot_be_used(options, sentence):
    with pytest.raises(mb.OptionError, match=sentence):
        windows(table(price=wave(seed=1)), **{"target": "sales", **options})


def test_lines_of_unequal_length_are_named(tmp_path):
    path = tmp_path / "torn.csv"
    path.write_text("date,sales\n2024-01-01,3\n2024-01-02\n", encoding="utf-8")
    with pytest.raises(mb.DataError, match="Row 2 of .* has 1 values"):
        windows(path, target="sales")


def test_series_without_target_stay_pictures():
    data = mb.series(np.random.default_rng(0).normal(size=(10, 20)), [0, 1] * 5)
    assert isinstance(data, mb.Data)
    assert not isinstance(data, SeriesWindows)


def csv_of(path, times, values, head="date,close", encoding="utf-8"):
    lines = [*([head] if head else []), *(f"{time},{value}" for time, value in zip(times, values, strict=True))]
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def test_whole_numbers_are_times_in_a_file_as_in_a_table(tmp_path):
    years = np.arange(1900, 2000)
    data = windows(csv_of(tmp_path / "spots.csv", years, wave(), "YEAR,spots"), target="spots", time="YEAR")
    assert data.histories[0].times.tolist() == years.tolist()


def test_a_file_without_names_keeps_its_first_row(tmp_path):
    assert len(windows(csv_of(tmp_path / "prices.csv", DAYS, wave(), head="")).histories[0]) == 100


@pytest.mark.parametrize("encoding", ["cp949", "utf-16"])
def test_a_file_in_another_encoding_is_read_and_told(tmp_path, caplog, encoding):
    data = windows(csv_of(tmp_path / "prices.csv", DAYS, wave(), "일자,종가", encoding))
    assert data.layout.targets == ("종가",) and data.layout.time == "일자"
    assert encoding in caplog.text


def test_bytes_huge_fields_and_columns_of_one_name_are_told(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_bytes(b"\xff\x00\xd8\xe0" * 100)
    with pytest.raises(mb.errors.DataError, match="no text file"):
        windows(path)
    with pytest.raises(mb.errors.DataError, match="can't be read"):
        windows(csv_of(path, DAYS, ["1" * 200_000, *wave(99)]))
    with pytest.raises(mb.errors.DataError, match="two columns called 'close'"):
        windows(csv_of(path, DAYS, [f"{v},{v}" for v in wave()], "date,close,close"))


def test_a_missing_time_with_a_zone_is_told_with_its_row():
    pandas = pytest.importorskip("pandas")
    times = pandas.Series(DAYS).dt.tz_localize("Asia/Seoul").mask(ROWS == 5)
    with pytest.raises(mb.errors.DataError, match="Row 6"):
        windows(pandas.DataFrame({"date": times, "sales": wave()}))


def test_the_28th_of_february_is_no_last_day_among_other_28ths():
    times = np.array([f"{2020 + i // 12}-{1 + i % 12:02}-28" for i in range(38)], dtype="datetime64[us]")  # to 2023-02
    step = step_of(times)
    assert [shown(time) for time in at(times[-1], step, np.array([1, 2]))] == ["2023-03-28", "2023-04-28"]


def test_the_last_trading_days_of_months_are_months():
    last = np.busday_offset(
        np.arange("2020-02", "2024-02", dtype="datetime64[M]").astype("datetime64[D]"), -1, "forward"
    )
    data = windows({"date": last, "close": wave(48)})
    assert data.histories[0].step.unit == "months" and data.histories[0].step.size == 1
    assert shown(data.histories[0].after(1)[0]).startswith("2024-01")
    weeks = np.arange("2023-02-05", "2025-02-05", 28, dtype="datetime64[D]").astype("datetime64[us]")
    assert step_of(weeks).unit == "time"


def test_the_made_up_series_is_always_the_same_and_has_a_week():
    data = mb.series("synthetic", target="visitors", past=28, ahead=7)
    again = mb.series(**data.how_to_rebuild()["arguments"])
    assert data.fingerprint() == again.fingerprint() and data.describe()["name"] == "synthetic"
    visitors = [float(word) for word in made_visitors()["visitors"]]
    weekly = [sum(visitors[day::7]) for day in range(7)]
    assert min(visitors) > 0 and max(weekly) > 1.4 * min(weekly)
    with pytest.raises(mb.DataError):
        mb.series("synthetics", past=28)
