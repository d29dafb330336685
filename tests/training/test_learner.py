"""fit, history, stops, health, callbacks: what a user of the learner sees."""

from __future__ import annotations

import json
import os
import random
import signal
import threading

import numpy as np
import pytest
import torch
from toys import ToyData, classifier_learner, gan_learner, wgan_learner

from makebelieve.errors import CheckpointError, OptionError, TrainingError
from makebelieve.training import Callback, Learner, Saving, Settings, TensorBoard, schedule, supervised


def test_it_learns(run):
    learn = classifier_learner(run, learning_rate=0.02)
    learn.fit(30)
    assert learn.history[-1]["accuracy"] > 0.9
    assert learn.history[-1]["valid_model"] < learn.history[0]["valid_model"]


@pytest.mark.parametrize(
    "arguments", [{}, {"epochs": 1, "steps": 3}, {"steps": 0}, {"minutes": -1}, {"epochs": float("nan")}]
)
def test_fit_wants_exactly_one_positive_length(arguments):
    with pytest.raises(OptionError):
        gan_learner().fit(**arguments)


def test_fit_again_goes_on(run):
    learn = gan_learner(run)
    learn.fit(1)
    learn.fit(2)
    assert [record["epoch"] for record in learn.history] == [1, 2, 3]
    assert learn.step == 24
    assert learn.calls == 2


def test_two_fits_equal_one(tmp_path):
    once, twice = wgan_learner(tmp_path / "a"), wgan_learner(tmp_path / "b")
    once.fit(steps=20)
    twice.fit(steps=9)
    twice.fit(steps=11)
    for name, net in once.nets.items():
        assert all(map(torch.equal, net.parameters(), twice.nets[name].parameters()))


def test_minutes_end_the_fit(run):
    learn = gan_learner(run)
    learn.fit(minutes=0.01)
    assert learn.step > 0


def test_the_programs_random_states_are_untouched(run):
    torch.manual_seed(5)
    random.seed(5)
    np.random.seed(5)
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    learn = wgan_learner(run)
    learn.fit(2)
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == random.getstate()
    assert before[2] == np.random.get_state()[1].tolist()


def test_what_the_program_draws_between_fits_does_not_matter(tmp_path):
    a, b = wgan_learner(tmp_path / "a"), wgan_learner(tmp_path / "b")
    a.fit(1)
    b.fit(1)
    torch.rand(100)
    b.fit(1)
    a.fit(1)
    assert all(map(torch.equal, a.nets["critic"].parameters(), b.nets["critic"].parameters()))


def test_the_history_file_has_what_the_table_has(run):
    learn = classifier_learner(run)
    learn.fit(13)
    lines = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    assert lines == learn.history.records
    assert [line["step"] for line in lines if line["kind"] == "steps"] == [50, 100, 104]
    assert "valid_accuracy" in repr(learn.history)
    assert "<td>" in learn.history._repr_html_()


def test_a_folder_with_a_run_is_never_written_over(run):
    gan_learner(run).fit(steps=1)
    before = (run / "history.jsonl").read_bytes()
    with pytest.raises(TrainingError, match="holds a run already"):
        gan_learner(run).fit(steps=1)
    assert (run / "history.jsonl").read_bytes() == before


def test_a_folder_with_other_things_is_never_used(run):
    run.mkdir()
    (run / "thesis.txt").write_text("mine")
    with pytest.raises(TrainingError, match="not an empty folder"):
        gan_learner(run).fit(steps=1)
    assert [path.name for path in run.iterdir()] == ["thesis.txt"]


def test_runs_are_numbered_by_default(tmp_path, monkeypatch):
    monkeypatch.setenv("MAKEBELIEVE_RUNS", str(tmp_path / "all"))
    for _ in range(2):
        gan_learner().fit(steps=1)
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["toy-001", "toy-002"]


