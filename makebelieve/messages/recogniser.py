"""Sentences of the recognisers: classifier and regressor."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "recogniser.no_labels": (
        "The data have no labels; give labels= to the data's door (a function of the path, a column, a list).",
        "데이터에 레이블이 없습니다. 데이터를 만들 때 labels=(경로의 함수, 열, 목록)를 지정하십시오.",
    ),
    "recogniser.no_classes": (
        "The labels are numbers, not classes; use mb.regressor, or give labels that are text or whole numbers.",
        "레이블이 클래스가 아니라 수입니다. mb.regressor를 쓰거나 레이블을 글자나 정수로 지정하십시오.",
    ),
    "recogniser.few_labels": (
        "These data hide most labels (labelled=); mb.gan with the recipe semi_supervised learns from such data.",
        "이 데이터는 레이블 대부분을 숨깁니다(labelled=). 이런 데이터는 레시피 semi_supervised의 mb.gan이 배웁니다.",
    ),
    "recogniser.one_class": (
        "All items are of one class, {name!r}; a classifier needs two or more to tell apart.",
        "모든 항목이 한 클래스({name!r})입니다. 분류기에는 구별할 클래스가 둘 이상 필요합니다.",
    ),
    "recogniser.untrained_class": (
        "{n} of the classes ({name!r}) have no training item; hold back fewer items with valid=, or leave them out"
        " with classes=.",
        "클래스 {n}개({name!r})에 학습 항목이 없습니다. valid=로 덜 떼어 두거나 classes=로 빼십시오.",
    ),
    "recogniser.unjudged_class": (
        "No validation item is of class {names}: figures say nothing of it.",
        "검증 항목 가운데 {names} 클래스가 없어 그 클래스는 평가되지 않습니다.",
    ),
    "recogniser.imbalance": (
        "The classes are unequal: {many} training items of {big!r}, {few} of {small!r}; balance=True weighs them alike.",
        "클래스 크기가 다릅니다. 학습 항목이 {big!r}에는 {many}개, {small!r}에는 {few}개입니다."
        " balance=True를 쓰면 같은 무게로 배웁니다.",
    ),
    "recogniser.balance_several": (
        "balance=True weighs single classes; these items have several at once.",
        "balance=True는 항목마다 클래스가 하나일 때만 쓸 수 있습니다. 이 데이터는 한 항목에 여러 클래스가 있습니다.",
    ),
    "recogniser.smoothing": (
        "label_smoothing is {given!r}; it is a share in [0, 1), such as 0.1.",
        "label_smoothing이 {given!r}입니다. 0 이상 1 미만의 비율(예: 0.1)이어야 합니다.",
    ),
    "recogniser.mix": (
        "mix is {given!r}; it is one of {known}.",
        "mix가 {given!r}입니다. {known} 가운데 하나여야 합니다.",
    ),
    "recogniser.cutmix": (
        'mix="cutmix" lays a piece of one picture on another, but these items have the shape {shape}; mix="mixup" takes'
        " numbers of any shape.",
        'mix="cutmix"는 그림 일부를 다른 그림에 붙이는데, 이 데이터의 항목은 모양이 {shape}입니다.'
        ' mix="mixup"은 어떤 모양의 수에도 쓸 수 있습니다.',
    ),
    "recogniser.network": (
        'network is {given}; it is a name such as "resnet34", or a module that is made already, such as MyNetwork().',
        'network가 {given}입니다. "resnet34" 같은 이름이거나 MyNetwork()처럼 이미 만든 모듈이어야 합니다.',
    ),
    "recogniser.strength": (
        "mix_strength is {given!r}; it must be in (0, 1].",
        "mix_strength가 {given!r}입니다. 0보다 크고 1 이하여야 합니다.",
    ),
    "recogniser.metric": (
        "metrics holds {given}; each must be a function of (scores, y) such as mb.error_rate.",
        "metrics에 {given}이(가) 있습니다. 각각 mb.error_rate처럼 (scores, y)의 함수여야 합니다.",
    ),
    "recogniser.metric_name": (
        "Two figures would be called {given!r}; give each function in metrics a name of its own, and none the name model,"
        " which is the loss.",
        "{given!r}(이)라는 이름의 수치가 둘이 됩니다. metrics의 함수마다 다른 이름을 붙이고, 손실의 이름인 model은 쓰지"
        " 마십시오.",
    ),
    "recogniser.mlp_pretrained": (
        'pretrained={given!r} was given, but "mlp", the network for rows of numbers, begins with random weights; leave it'
        " out.",
        'pretrained={given!r}을(를) 주었지만 수의 행을 위한 네트워크 "mlp"는 무작위 가중치에서 시작합니다.'
        " pretrained를 빼십시오.",
    ),
    "recogniser.mlp": (
        'The network {network!r} does not fit items of shape {shape}: names are for pictures (c, h, w), "mlp" for rows of'
        " numbers (k,); give a module of your own.",
        '네트워크 {network!r}은(는) 모양이 {shape}인 항목에 맞지 않습니다. 이름은 그림 (c, h, w)용이고 "mlp"는 수의 행'
        " (k,)용입니다. 직접 만든 모듈을 지정하십시오.",
    ),
    "recogniser.tta": (
        "tta is {given!r}; it is how many augmented forms are looked at, a whole number from 0.",
        "tta가 {given!r}입니다. 살펴볼 변형의 수, 곧 0 이상의 정수여야 합니다.",
    ),
    "recogniser.no_augment": (
        "tta= needs data made with augment=, such as augment=[mb.random_flip()]; these have none.",
        "tta=를 쓰려면 데이터를 augment=(예: augment=[mb.random_flip()])로 만들어야 합니다. 이 데이터에는 없습니다.",
    ),
    "recogniser.how_many": (
        "n is {given!r}; it must be a whole number from 1.",
        "n이 {given!r}입니다. 1 이상의 정수여야 합니다.",
    ),
    "recogniser.nothing_given": (
        "predict was given nothing to look at; give a path, a picture, a list of them or a folder.",
        "predict에 아무것도 주어지지 않았습니다. 경로, 그림, 그 목록 또는 폴더를 주십시오.",
    ),
    "recogniser.empty_folder": (
        "The folder {folder} has no file that this learner reads ({suffixes}).",
        "{folder} 폴더에 이 학습기가 읽는 파일({suffixes})이 없습니다.",
    ),
    "recogniser.only_tensors": (
        "This learner's data can't tell how a new item is read; give it a tensor of shape {shape}, as the network gets it.",
        "이 학습기의 데이터는 새 항목을 읽는 방법을 모릅니다. 네트워크가 받는 모양 {shape}의 텐서를 주십시오.",
    ),
    "recogniser.predicting": ("looking", "알아보는 중"),
    "recogniser.not_read": ("not read: {why}", "읽지 못함: {why}"),
    "recogniser.features": (
        "The body is frozen and sees the same {n} items each time: its features are computed once.",
        "몸통이 고정되어 있고 매번 같은 항목 {n}개를 보므로 특징을 한 번만 계산합니다.",
    ),
    "recogniser.no_body": (
        "The network has no part called body, so its features can't be told from its answer.",
        "네트워크에 body라는 부분이 없어 특징과 답을 나눌 수 없습니다.",
    ),
    "recogniser.no_such_class": (
        "There is no class {given!r}; there are {known}.",
        "{given!r} 클래스가 없습니다. 있는 클래스는 {known}입니다.",
    ),
    "recogniser.empty_part": ("The {part} part is empty.", "{part} 부분이 비어 있습니다."),
    "recogniser.needs_one_of": (
        "This needs items of exactly one class each; here they have several at once, or numbers.",
        "항목마다 클래스가 정확히 하나여야 합니다. 이 데이터에는 여러 클래스나 수가 있습니다.",
    ),
    "recogniser.mix_texts": (
        "mix={given!r} mixes pictures or rows of numbers, and the data are texts: leave it out.",
        "mix={given!r}은(는) 그림이나 숫자 행을 섞는데 데이터는 글입니다. 빼 주십시오.",
    ),
    "recogniser.pretrained_learner": (
        "pretrained= was given a {given}, which only a classifier of texts begins with: for pictures give True, False or the path of "
        "a safetensors file.",
        "pretrained=에 {given}을(를) 받았는데 이것은 글 분류기만 쓸 수 있습니다. 그림에는 True, False 또는 safetensors 파일의 경로를 주십시오.",
    ),
}
