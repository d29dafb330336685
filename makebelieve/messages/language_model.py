"""What language models say: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "language.not_texts": (
        "A language model learns from texts, and was given {given}: make them with mb.text(…), such as mb.text('book.txt') or "
        "mb.text('nietzsche').",
        "언어 모델은 글을 배우는데 {given}을(를) 받았습니다. mb.text('book.txt')나 mb.text('nietzsche')처럼 mb.text(…)로 데이터를 만들어 주십시오.",
    ),
    "language.network": (
        "There is no network {given!r} for language models: take one of {known}, or give a torch module.",
        "언어 모델에는 {given!r}(이)라는 네트워크가 없습니다. {known} 가운데 고르거나 torch 모듈을 주십시오.",
    ),
    "language.own_network": (
        "The network {given} was asked for the scores of {n} texts of {t} tokens and gave {found}: it must give (n, t, {tokens}), or "
        "that and its state.",
        "네트워크 {given}에 토큰 {t}개짜리 글 {n}개의 점수를 물었더니 {found}을(를) 내놓았습니다. (n, t, {tokens}) 모양의 점수, 또는 점수와 상태를 내놓아야 합니다.",
    ),
    "language.window": (
        "A window has a whole number of tokens from 1 up, and {given!r} was given: window=64 is usual.",
        "창의 토큰 수는 1 이상의 정수여야 하는데 {given!r}을(를) 받았습니다. 보통은 window=64입니다.",
    ),
    "language.hidden": (
        "hidden= is a whole number of units from 1 up, and {given!r} was given: hidden=384 is usual.",
        "hidden=은 1 이상의 정수(유닛 수)여야 하는데 {given!r}을(를) 받았습니다. 보통은 hidden=384입니다.",
    ),
    "language.layers": (
        "layers= is a whole number from 1 up, and {given!r} was given: leave it out to get the usual number.",
        "layers=는 1 이상의 정수여야 하는데 {given!r}을(를) 받았습니다. 빼면 보통 쓰는 층 수가 됩니다.",
    ),
    "language.dropout": (
        "dropout= is a share from 0 up to below 1, and {given!r} was given: an LSTM has 0.35 by default, and 0.5 is worth a try for a small text.",
        "dropout=은 0 이상 1 미만의 비율이어야 하는데 {given!r}을(를) 받았습니다. LSTM의 기본값은 0.35이며 짧은 글에는 0.5를 써 볼 만합니다.",
    ),
    "language.option": (
        "{name}={given!r} can't be used: it is a number from {least} to {most} (temperature=0 always takes the likeliest token).",
        "{name}={given!r}은(는) 사용할 수 없습니다. {least}에서 {most}까지의 수여야 합니다(temperature=0은 늘 가장 그럴듯한 토큰을 고릅니다).",
    ),
    "language.how_many": (
        "The number of tokens to write is a whole number from 1 to 10,000,000, and {given!r} was given: n=400 writes 400.",
        "쓸 토큰 수는 1에서 10,000,000까지의 정수여야 하는데 {given!r}을(를) 받았습니다. n=400이면 400개를 씁니다.",
    ),
    "language.stop": (
        "stop={given!r} can't be used: give a word, or a list of words, none of them empty, such as stop='\\n\\n'.",
        "stop={given!r}은(는) 사용할 수 없습니다. stop='\\n\\n'처럼 비어 있지 않은 낱말이나 그 목록을 주십시오.",
    ),
    "language.prompt": (
        "A text is a string, or several are a list of strings, and {given} was given; the number of tokens is n=.",
        "글은 문자열이거나 문자열의 목록이어야 하는데 {given}을(를) 받았습니다. 토큰 수는 n=으로 줍니다.",
    ),
    "language.ids": (
        "The prompt is a text or the numbers of tokens, from 0 to {most}, one at least, and {given} was given.",
        "prompt는 글이거나 0부터 {most}까지의 토큰 번호가 하나 이상 든 목록이어야 하는데 {given}을(를) 받았습니다.",
    ),
    "language.seed": (
        "seed= is a whole number from 0 up, or None, and {given!r} was given: seed=1 writes the same text every time.",
        "seed=는 0 이상의 정수이거나 None이어야 하는데 {given!r}을(를) 받았습니다. seed=1이면 늘 같은 글을 씁니다.",
    ),
    "language.own_state": (
        "The network {given} gave a state of kind {found}: it must be a dictionary of tensors (n, …) with a row a text, such as "
        "{{'h': h.transpose(0, 1)}} of torch's LSTM.",
        "네트워크 {given}이(가) {found} 종류의 상태를 내놓았습니다. 상태는 글마다 행이 하나인 텐서 (n, …)의 사전이어야 합니다. torch의 LSTM이라면 {{'h': h.transpose(0, 1)}}처럼 "
        "주십시오.",
    ),
    "language.too_short": (
        "{given!r} has fewer than {least} tokens, so that there is none to be surprised by: give a longer text.",
        "{given!r}은(는) 토큰이 {least}개보다 적어 놀랄 것이 없습니다. 더 긴 글을 주십시오.",
    ),
    "language.nothing_held_back": (
        "No text was held back for validation, so there is nothing to evaluate on: make the data with valid=0.1.",
        "검증용으로 남겨 둔 글이 없어 평가할 수 없습니다. valid=0.1로 데이터를 만들어 주십시오.",
    ),
    "language.trial": (
        "temperature {temperature} · repeated {repetition} · invented words {invented}",
        "온도 {temperature} · 되풀이 {repetition} · 없는 낱말 {invented}",
    ),
    "language.memorised": (
        "By step {step} the model says {share} of the training text by heart: given {context} tokens, the next {said} come word for word; "
        "give more text, raise dropout= (to 0.5, say), take a smaller network (hidden=), or stop earlier (patience=).",
        "{step}단계까지 모델이 학습한 글의 {share}을(를) 외우고 있습니다. 토큰 {context}개를 주면 다음 {said}개를 그대로 말합니다. 글을 늘리거나, dropout=을 올리거나(예: 0.5), "
        "더 작은 네트워크(hidden=)를 쓰거나, 더 일찍 멈추어(patience=) 주십시오.",
    ),
}
