"""The forecaster: naive forecasts and what is said of them, networks, verbs, resuming."""

from __future__ import annotations

import csv
import json
import math

import numpy as np
import pytest
import torch
from torch import nn

import makebelieve as mb
from makebelieve.data.windows import Layout
from makebelieve.systems.forecaster import Forecaster, forecaster
from makebelieve.systems.forecaster.door import from_config
from makebelieve.systems.forecaster.evidence import Errors, Evidence, diebold_mariano, student
from makebelieve.systems.forecaster.naive import find_season, naive, naive_error
from makebelieve.systems.forecaster.networks import Linear, Recurrent, WindowNetwork

DAYS = np.arange("2024-01-01", "2024-09-07", dtype="datetime64[D]")  # 250


def wave(n=250, seed=0, noise=0.3):
    return np.sin(2 * np.pi * np.arange(n) / 12) * 2 + 30 + np.random.default_rng(seed).normal(0, noise, n)


def walk(n, seed):
    return 100 + np.random.default_rng(seed).normal(0, 1, n).cumsum()


def windows(source=None, **options):
    options = {"past": 14, "ahead": 3, **options}
    return mb.series({"date": DAYS, "sales": wave()} if source is None else source, **{"target": "sales", **options})


def make(data, folder, **options):
    options = {"hidden": 6, "batch_size": 32, "run": folder / "run", "device": "cpu", **options}
    return forecaster(data, options.pop("network", "lstm"), **options)


@pytest.fixture(scope="module")
def data():
    return windows(valid=0.4)


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    learn = make(data, tmp_path_factory.mktemp("trained"), learning_rate=0.02)
    learn.fit_one_cycle(40)
    return learn


# -------------------------------------------------------------------- naive forecasts


def test_naive_forecasts_by_hand():
    values = np.array([[1.0], [5.0], [2.0], [6.0], [3.0], [7.0]])
    found = naive(values, np.array([5, 6]), 3, 2)
    assert found["last"][..., 0].tolist() == [[3, 3, 3], [7, 7, 7]]
    assert found["seasonal"][..., 0].tolist() == [[6, 3, 6], [3, 7, 3]]
    np.testing.assert_allclose(found["drift"][0, :, 0], [3.5, 4, 4.5])
    np.testing.assert_allclose(found["drift"][1, :, 0], 7 + np.arange(1, 4) * 6 / 5)
    assert set(naive(values, np.array([5]), 3, 1)) == {"last", "drift"}
    assert naive_error(values, 1) == pytest.approx(3.6)
    assert naive_error(values, 2) == pytest.approx(1.0)


@pytest.mark.parametrize("period", [7, 12, 24])
def test_the_season_is_found(period):
    for seed in range(3):
        noise, t = np.random.default_rng(seed).normal(0, 0.3, 600), np.arange(600)
        assert find_season([(np.sin(2 * np.pi * t / period) + noise + t / 100)[:, None]], 5) == period


def test_a_random_walk_and_noise_have_no_season():
    for seed in range(5):
        assert find_season([walk(600, seed)[:, None]], 5) == 1
        assert find_season([np.random.default_rng(seed).normal(size=(600, 1))], 5) == 1


@pytest.mark.parametrize(
    ("t", "freedom", "below"),  # tables of Student's t
    [(0, 5, 0.5), (2.015, 5, 0.95), (1.812, 10, 0.95), (2.228, 10, 0.975), (1.962, 1000, 0.975), (6.314, 1, 0.95)],
)
def test_students_law(t, freedom, below):
    assert student(t, freedom) == pytest.approx(below, abs=5e-4)
    assert student(-t, freedom) == pytest.approx(1 - below, abs=5e-4)


def test_the_comparison_cries_wolf_as_seldom_as_it_says():
    draws = np.random.default_rng(0)
    p = np.array([diebold_mariano(draws.normal(size=60)) for _ in range(1000)])
    assert 0.01 < (p < 0.025).mean() < 0.045
    slow = [np.convolve(draws.normal(size=120), np.ones(4), "valid")[:100] for _ in range(500)]
    assert np.mean([diebold_mariano(gains) < 0.025 for gains in slow]) < 0.1
    assert np.mean([diebold_mariano(draws.normal(0.5, 1, 60)) < 0.025 for _ in range(200)]) > 0.9