class Interrupt(Callback):
    def __init__(self, step):
        self.step = step

    def on_step(self, learn):
        if learn.step == self.step:
            os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_finishes_the_step_and_resume_goes_on(tmp_path, caplog):
    unbroken, learn = wgan_learner(tmp_path / "a"), wgan_learner(tmp_path / "b")
    learn.callbacks.append(Interrupt(13))
    unbroken.fit(4)
    handler = signal.getsignal(signal.SIGINT)
    learn.fit(4)
    assert learn.step == 13
    assert "Stopped after step" in caplog.text
    assert signal.getsignal(signal.SIGINT) is handler
    learn.callbacks.clear()
    learn.resume()
    assert learn.step == 32
    assert (tmp_path / "a" / "history.jsonl").read_bytes() == (tmp_path / "b" / "history.jsonl").read_bytes()
    assert all(map(torch.equal, unbroken.nets["generator"].parameters(), learn.nets["generator"].parameters()))


def test_fit_works_outside_the_main_thread(run):
    learn = gan_learner(run)
    thread = threading.Thread(target=learn.fit, kwargs={"steps": 3})
    thread.start()
    thread.join()
    assert learn.step == 3


def test_not_a_number_stops_in_a_sentence_and_keeps_the_last_checkpoint(run):
    def poisoned(nets, batch, run):
        loss = torch.nn.functional.cross_entropy(nets.model(batch.x), batch.y)
        yield "model", loss * (float("nan") if run.step >= 20 else 1.0)

    model = torch.nn.Linear(6, 2)
    settings = Settings(batch_size=8, device="cpu", saving=Saving(steps=5, keep=3))
    learn = Learner(ToyData(), {"model": model}, poisoned, settings=settings, run=run)
    with pytest.raises(TrainingError, match="became nan"):
        learn.fit(10)
    assert learn.history.alarms[-1]["key"] == "training.not_a_number"
    fresh = Learner(ToyData(), {"model": torch.nn.Linear(6, 2)}, poisoned, settings=settings)
    fresh.restore(run)
    assert fresh.step == 20
    assert all(torch.isfinite(p).all() for p in fresh.nets["model"].parameters())


def test_the_advice_after_not_a_number_can_be_followed(run):
    bad = {"on": True}

    def poisoned(nets, batch, run):
        loss = torch.nn.functional.cross_entropy(nets.model(batch.x), batch.y)
        yield "model", loss * (float("nan") if run.step >= 20 and bad["on"] else 1.0)

    learn = Learner(
        ToyData(),
        {"model": torch.nn.Linear(6, 2)},
        poisoned,
        settings=Settings(batch_size=8, device="cpu", saving=Saving(steps=5)),
        run=run,
    )
    with pytest.raises(TrainingError):
        learn.fit(5)
    bad["on"] = False
    learn.resume(learning_rate=1e-4, clip=1.0)
    assert learn.step == 40
    assert learn.game.players["model"].rates == [1e-4]
    assert learn.clip == 1.0
    assert all(torch.isfinite(p).all() for p in learn.nets["model"].parameters())


def test_lost_weights_are_not_saved_as_a_success(run):
    class Poison(Callback):
        def on_step(self, learn):
            if learn.step == 30:
                learn.nets["critic"][0].weight.data[0, 0] = float("nan")

    learn = gan_learner(run, saving=Saving(steps=10, keep=2))
    learn.callbacks.append(Poison())
    with pytest.raises(TrainingError, match="weight of critic became nan"):
        learn.fit(steps=30)
    fresh = gan_learner()
    fresh.restore(run)
    assert fresh.step == 20


def test_a_fit_after_a_one_cycle_has_its_full_rate(run):
    learn = classifier_learner(run)
    learn.fit_one_cycle(2)
    learn.fit(1)
    assert learn.game.players["model"].optimizer.param_groups[0]["lr"] == 1e-3


def test_a_refused_folder_is_refused_again(run):
    run.mkdir()
    (run / "mine.txt").write_text("mine")
    learn = gan_learner(run)
    for _ in range(2):
        with pytest.raises(TrainingError, match="not an empty folder"):
            learn.fit(steps=1)


def test_restoring_forgets_what_the_learner_had_trained(run, tmp_path):
    fresh = gan_learner(tmp_path / "other")
    early = gan_learner(run)
    early.fit(steps=1)
    (first,) = (run / "checkpoints").glob("step-0000000000-*")
    (last,) = (run / "checkpoints").glob("step-0000000001-*")
    last.rename(tmp_path / last.name)
    assert first.exists()
    fresh.fit(steps=4)
    fresh.restore(run)
    assert not any(player.optimizer.state for player in fresh.game.players.values())


