from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import pytest
import torch

from makebelieve.data import tokens as tokens_module
from makebelieve.data import tokens_rules
from makebelieve.data.tokens import learn_tokens, tokens_of
from makebelieve.data.tokens_hangul import codes_of, put_together, take_apart, text_of
from makebelieve.errors import DataError, MissingExtraError, OptionError

KOREAN = "정말 재미있다! 값을 꿇고 ㅋㅋㅋ ㅠㅠ 뷁 닭 없다. 가나다라 마바사 "
MIXED = "Hello, 世界 👩‍👩‍👧 naïve café — «ça» \t tabs\n\nlines  and   blanks. it's don’t\n"
OWN_JAMO = "각 각 ᄀ ᅡ ᆨ"  # conjoining jamo that a text itself has, also after a syllable


@pytest.mark.parametrize("level", ["char", "bpe"])
@pytest.mark.parametrize("hangul", ["syllable", "jamo"])
@pytest.mark.parametrize("text", [KOREAN, MIXED, OWN_JAMO, KOREAN + MIXED + OWN_JAMO, "가", "ㄱ"])
def test_decoding_is_the_inverse_of_encoding(level: str, hangul: str, text: str) -> None:
    tokens = learn_tokens([text * 3], level, size=600 if level == "bpe" else None, hangul=hangul)
    ids = tokens.encode(text)
    assert ids.dtype == torch.int64 and ids.ndim == 1
    assert tokens.decode(ids) == text
    assert tokens.encode(text, strict=True).tolist() == ids.tolist()
    assert tokens.bytes_of(ids) == len(text.encode()) and tokens.characters_of(ids) == len(text)


@pytest.mark.parametrize("level", ["char", "bpe"])
@pytest.mark.parametrize("hangul", ["syllable", "jamo"])
def test_streaming_gives_the_same_text_and_never_half_a_character(level: str, hangul: str) -> None:
    text = KOREAN + MIXED + OWN_JAMO
    tokens = learn_tokens([text], level, size=270 if level == "bpe" else None, hangul=hangul)
    decoder = tokens.decoder()
    came = ""
    for token in tokens.encode(text).tolist():
        came += decoder.feed(token)
        assert text.startswith(came)
    assert came + decoder.flush() == text


def test_bytes_of_no_character_are_replaced_and_the_decoder_starts_anew() -> None:
    tokens = learn_tokens(["가나다"], "bpe", size=300)
    first = tokens.encode("힣")[0].item()
    decoder = tokens.decoder()
    assert decoder.feed(first) == "" and decoder.flush() == "\ufffd"
    assert decoder.feed_many(tokens.encode("가").tolist()) + decoder.flush() == "가"


def test_every_syllable_comes_apart_and_together_again() -> None:
    every = "".join(map(chr, range(0xAC00, 0xD7A4)))
    codes, widths = take_apart(codes_of(every))
    assert widths.sum() == len(codes) and set(widths.tolist()) == {2, 3}
    assert len(set(text_of(codes))) == 19 + 21 + 27
    assert put_together(text_of(codes)) == every


def test_jamo_that_make_no_syllable_are_written_alone() -> None:
    tokens = learn_tokens(["각"], hangul="jamo")
    first, second, last = tokens.encode("각").tolist()
    assert tokens.decode([first]) == "ㄱ" and tokens.decode([second]) == "ㅏ" and tokens.decode([last]) == "ㄱ"
    assert tokens.decode([first, second, first, second, last]) == "가각"
    assert tokens.decode([first, first, second, last, last]) == "ㄱ각ㄱ"


def test_jamo_write_syllables_that_never_came() -> None:
    tokens = learn_tokens(["각 난"], hangul="jamo")
    assert tokens.decode(tokens.encode("간 낙 나 가", strict=True)) == "간 낙 나 가"


def test_characters_are_counted_sorted_and_told_apart_from_special_ones() -> None:
    tokens = learn_tokens(["baab", "c"], documents=True)
    assert tokens.names == ("<pad>", "<unk>", "<end>", "a", "b", "c")
    assert tokens.counts == (0, 0, 2, 2, 2, 1)
    assert (tokens.pad, tokens.unknown, tokens.end, tokens.special) == (0, 1, 2, (0, 1, 2))
    assert len(tokens) == 6