def test_figures_by_hand():
    y = np.array([[[1.0], [2.0]], [[3.0], [5.0]]])
    said = np.stack([y - 1, y + 0.5, y + 1], -1)
    said[0, 0, 0] = [2, 3, 4]
    errors = Errors(np.array([1.0, 2.0]), y, said, {"last": y + 2, "drift": y - 3}, np.array([2.0]), np.ones(2, bool))
    figures = Evidence([errors], (0.1, 0.5, 0.9), ["a"]).figures
    assert figures["mae"] == pytest.approx((2 + 3 * 0.5) / 4)
    assert figures["rmse"] == pytest.approx(math.sqrt((4 + 3 * 0.25) / 4))
    assert figures["mase"] == pytest.approx(figures["mae"] / 2)
    assert figures["mase_last"] == 1
    assert figures["mase_drift"] == 1.5
    assert figures["coverage"] == 0.75
    assert figures["width"] == 2
    assert figures["pinball"] == pytest.approx((3 * (0.1 + 0.25 + 0.1) + 0.9 * 1 + 0.5 * 2 + 0.1 * 3) / 12)


def test_too_few_forecasts_are_called_too_few(tmp_path):
    learn = make(windows(valid=0.05), tmp_path, network="linear")
    assert "too few to tell" in learn.evaluate().verdict[0]
    assert "valid= above 0" in make(windows(valid=0), tmp_path / "b", network="linear").evaluate().verdict[0]


# -------------------------------------------------------------------- networks


def networks(targets=1, variables=2, known=2, quantiles=(0.1, 0.5, 0.9)):
    body = Linear(8, 3, targets, known, quantiles)
    recurrent = Recurrent("gru", variables + known, 5, 1, body, 3, known, targets * len(quantiles))
    many = {"past": 8, "targets": targets, "variables": variables, "quantiles": len(quantiles)}
    return WindowNetwork(body, **many), WindowNetwork(recurrent, **many)


def test_networks_begin_with_the_naive_forecast():
    x = torch.randn(4, 11, 4)
    for network in networks():
        said = network(x)
        assert said.shape == (4, 3, 1, 3)
        torch.testing.assert_close(said[..., 1], x[:, 7:8, :1].expand(-1, 3, -1))
        assert (said.diff(dim=-1) > 0).all()


def test_level_and_size_of_a_window_do_not_matter():
    for network in networks():
        for parameter in network.parameters():
            nn.init.normal_(parameter, 0, 0.3)
        x = torch.randn(4, 11, 4) * 3
        moved = x.clone()
        moved[..., :2] = x[..., :2] * 10 + 70
        expected = network(x) * 10 + 70
        torch.testing.assert_close(network(moved), expected, rtol=1e-3, atol=0.05)


def test_targets_do_not_mix_in_the_linear_network():
    network, _ = networks(targets=2, variables=2)
    nn.init.normal_(network.body.past.weight)
    x = torch.randn(4, 11, 4)
    other = x.clone()
    other[:, :8, 1] = 0
    assert torch.equal(network(x)[:, :, 0], network(other)[:, :, 0])
    assert not torch.equal(network(x)[:, :, 1], network(other)[:, :, 1])


# -------------------------------------------------------------------- training


@pytest.mark.parametrize("network", ["lstm", "gru", "linear"])
def test_every_network_trains(data, tmp_path, network):
    learn = make(data, tmp_path, network=network, learning_rate=0.02)
    before = learn.validate()
    learn.fit(5)
    assert learn.validate()["model"] < 0.9 * before["model"]
    assert learn.precision == "float32"


def test_auto_is_linear_where_there_is_little(data, tmp_path):
    assert make(data, tmp_path, network="auto").config["arguments"]["network"] == "linear"
    assert make(windows(wave(900), target=None), tmp_path, network="auto").config["arguments"]["network"] == "lstm"


def test_a_module_of_ones_own(data, tmp_path):
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Linear(14 * 3, 9)

        def forward(self, seen, ahead):
            assert ahead.shape[1:] == (3, 2)
            return self.last(seen.flatten(1))

    own = Own()
    before = own.last.weight.detach().clone()
    learn = make(data, tmp_path, network=own)
    learn.fit(1)
    assert not torch.equal(own.last.weight, before)
    assert learn.backtest(2, epochs=1).named["all"]["mase"] > 0
    with pytest.raises(mb.CheckpointError):
        from_config(json.loads((learn.run / "config.json").read_text()), None)
    with pytest.raises(mb.OptionError, match="has to give"):
        make(data, tmp_path, network=nn.Linear(3, 3))


