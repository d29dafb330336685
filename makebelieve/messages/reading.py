"""Sentences of the classifier of texts."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "reader.not_texts": (
        "The data are {given}; a classifier of texts learns from those of mb.text.",
        "데이터가 {given}입니다. 텍스트 분류기는 mb.text의 데이터로 배웁니다.",
    ),
    "reader.no_labels": (
        "The texts have no classes; give label= to mb.text: a column of the table, a list, or 'folder'.",
        "텍스트에 클래스가 없습니다. mb.text에 label=(표의 열, 목록 또는 'folder')을 지정하십시오.",
    ),
    "reader.numbers": (
        "The labels of the texts are numbers with fractions or gaps ({given}, …), not classes; turn them into whole numbers"
        " or text, such as table.astype({{'label': int}}) of a data frame.",
        "텍스트의 라벨이 클래스가 아니라 소수입니다({given}, …). 데이터 프레임이라면 table.astype({{'label': int}})처럼 정수나"
        " 글자로 바꾸십시오.",
    ),
    "reader.continuous": (
        "The data are one continuous text; a classifier needs several texts with a class each: a table, a list, folders.",
        "데이터가 이어진 글 하나입니다. 분류기에는 클래스가 있는 텍스트 여럿(표, 목록, 폴더)이 필요합니다.",
    ),
    "reader.network": (
        "network is {given}; it is one of {known}, or a module of ids (n, t) that gives (n, classes).",
        "network가 {given}입니다. {known} 가운데 하나이거나 번호 (n, t)를 받아 (n, 클래스 수)를 내는 모듈이어야 합니다.",
    ),
    "reader.pretrained": (
        "pretrained is {given}; it must be a language model's learner whose network is a named one, or the folder of its"
        " run.",
        "pretrained가 {given}입니다. 이름으로 고른 네트워크를 쓰는 언어 모델의 학습기이거나 그 실행 폴더여야 합니다.",
    ),
    "reader.pretrained_network": (
        "pretrained= brings its own network, but network is {given}; leave one of them out.",
        "pretrained=가 네트워크를 가져오는데 network가 {given}입니다. 둘 중 하나를 빼십시오.",
    ),
    "reader.other_run": (
        "The run {run} is of the system {system!r}; pretrained= needs one of a language model.",
        "실행 {run}의 시스템은 {system!r}입니다. pretrained=에는 언어 모델의 실행이 필요합니다.",
    ),
    "reader.other_tokens": (
        "The data have the tokens {here}, the language model learnt {there}; make the data with mb.text(…, tokens=…) of"
        " the language model.",
        "데이터의 토큰은 {here}인데 언어 모델은 {there}(으)로 배웠습니다. 언어 모델의 토큰으로"
        " mb.text(…, tokens=…)와 같이 데이터를 만드십시오.",
    ),
    "reader.nothing_given": (
        "predict was given no text; give a text, a list of them, a .txt file, a folder or a table.",
        "predict에 주어진 텍스트가 없습니다. 텍스트, 그 목록, .txt 파일, 폴더 또는 표를 주십시오.",
    ),
    "reader.linear": (
        "A linear model of {n} n-grams is fitted, for comparison.",
        "비교를 위해 n-그램 {n}개의 선형 모델을 맞춥니다.",
    ),
    "reader.better": (
        "It is right more often than the linear model of n-grams: {own} against {linear} (McNemar's test, p = {p}).",
        "n-그램의 선형 모델보다 더 자주 맞힙니다({own}, 선형 모델 {linear}, 맥니머 검정 p = {p}).",
    ),
    "reader.no_better": (
        "It is not shown to be right more often than the linear model of n-grams: {own} against {linear} (McNemar's test,"
        " p = {p}); a linear model is enough here.",
        "n-그램의 선형 모델보다 더 자주 맞힌다고 할 수 없습니다({own}, 선형 모델 {linear}, 맥니머 검정 p = {p}). 여기에는 선형"
        " 모델이면 충분합니다.",
    ),
    "reader.on_training": (
        "No texts were held back, so these figures are of the training texts and say nothing of others: make the data with"
        " valid=0.2.",
        "남겨 둔 글이 없어 이 수치는 학습한 글의 것이며 다른 글에 대해서는 아무것도 말해 주지 않습니다. valid=0.2로 데이터를 만들어"
        " 주십시오.",
    ),
    "reader.words": ("{label}: {share}", "{label}: {share}"),
    "reader.said": ("said", "답"),
    "reader.truth": ("truth", "정답"),
    "reader.loss": ("loss", "손실"),
    "reader.text": ("text", "텍스트"),
}