def test_an_explosion_is_told_once(run, caplog):
    def loud(nets, batch, _run):
        yield "model", 1e9 * torch.nn.functional.cross_entropy(nets.model(batch.x), batch.y)

    learn = Learner(
        ToyData(), {"model": torch.nn.Linear(6, 2)}, loud, settings=Settings(batch_size=8, device="cpu"), run=run
    )
    learn.fit(steps=150)
    assert len(learn.history.alarms) == 1
    assert "lower learning rate" in caplog.text


def test_a_healthy_run_raises_no_alarm(run):
    learn = gan_learner(run)
    learn.fit(20)
    assert not learn.history.alarms


class Recorder(Callback):
    def __init__(self):
        self.seen = []

    def on_fit_start(self, learn):
        self.seen.append("start")

    def on_record(self, learn, record):
        self.seen.append(record["kind"])

    def on_fit_end(self, learn):
        self.seen.append("end")


def test_callbacks_are_called_in_order(run):
    learn = gan_learner(run)
    learn.callbacks.append(recorder := Recorder())
    learn.fit(1)
    assert recorder.seen == ["start", "steps", "epoch", "end"]


def test_tensorboard_gets_the_figures(run):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    learn = gan_learner(run)
    learn.callbacks.append(TensorBoard())
    learn.fit(2)
    events = EventAccumulator(str(run / "tensorboard"))
    events.Reload()
    values = [event.value for event in events.Scalars("epoch/critic")]
    assert values == pytest.approx(learn.history.column("critic"))


def test_schedules_begin_and_end_where_they_should():
    assert [schedule.constant(t) for t in (0, 0.5, 1)] == [1, 1, 1]
    assert [schedule.linear(t) for t in (0, 0.5, 1)] == [1, 0.5, 0]
    assert schedule.cosine(0) == 1
    assert schedule.cosine(1) == pytest.approx(0)
    assert schedule.one_cycle(0) == pytest.approx(1 / 25)
    assert schedule.one_cycle(0.25) == pytest.approx(1)
    assert schedule.one_cycle(1) == pytest.approx(1 / 250_000)


def test_a_schedule_moves_the_rates(run):
    learn = classifier_learner(run)
    rates = []

    class Look(Callback):
        def on_step(self, learn):
            rates.append(learn.game.players["model"].optimizer.param_groups[0]["lr"])

    learn.callbacks.append(Look())
    learn.fit(steps=10, schedule=schedule.linear)
    assert rates == pytest.approx([1e-3 * (1 - i / 10) for i in range(10)])


def test_a_learner_without_data_can_be_used_but_not_trained():
    learn = Learner(None, {"model": torch.nn.Linear(2, 2)}, supervised(torch.nn.functional.mse_loss))
    with pytest.raises(TrainingError, match="without data"):
        learn.fit(1)


def test_resuming_with_other_data_or_choices_is_refused(run):
    gan_learner(run).fit(steps=3)
    with pytest.raises(CheckpointError, match=r"batch_size=8.*batch_size=16"):
        gan_learner(batch_size=16).resume(run)
    with pytest.raises(CheckpointError, match="recipe=toy_gan"):
        wgan_learner().resume(run)
    other = gan_learner()
    other.data = ToyData(n=32)
    with pytest.raises(CheckpointError, match="other data"):
        other.resume(run)


def test_resuming_nothing_is_told(tmp_path):
    with pytest.raises(TrainingError, match="no run to go on with"):
        gan_learner().resume()
    with pytest.raises(CheckpointError, match=r"no config\.json"):
        gan_learner().resume(tmp_path)


def test_evaluate_tells_how_it_was_measured(run):
    learn = classifier_learner(run)
    figures = learn.evaluate()
    assert dict(figures) == learn.validate()
    assert figures.protocol["part"] == "valid"
    assert figures.protocol["data"] == learn.data.fingerprint()