def test_a_killed_run_ends_as_an_unbroken_one(data, tmp_path):
    options = {"saving": mb.Saving(steps=3)}
    whole = make(data, tmp_path / "a", **options)
    whole.fit_one_cycle(3)

    class Kill(mb.Callback):
        def on_step(self, learn):
            if learn.step == 10:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(data, tmp_path / "b", callbacks=[Kill()], **options).fit_one_cycle(3)
    config = json.loads((tmp_path / "b" / "run" / "config.json").read_text())
    again = from_config(config, windows(valid=0.4))
    again.resume(tmp_path / "b" / "run")
    assert again.step == whole.step
    assert all(map(torch.equal, again.nets["model"].parameters(), whole.nets["model"].parameters()))
    histories = [(tmp_path / name / "run" / "history.jsonl").read_bytes() for name in "ab"]
    assert histories[0] == histories[1]


def test_samples_and_the_page_are_written(trained):
    assert len(list((trained.run / "samples").glob("*.png"))) >= 2
    assert (trained.run / "report.html").exists()


# -------------------------------------------------------------------- verbs


def test_it_learns_a_wave_and_says_so(trained):
    figures = trained.evaluate()
    assert trained.season == 12
    assert figures["mase"] < 0.9 * min(figures["mase_last"], figures["mase_seasonal"], figures["mase_drift"])
    assert "is better than the best naive forecast (repeating the last season)" in figures.verdict[0]
    assert figures.protocol["part"] == "valid"
    assert 0.5 < figures["coverage"] < 1


def test_it_does_not_call_itself_better_on_random_walks(tmp_path):
    for seed in range(4):
        learn = make(windows(walk(400, seed), target=None), tmp_path / str(seed), network="linear", seed=seed)
        learn.fit_one_cycle(4)
        assert "no better than the naive forecast" in learn.evaluate().verdict[0]


def test_the_verdict_is_korean_where_that_is_spoken(trained, monkeypatch):
    monkeypatch.setenv("MAKEBELIEVE_LANG", "ko")
    assert "네트워크가 가장 좋은 단순 예측(지난 계절을 되풀이하는 예측)보다 낫습니다" in trained.evaluate().verdict[0]


def test_evaluate_is_of_what_show_and_predict_say(trained, data):
    """The last validation window by way of `predict` on the rows before it."""
    values, n = wave(), 247
    said = trained.predict({"date": DAYS[:n], "sales": values[:n]})
    errors = trained._errors(data, "valid", 12)[0]
    np.testing.assert_allclose(errors.said[-1], said.values, rtol=1e-4)
    np.testing.assert_allclose(errors.y[-1, :, 0], values[n:])
    assert errors.times[-1] == np.datetime64("2024-09-03")
    assert errors.apart.sum() == math.ceil(len(errors.y) / 3)


def test_a_forecast_goes_on_from_the_end(trained):
    said = trained.forecast()
    assert [str(day)[:10] for day in said.times] == ["2024-09-07", "2024-09-08", "2024-09-09"]
    assert said.values.shape == (3, 1, 3)
    assert (np.diff(said.values, axis=-1) >= 0).all()
    truth = np.sin(2 * np.pi * np.arange(250, 253) / 12) * 2 + 30
    assert np.abs(said.median[:, 0] - truth).max() < 0.8
    np.testing.assert_array_equal(trained.forecast(2).values, said.values[:2])


def test_a_forecast_of_an_earlier_day_knows_nothing_later(trained):
    said = trained.forecast(end=200)
    known = {"date": DAYS[:200], "sales": wave()[:200]}
    np.testing.assert_allclose(said.values, trained.predict(known).values, rtol=1e-5)
    np.testing.assert_array_equal(trained.forecast(end=len(DAYS)).values, trained.forecast().values)
    for end in (3, len(DAYS) + 1, 20.5, True):
        with pytest.raises(mb.OptionError, match="end="):
            trained.forecast(end=end)


def test_longer_forecasts_feed_medians_back(trained):
    said = trained.forecast(20)
    direct = trained.forecast()
    np.testing.assert_array_equal(said.values[:3], direct.values)
    fed = {"date": np.append(DAYS, DAYS[-3:] + 3), "sales": np.append(wave(), direct.median)}
    np.testing.assert_allclose(said.values[3:6], trained.predict(fed).values, rtol=1e-4)
    truth = np.sin(2 * np.pi * np.arange(250, 270) / 12) * 2 + 30
    assert np.abs(said.median[:, 0] - truth).mean() < 0.8
    assert "bands are too narrow" in repr(said)
    assert "bands are too narrow" not in repr(direct)