def test_one_continuous_text_has_no_end_and_byte_pairs_have_no_unknown() -> None:
    assert learn_tokens(["abc"]).end is None
    pairs = learn_tokens(["abc"], "bpe", size=300, documents=True)
    assert pairs.unknown is None and pairs.names[:2] == ("<pad>", "<end>") and pairs.end == 1
    assert pairs.decode(pairs.encode("never seen 힣 😀")) == "never seen 힣 😀"


def test_names_of_special_tokens_in_a_text_are_only_text() -> None:
    text = "<pad> <unk> <end>"
    for level, size in (("char", None), ("bpe", 300)):
        tokens = learn_tokens([text], level, size=size, documents=True)
        ids = tokens.encode(text)
        assert tokens.decode(ids) == text and not set(ids.tolist()) & set(tokens.special)
    words = learn_tokens([text], "word")
    assert words.encode(text, strict=True).min() >= 2


def test_floor_and_size_keep_the_most_frequent() -> None:
    text = "aaaa bbb cc d"
    assert learn_tokens([text], floor=3).names[2:] == (" ", "a", "b")
    assert learn_tokens([text], size=4).names[2:] == (" ", "a") or learn_tokens([text], size=4).names[2:] == ("a", "b")
    assert len(learn_tokens([text * 9], "bpe", size=260)) == 260
    words = learn_tokens(["b a a c b a", "d"], "word", size=4)
    assert words.names == ("<pad>", "<unk>", "a", "b") and words.counts == (0, 2, 3, 2)
    with pytest.raises(DataError, match="No token comes 9 times"):
        learn_tokens(["abc"], floor=9)


def test_words_and_their_text() -> None:
    text = "Don't stop, (he said) it’s 재미있다! ok...\nNext"
    tokens = learn_tokens([text], "word")
    pieces = [tokens.decode([i]) for i in tokens.encode(text)]
    assert pieces == ["Don't", "stop", ",", "(", "he", "said", ")", "it’s", "재미있다", "!", "ok", "...", "\n", "Next"]
    assert tokens.decode(tokens.encode(text)) == text
    assert tokens.decode(tokens.encode("stop now")) == "stop <unk>"


def test_lower_case_is_the_tokens_own_rule() -> None:
    for level in ("char", "word", "bpe"):
        tokens = learn_tokens(["The CAT the"], level, size=300, lower=True)
        assert tokens.decode(tokens.encode("THE cat")) == "the cat"
        assert tokens_of(tokens.state()).encode("THE").tolist() == tokens.encode("the").tolist()


def test_unknown_ones_are_named_where_asked() -> None:
    tokens = learn_tokens(["abc"])
    assert tokens.encode("aλb").tolist() == [2, 1, 3] and tokens.decode([2, 1, 3]) == "a\ufffdb"
    with pytest.raises(DataError, match=r"lacks 'λ', '✓', which"):
        tokens.encode("aλb✓λ", strict=True)
    with pytest.raises(DataError, match="lacks 'dog'"):
        learn_tokens(["the cat"], "word").encode("the dog", strict=True)
    with pytest.raises(DataError, match="lacks 'ᄂ'|lacks 'ㄴ'"):
        learn_tokens(["각"], hangul="jamo").encode("낙", strict=True)


@pytest.mark.parametrize("level", ["char", "word", "bpe"])
def test_state_is_json_and_makes_the_same_tokens(level: str) -> None:
    tokens = learn_tokens([KOREAN + MIXED, "x"], level, size=400, documents=True)
    again = tokens_of(json.loads(json.dumps(tokens.state())))
    assert again == tokens
    assert again.encode(MIXED).tolist() == tokens.encode(MIXED).tolist()


