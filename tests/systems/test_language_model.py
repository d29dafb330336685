"""Language models: they learn, carry their state, write, tell how surprised they are; runs come back bit for bit."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

import makebelieve as mb
from makebelieve.errors import DataError, OptionError
from makebelieve.networks.language import LanguageNetwork
from makebelieve.systems.language_model import door
from makebelieve.systems.language_model.recipes import NEXT, carried, keep
from makebelieve.systems.language_model.temperatures import invented, repetition
from makebelieve.training import Saving
from makebelieve.training.recipe import Run

OWN = {"hidden": None, "dropout": None}  # a network of the program's own has its own
LINES = ["the cat sat on the mat.", "a dog ran to the door.", "the sun is hot and high.", "we sing and we play."]


def book(lines=600, seed=0):
    """Four sentences in random order, one a line."""
    order = torch.randint(len(LINES), (lines,), generator=torch.Generator().manual_seed(seed))
    return "\n".join(LINES[i] for i in order)


@pytest.fixture(scope="module")
def texts():
    return mb.text(book(), valid=0.1)


def make(texts, folder, **options):
    given = {"hidden": 32, "window": 16, "dropout": 0.0, "batch_size": 8, "device": "cpu", "precision": "float32"}
    return mb.language_model(texts, run=folder / "run", **{**given, **options})


@pytest.fixture(scope="module")
def trained(texts, tmp_path_factory):
    learn = make(texts, tmp_path_factory.mktemp("trained"), learning_rate=0.02)
    learn.fit(12)
    return learn


def parameters(learn):
    return {name: value.clone() for name, value in learn.nets["model"].state_dict().items()}


# -------------------------------------------------------------------- learning


def test_it_learns_what_can_be_known_and_no_more(trained):
    """Only which of four lines comes next is open: ln 4 a line, beside the one that the first characters decide."""
    figures = trained.evaluate()
    line = sum(len(one) + 1 for one in LINES) / len(LINES)
    assert 0.8 * math.log(4) / line < figures["nats"] < 1.6 * math.log(4) / line
    assert figures["perplexity"] == pytest.approx(math.exp(figures["nats"]))
    assert figures["bits_per_character"] == pytest.approx(figures["nats"] / math.log(2), rel=1e-3)
    assert figures["bits_per_byte"] == pytest.approx(figures["bits_per_character"], rel=1e-6)


def test_validation_counts_every_token_once(trained, texts):
    """The mean over windows of several widths is that over tokens: equal to the text read in one piece, row by row."""
    figures = trained.evaluate()
    assert figures.protocol["tokens"] == len(texts.valid.ids) - 1
    assert trained.validate()["model"] == pytest.approx(figures["nats"], rel=1e-5)


def test_a_carried_state_is_the_text_read_in_one_piece(trained, texts):
    ids = texts.valid.ids[:97].long()[None]
    model = trained.network("model")
    with torch.no_grad():
        whole, _ = model(ids, None)
        state, parts = None, []
        for piece in ids.split(16, 1):
            scores, state = model(piece, state)
            parts.append(scores)
    torch.testing.assert_close(torch.cat(parts, 1), whole, atol=1e-4, rtol=1e-4)


def test_the_state_is_carried_only_where_the_text_goes_on():
    run = Run(torch.device("cpu"), torch.Generator())
    assert carried(run, torch.tensor([0, 50])) == {}
    keep(run, torch.tensor([10, 60]), {"h": torch.ones(2, 1, 3)})
    assert carried(run, torch.tensor([10, 60]))["h"].sum() == 6
    assert carried(run, torch.tensor([10, 0]))["h"].tolist() == [[[1, 1, 1]], [[0, 0, 0]]]
    assert carried(run, torch.tensor([10])) == {}
    assert run.recall(NEXT, torch.zeros(2)).tolist() == [10, 60]


def test_carrying_the_state_changes_what_is_learnt(texts, tmp_path):
    one, two = make(texts, tmp_path / "a"), make(texts, tmp_path / "b", carry=False)
    assert one.game.options == {"carry": True}
    one.fit(steps=3)
    two.fit(steps=3)
    assert "h" in " ".join(one.game.run.rows)
    assert two.game.run.rows == {}


@pytest.mark.parametrize("network", ["gru", "gpt"])
def test_other_networks_learn_and_write(texts, tmp_path, network):
    learn = make(texts, tmp_path, network=network, layers=1)
    before = learn.evaluate()["nats"]
    learn.fit(steps=150)
    assert learn.evaluate()["nats"] < 0.7 * before
    assert len(learn.generate("the ", 30, seed=1)) == 34
    assert_next_scores_lead_to_the_greedy_text(learn)


def assert_next_scores_lead_to_the_greedy_text(learn):
    """Token by token, of the whole text each time and of one that grows."""
    text, following = "the ", learn.following()
    for _ in range(12):
        scores = learn.next_scores(text)
        torch.testing.assert_close(following.after(learn.ids_of(text)), scores, atol=1e-4, rtol=1e-4)
        scores[: len(learn.tokens.special)] = -torch.inf
        text += learn.tokens.decode([int(scores.argmax())])
    assert text == learn.generate("the ", 12, greedy=True)


def test_next_scores_are_those_that_are_drawn_from(trained):
    assert_next_scores_lead_to_the_greedy_text(trained)
    ids = trained.tokens.encode("the ").tolist()
    torch.testing.assert_close(trained.next_scores(ids), trained.next_scores("the "))
    for given in ([], [10**6], 3, ["a"]):
        with pytest.raises(OptionError, match="prompt"):
            trained.next_scores(given)


def test_a_network_without_a_state_is_asked_once_for_what_it_sees_whole(texts, tmp_path):
    learn = make(texts, tmp_path, network="gpt", layers=1)
    calls, following = [], learn.following()
    learn.network("model").register_forward_hook(lambda *_: calls.append(1))
    following.after(learn.ids_of("the "))
    assert len(calls) == 1


class Bigrams(nn.Module):
    """Scores that hang on the last token alone."""

    def __init__(self, tokens):
        super().__init__()
        self.table = nn.Embedding(tokens, tokens)

    def forward(self, ids, state):
        return self.table(ids)


def test_a_network_of_ones_own(texts, tmp_path):
    learn = make(texts, tmp_path, network=Bigrams(len(texts.tokens)), learning_rate=0.1, **OWN)
    learn.fit(steps=60)
    assert learn.evaluate()["nats"] < 2
    assert learn.generate("the", 5, seed=0).startswith("the")


# -------------------------------------------------------------------- exactness


class Killed(Exception):
    pass


class KillAt(mb.Callback):
    def __init__(self, step):
        self.step = step

    def on_step(self, learn):
        if learn.step == self.step:
            raise Killed


@pytest.mark.parametrize("network", ["lstm", "gpt"])
def test_a_resumed_run_equals_an_unbroken_one(texts, tmp_path, network):
    options = {"network": network, "layers": 2, "dropout": 0.2}
    whole = make(texts, tmp_path / "a", **options)
    whole.fit(steps=30)
    killed = make(texts, tmp_path / "b", **options, saving=Saving(steps=17), callbacks=[KillAt(21)])
    with pytest.raises(Killed):
        killed.fit(steps=30)
    again = make(texts, tmp_path / "c", **options)
    again.resume(killed.run)
    assert again.step == 30
    for name, value in parameters(whole).items():
        assert torch.equal(parameters(again)[name], value), name
    histories = [(tmp_path / name / "run" / "history.jsonl").read_bytes() for name in "ab"]
    assert histories[0] == histories[1]


def test_a_batch_in_parts_makes_the_same_step(texts, tmp_path):
    whole, parts = (make(texts, tmp_path / n, accumulate=k) for n, k in (("a", 1), ("b", 3)))
    for learn in (whole, parts):
        player = learn.game.players["model"]
        player.optimizer = torch.optim.SGD(player.parameters, lr=0.5)  # Adam makes whole steps of rounding
        learn.fit(steps=5)
    for name, value in parameters(whole).items():
        torch.testing.assert_close(parameters(parts)[name], value, atol=2e-5, rtol=1e-3)


def test_a_run_writes_the_same_without_its_data(trained):
    again = mb.load(trained.run)
    assert again.generate("the cat", 60, seed=3) == trained.generate("the cat", 60, seed=3)
    assert again.show_temperatures((0.5,), n=20)[0].invented is None


def test_a_run_comes_back_with_its_data(tmp_path):
    (tmp_path / "book.txt").write_text(book(), encoding="utf-8")
    learn = make(mb.text(tmp_path / "book.txt"), tmp_path)
    learn.fit(steps=5)
    again = mb.resume(learn.run)
    again.fit(steps=1)
    assert again.step == 6


def test_texts_along_the_way_are_kept_and_shown(trained):
    texts = sorted((trained.run / "samples").glob("*.txt"))
    assert texts[0].name == "step-00000000.txt"
    page = (trained.run / "report.html").read_text(encoding="utf-8")
    assert texts[-1].read_text(encoding="utf-8").split("\n")[0] in page


# -------------------------------------------------------------------- writing


def test_what_is_written_is_what_was_learnt(trained):
    text = trained.generate("\n", 400, temperature=0.3, seed=0)
    lines = text.strip().split("\n")[:-1]
    assert sum(line in LINES for line in lines) > 0.8 * len(lines)


def test_greedy_is_temperature_nought_and_takes_the_likeliest(trained):
    greedy = trained.generate("the c", 20, greedy=True)
    assert greedy == trained.generate("the c", 20, temperature=0) == trained.generate("the c", 20, top_k=1)
    assert greedy.startswith("the cat sat on the")


def test_the_same_seed_writes_the_same_and_another_does_not(trained):
    one, same, other = (trained.generate("a", 80, temperature=1.0, seed=seed) for seed in (1, 1, 2))
    assert one == same != other


def test_the_stream_is_the_text_piece_by_piece(trained):
    pieces = list(trained.stream("we ", 40, seed=4))
    assert len(pieces) == 40
    assert "we " + "".join(pieces) == trained.generate("we ", 40, seed=4)


def test_many_prompts_side_by_side(trained):
    prompts = ["the ", "a dog", "we s"]
    texts = trained.generate(prompts, 30, greedy=True)
    assert [text[: len(prompt)] for text, prompt in zip(texts, prompts, strict=True)] == prompts
    assert texts == [trained.generate(prompt, 30, greedy=True) for prompt in prompts]
    assert trained.generate([], 5) == []


def test_a_stop_ends_the_text_before_it(trained):
    whole = trained.generate("the cat sa", 12, greedy=True)
    assert whole == "the cat sat on the mat"
    for stop, cut in (("mat", "the cat sat on the "), (["nothing", " th", "e m"], "the cat sat on")):
        assert trained.generate("the cat sa", 40, greedy=True, stop=stop) == cut
        assert "".join(trained.stream("the cat sa", 40, greedy=True, stop=stop)) == cut[10:]
        assert trained.generate(["the cat sa", "a dog ra"], 40, greedy=True, stop=stop)[0] == cut


def test_writing_needs_no_prompt(trained):
    assert len(trained.generate("", 50, seed=0)) == 50


def test_several_temperatures_are_compared(trained):
    shown = trained.show_temperatures((0.1, 2.0), prompt="the ", n=200)
    careful, daring = shown
    assert careful.invented < 0.1 < daring.invented
    assert careful.repetition > daring.repetition
    assert "the " in repr(shown)
    assert "<pre>the " in shown._repr_html_()


def test_figures_of_texts():
    assert repetition("abcdefgh" * 2) == pytest.approx(1 / 9)
    assert repetition("short") == 0
    assert invented("The cat zzz flew", {"the", "cat"}) == pytest.approx(1 / 3)  # the last word may be cut off
    assert invented("", {"the"}) == 0


def test_surprise_is_what_is_evaluated(trained):
    known, odd = trained.surprise("the cat sat on the mat."), trained.surprise("the ctt sao tn thh mea.")
    assert known.shape == (22,)
    assert known.mean() < 0.5 < odd.mean()


def test_documents_end_where_they_should(tmp_path):
    learn = make(mb.text(LINES * 60, level="word"), tmp_path, window=8, learning_rate=0.02)
    learn.fit(steps=300)
    text = learn.generate("we sing and", 40, greedy=True)
    assert text.replace(" ", "") == LINES[3].replace(" ", "")


def test_korean_is_told_in_bits_per_byte(tmp_path):
    learn = make(mb.text("나는 학교에 간다.\n너는 집에 온다.\n" * 60), tmp_path)
    learn.fit(steps=20)
    figures = learn.evaluate()
    assert 2 < figures["bits_per_character"] / figures["bits_per_byte"] < 3
    assert len(learn.generate("나는 ", 10, seed=0)) == 13


# -------------------------------------------------------------------- health


def test_a_model_that_says_its_text_by_heart_is_told(tmp_path, caplog):
    letters = "".join(chr(97 + i) for i in torch.randint(26, (1600,), generator=torch.Generator().manual_seed(3)))
    learn = make(mb.text(letters, valid=0.2), tmp_path, hidden=128, learning_rate=0.01, batch_size=4)
    learn.fit(steps=1000)
    alarms = [line["key"] for line in learn.history.alarms]
    assert "language.memorised" in alarms
    assert "by heart" in caplog.text


def test_text_that_repeats_itself_is_no_secret(trained):
    assert not [line for line in trained.history.alarms if line["key"] == "language.memorised"]


def test_an_exploding_gradient_is_told(texts, tmp_path):
    learn = make(texts, tmp_path, clip=1e-6)
    learn.fit(steps=110)
    assert "health.exploding_gradient" in [line["key"] for line in learn.history.alarms]


# -------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"temperature": -0.5}, "temperature=-0.5"),
        ({"top_k": 0}, "top_k=0"),
        ({"top_p": 1.5}, "top_p=1.5"),
        ({"min_p": -1}, "min_p=-1"),
        ({"repetition_penalty": 0.5}, "repetition_penalty=0.5"),
        ({"temperature": float("nan")}, "temperature=nan"),
        ({"n": 0}, "0 was given"),
        ({"stop": ""}, "stop=''"),
    ],
)
def test_numbers_out_of_range_are_refused(trained, options, told):
    with pytest.raises(OptionError, match=told):
        trained.generate("the", **options)
    with pytest.raises(OptionError, match=told):
        trained.stream("the", **options)


def test_a_prompt_of_unknown_characters_is_refused(trained):
    for write in (trained.generate, trained.stream):
        with pytest.raises(DataError, match="'Ω'"):
            write("the Ω")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"network": "lstn"}, "'lstn'"),
        ({"window": 0}, "0 was given"),
        ({"hidden": 0}, "hidden="),
        ({"layers": -1}, "layers="),
        ({"dropout": 1.0}, "dropout="),
        ({"network": nn.Embedding(3, 4), **OWN}, "Embedding"),
    ],
)
def test_what_can_not_be_made_is_refused(texts, tmp_path, options, told):
    with pytest.raises((OptionError, TypeError), match=told):
        make(texts, tmp_path, **options)


def test_only_texts_are_read(tmp_path):
    with pytest.raises(DataError, match="mb.text"):
        mb.language_model(mb.images("digits"), run=tmp_path / "run")


def test_a_text_shorter_than_a_window_is_refused(tmp_path):
    with pytest.raises(DataError, match="window"):
        mb.language_model(mb.text(["too short"] * 2, valid=0.5), window=500, run=tmp_path / "run")


def test_the_network_is_made_from_its_spec(texts, tmp_path):
    learn = make(texts, tmp_path)
    assert isinstance(learn.nets["model"], LanguageNetwork)
    assert learn.config["arguments"]["network_spec"] == learn.nets["model"].spec()
    assert door.WINDOW["lstm"] == 64


def test_a_long_text_surprises_a_transformer_as_windows_of_it_do(texts, tmp_path):
    learn = make(texts, tmp_path, network="gpt")
    text = book(lines=4)
    surprises = learn.surprise(text)
    assert len(surprises) == len(text) - 1
    torch.testing.assert_close(surprises[:16], learn.surprise(text[:17]))
    torch.testing.assert_close(surprises[16:24], learn.surprise(text[8:25])[8:])  # half a window is given again
    assert learn.evaluate(carry=True)["nats"] > 0


@pytest.mark.parametrize("prompt", [5, None, b"the", ["the ", 5]])
def test_a_prompt_that_is_no_text_is_refused(trained, prompt):
    with pytest.raises(OptionError, match="list of strings"):
        trained.generate(prompt)
    with pytest.raises(OptionError, match="list of strings"):
        trained.stream(prompt)


@pytest.mark.parametrize("options", [{"seed": -1}, {"seed": "x"}, {"seed": 1.5}, {"stop": None}, {"stop": 3}])
def test_seeds_and_stops_that_are_none_are_refused(trained, options):
    with pytest.raises(OptionError):
        trained.generate("the ", 5, **options)


def test_the_coldest_temperature_is_greedy(trained):
    assert trained.generate("the ", 30, temperature=1e-300) == trained.generate("the ", 30, greedy=True)


def test_words_are_set_off_from_the_prompt(tmp_path):
    pytest.importorskip("tokenizers")
    learn = make(mb.text(book(lines=100), level="word", valid=0.1), tmp_path, learning_rate=0.03)
    learn.fit(steps=60)
    assert learn.generate("the cat", 1, greedy=True).startswith("the cat ")
    assert learn.generate("the cat ", 3, greedy=True) == learn.generate("the cat", 3, greedy=True)
    assert learn.generate(["the cat", "the cat "], 3, greedy=True) == [learn.generate("the cat", 3, greedy=True)] * 2


def test_a_fit_of_one_step_learns(texts, tmp_path):
    learn = make(texts, tmp_path)
    before = parameters(learn)
    learn.fit(steps=1)
    assert not all(torch.equal(value, before[name]) for name, value in parameters(learn).items())


class TorchState(Bigrams):
    def forward(self, ids, state):
        return self.table(ids), (ids, ids)


def test_what_a_network_of_ones_own_can_not_take_is_refused(texts, tmp_path):
    with pytest.raises(OptionError, match="hidden=32"):
        make(texts, tmp_path, network=Bigrams(len(texts.tokens)))
    with pytest.raises(OptionError, match="dictionary of tensors"):
        make(texts, tmp_path, network=TorchState(len(texts.tokens)), **OWN)