def test_a_forecast_shows_and_saves_itself(trained, tmp_path):
    said = trained.forecast()
    assert repr(said).splitlines()[0].split() == ["time", "sales", "sales_0.1", "sales_0.9"]
    assert "2024-09-07" in repr(said)
    rows = list(csv.DictReader(said.save(tmp_path / "said.csv").read_text(encoding="utf-8").splitlines()))
    assert float(rows[2]["sales_0.9"]) == said.quantile(0.9)[2, 0]
    assert said.save(tmp_path / "said.png").stat().st_size > 1000
    assert said._repr_png_()[:4] == b"\x89PNG"
    with pytest.raises(mb.OptionError, match="0.25 was not forecast"):
        said.quantile(0.25)


def test_results_are_pictures(trained):
    assert trained.show_results(3).tensor.shape[:2] == (3, 3)


def test_using_does_not_disturb_training(data, tmp_path):
    quiet, busy = (make(data, tmp_path / name) for name in "ab")
    for learn in (quiet, busy):
        learn.fit(steps=3)
    busy.evaluate()
    busy.forecast(7)
    busy.backtest(2, epochs=1)
    for learn in (quiet, busy):
        learn.fit(steps=3)
    assert all(map(torch.equal, quiet.nets["model"].parameters(), busy.nets["model"].parameters()))


def test_a_run_can_be_used_without_its_data(trained):
    again = mb.load(trained.run)
    assert isinstance(again, Forecaster)
    end = {"date": DAYS[-20:], "sales": wave()[-20:]}
    np.testing.assert_array_equal(again.predict(end).values, trained.predict(end).values)
    np.testing.assert_allclose(again.predict(end).values, trained.forecast().values, rtol=1e-5)
    with pytest.raises(mb.DataError, match="no data to go on from"):
        again.forecast()
    with pytest.raises(mb.DataError, match="no data to go on from"):
        again.evaluate()


def test_a_file_can_be_resumed_from_its_run(tmp_path):
    path = tmp_path / "shop.csv"
    path.write_text("\n".join(["date,sales", *(f"{d},{v}" for d, v in zip(DAYS, wave(), strict=True))]))
    learn = make(windows(path), tmp_path, network="linear")
    learn.fit(1)
    again = mb.resume(learn.run)
    np.testing.assert_array_equal(again.forecast(5).values, learn.forecast(5).values)
    again.fit(1)
    assert again.step == 2 * learn.step


def test_predict_on_an_array_and_on_what_is_too_short(tmp_path):
    learn = make(windows(wave(), target=None), tmp_path, network="linear")
    assert len(learn.predict(wave(30), 4)) == 4
    with pytest.raises(mb.DataError, match="13 rows"):
        learn.predict(wave(13))
    dated = make(windows(), tmp_path, network="linear")
    with pytest.raises(mb.DataError, match="need dates"):
        dated.predict(wave(30))
    with pytest.raises(mb.DataError, match='no column "sales"'):
        dated.predict({"date": DAYS, "sale": wave()})


def test_several_series_and_several_targets(tmp_path):
    table = {
        "date": np.concatenate([DAYS, DAYS[50:]]),
        "shop": ["a"] * 250 + ["b"] * 200,
        "sales": np.concatenate([wave(), wave(200, 1) * 1000]),
        "visits": np.concatenate([wave(seed=2), wave(200, 3)]),
    }
    learn = make(windows(table, target=["sales", "visits"], by="shop"), tmp_path, learning_rate=0.02)
    learn.fit(6)
    figures = learn.evaluate()
    assert figures["mase_of_sales"] > 0
    assert figures["mase"] == pytest.approx((figures["mase_of_sales"] + figures["mase_of_visits"]) / 2)
    said = learn.forecast(5, series="b")
    assert said.values.shape == (5, 2, 3)
    assert 20_000 < said.median[0, 0] < 40_000
    assert set(learn.forecast_all()) == {"a", "b"} == set(learn.predict(table))
    assert len(said.picture()) == 2
    with pytest.raises(mb.OptionError, match="2 series .a, b.: say which"):
        learn.forecast()
    with pytest.raises(mb.OptionError, match='no series "c"'):
        learn.forecast(series="c")