@pytest.mark.parametrize("level", ["char", "word", "bpe"])
def test_many_texts_are_encoded_as_each_alone(level: str) -> None:
    texts = ["one two", "", "three 가나", "   ", MIXED, "x" * 10]
    tokens = learn_tokens(texts, level, size=400)
    ids, lengths = tokens.encode_many(texts)
    assert ids.dtype == "int32" and lengths.tolist() == [len(tokens.encode(text)) for text in texts]
    assert ids.tolist() == [i for text in texts for i in tokens.encode(text).tolist()]
    empty, none = tokens.encode_many([])
    assert len(empty) == len(none) == 0


def test_a_long_text_is_encoded_in_pieces_and_comes_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_rules, "_PIECE", 50)
    drawn = random.Random(0)
    text = "".join(drawn.choice(["word ", "가나", "\n", "!", "  "]) for _ in range(400)) + "y" * 300
    for hangul in ("syllable", "jamo"):
        tokens = learn_tokens([text], "bpe", size=300, hangul=hangul)
        assert tokens.decode(tokens.encode(text)) == text
    assert "".join(tokens_rules._pieces(text)) == text


def test_large_texts_are_counted_and_encoded_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [KOREAN, "", MIXED, OWN_JAMO, ""] * 3
    whole = {hangul: learn_tokens(texts, hangul=hangul) for hangul in ("syllable", "jamo")}
    expected = {hangul: tokens.encode_many(texts) for hangul, tokens in whole.items()}
    monkeypatch.setattr(tokens_module, "_AT_ONCE", 7)
    for hangul, tokens in whole.items():
        assert learn_tokens(texts, hangul=hangul) == tokens
        for got, wanted in zip(tokens.encode_many(texts), expected[hangul], strict=True):
            assert got.tolist() == wanted.tolist()
    pairs = learn_tokens(texts, "bpe", size=300)
    once = pairs.encode_many(texts)[0].tolist()
    monkeypatch.setattr(tokens_rules, "_AT_ONCE", 5)
    assert pairs.encode_many(texts)[0].tolist() == once


LEARN = """
import hashlib, json, sys
from makebelieve.data.tokens import learn_tokens
texts = [f"{'ab cd efg hij'[i % 7:]} {i * 7919 % 101} 가나다{i % 13}" for i in range(500)]
for level in ("word", "bpe"):
    print(hashlib.sha256(json.dumps(learn_tokens(texts, level, size=400).state()).encode()).hexdigest())
"""


def test_learning_is_the_same_in_every_process() -> None:
    clean = {name: value for name, value in os.environ.items() if name != "TOKENIZERS_PARALLELISM"}
    said = {
        subprocess.run(
            [sys.executable, "-c", LEARN], env={**clean, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


FORK = """
import os
from makebelieve.data.tokens import learn_tokens
tokens = learn_tokens(["a b c " * 50] * 50, "bpe", size=300)
child = os.fork()
if not child:
    ids = tokens.encode_many(["a b c"] * 50)[0]
    os._exit(0 if len(ids) else 1)
print(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_is_quiet_and_does_not_hang() -> None:
    clean = {name: value for name, value in os.environ.items() if name != "TOKENIZERS_PARALLELISM"}
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], env=clean, capture_output=True, timeout=60)
    assert ran.returncode == 0 and ran.stdout.strip() == b"0" and b"fork" not in ran.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"level": "letters"}, "level must be"),
        ({"hangul": "half"}, "hangul must be"),
        ({"level": "word", "hangul": "jamo"}, "whole words are not taken apart"),
        ({"size": 3}, "vocabulary must be"),
        ({"size": True}, "vocabulary must be"),
        ({"floor": 0}, "floor must be"),
        ({"level": "bpe", "size": 200}, "at least 257 tokens"),
    ],
)
def test_options_that_cannot_be_used(options: dict[str, object], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        learn_tokens(["abc"], **options)  # type: ignore[arg-type]


def test_without_the_package_characters_work_and_pairs_name_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    assert learn_tokens(["abc"]).encode("cab").tolist() == [4, 2, 3]
    for level in ("word", "bpe"):
        with pytest.raises(MissingExtraError, match=r"makebelieve\[text\]"):
            learn_tokens(["abc"], level)