def test_inputs_help_and_are_not_made_up(tmp_path):
    leading = np.random.default_rng(0).normal(size=300)
    follows = np.concatenate([[0, 0, 0], leading[:-3]]) + np.random.default_rng(1).normal(0, 0.1, 300)
    source = {"y": follows, "x": leading}
    more = {"learning_rate": 0.05, "hidden": 16, "batch_size": 64}
    with_inputs = make(windows(source, target="y", inputs="x"), tmp_path / "a", **more)
    without = make(windows(source, target="y"), tmp_path / "b", **more)
    for learn in (with_inputs, without):
        learn.fit_one_cycle(25)
    assert with_inputs.evaluate()["mae"] < 0.75 * without.evaluate()["mae"]
    with pytest.raises(mb.OptionError, match="ahead=9, or without inputs="):
        with_inputs.forecast(9)


def test_a_backtest_walks_forward(data, tmp_path):
    learn = make(data, tmp_path, network="linear")
    found = learn.backtest(3, epochs=2)
    assert list(found.named) == ["fold 1", "fold 2", "fold 3", "all"]
    assert found.verdict
    assert found.verdict[0] in repr(found)
    assert "fold 3" in repr(found)
    assert found.named["all"]["mase_last"] > 0
    assert learn.step == 0
    ends = [data.until(0.5 + 0.5 * k / 3, 0.1).histories[0].times[-1] for k in (1, 2, 3)]
    assert ends == sorted(set(ends))
    assert ends[-1] == data.histories[0].times[-1]
    with pytest.raises(mb.DataError, match="smaller past="):
        learn.backtest(3, first=0.01)
    with pytest.raises(mb.DataError, match="fewer folds"):
        learn.backtest(80)


def test_a_network_that_is_worse_is_called_worse(data, tmp_path):
    learn = make(data, tmp_path, network="linear")
    nn.init.normal_(learn.nets["model"].body.past.weight)
    assert "but worse" in learn.evaluate().verdict[0]


def test_usual_fits_have_enough_steps(data, tmp_path):
    learn = make(data, tmp_path)
    assert 400 <= learn.usual_epochs * learn.steps_per_epoch <= 500


def test_layout_comes_back_from_json(data):
    state = json.loads(json.dumps(data.layout.state()))
    assert Layout.from_state(state) == data.layout


# -------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"network": "rnn"}, "auto, lstm, gru, linear"),
        ({"quantiles": (0.1, 1.0)}, "between 0 and 1"),
        ({"quantiles": (0.1, "x")}, "between 0 and 1"),
        ({"hidden": 0}, "hidden=0"),
        ({"layers": 1.5}, "layers=1.5"),
        ({"season": 0}, "season=0"),
        ({"batchsize": 3}, "batchsize"),
    ],
)
def test_options_that_cannot_be_used(data, tmp_path, options, sentence):
    with pytest.raises(mb.OptionError, match=sentence):
        make(data, tmp_path, **options)


def test_numbers_out_of_range(trained):
    for call in (lambda: trained.forecast(0), lambda: trained.show_results(0), lambda: trained.backtest(0)):
        with pytest.raises(mb.OptionError, match="whole number"):
            call()
    with pytest.raises(mb.OptionError, match="between 0 and 1"):
        trained.backtest(first=1.0)


def test_data_of_another_kind():
    pictures = mb.series(np.random.default_rng(0).normal(size=(10, 20)), [0, 1] * 5)
    with pytest.raises(mb.DataError, match="mb.series.table, target="):
        forecaster(pictures)


def test_the_median_is_put_in(data, tmp_path):
    assert make(data, tmp_path, quantiles=(0.95, 0.05)).quantiles == (0.05, 0.5, 0.95)


def test_no_network_and_one_quantile_are_refused():
    data = mb.series(np.sin(np.arange(100) / 3), past=10, ahead=3)
    with pytest.raises(mb.errors.OptionError, match="None"):
        mb.forecaster(data, None)
    with pytest.raises(mb.errors.OptionError, match="0.5"):
        mb.forecaster(data, quantiles=0.5)


def test_gains_that_are_all_nothing_tell_nothing():
    assert [diebold_mariano(np.full(9, gain)) for gain in (-1.0, 0.0, 1.0)] == [1.0, 0.5, 0.0]
