"""What the explain room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "explain.at_least_one": (
        "{name} was given {given!r}; it is a whole number from 1 up.",
        "{name}에 {given!r}이(가) 주어졌습니다. 1 이상의 정수여야 합니다.",
    ),
    "explain.classes_shape": (
        "Classes {y} and probabilities {probabilities} do not fit: they are whole numbers (n,) and floats (n, k), with at "
        "least one item.",
        "클래스 {y}와(과) 확률 {probabilities}의 모양이 맞지 않습니다. 항목이 하나 이상인 정수 (n,)과 실수 (n, k)이어야 합니다.",
    ),
    "explain.labels_shape": (
        "Labels {y} and probabilities {probabilities} do not fit: both are floats (n, k), with at least one item.",
        "레이블 {y}와(과) 확률 {probabilities}의 모양이 맞지 않습니다. 둘 다 항목이 하나 이상인 실수 (n, k)이어야 합니다.",
    ),
    "explain.numbers_shape": (
        "Numbers {y} and predictions {predicted} do not fit: there must be as many of both, and at least one.",
        "정답 {y}와(과) 예측 {predicted}의 모양이 맞지 않습니다. 둘은 개수가 같고 하나 이상이어야 합니다.",
    ),
    "explain.class_outside": (
        "Classes go from {low} to {high}, but the probabilities are of {k} classes, 0 to {last}.",
        "클래스가 {low}에서 {high}까지인데 확률은 클래스 {k}개(0에서 {last}까지)에 대한 것입니다.",
    ),
    "explain.not_finite": (
        "{count} of the predicted or true numbers are not finite: look for a network that has diverged.",
        "예측이나 정답 중 {count}개가 유한한 수가 아닙니다. 발산한 네트워크가 있는지 확인하십시오.",
    ),
    "explain.probabilities": (
        "Probabilities lie in [0, 1], and these go from {low} to {high}: apply softmax or sigmoid to logits first.",
        "확률은 [0, 1] 안에 있어야 하는데 {low}에서 {high}까지입니다. 로짓이라면 먼저 softmax나 sigmoid를 적용하십시오.",
    ),
    "explain.pictures_shape": (
        "Pictures must be of shape (n, c, h, w) or (c, h, w), and these are {shape}.",
        "그림은 (n, c, h, w) 또는 (c, h, w) 모양이어야 하는데, 받은 그림의 모양은 {shape}입니다.",
    ),
    "explain.one_picture": (
        "One picture is explained at a time, (c, h, w), and {shape} was given; go through them in a loop.",
        "그림은 한 번에 한 장씩 (c, h, w) 모양으로 설명합니다. {shape}이(가) 주어졌으니 반복문으로 하나씩 넘기십시오.",
    ),
    "explain.no_convolutions": (
        "{name} has no convolutional layers, so there are no maps to look at; this works on convolutional networks.",
        "{name}에는 합성곱 층이 없어 들여다볼 맵이 없습니다. 이 기능은 합성곱 네트워크에 씁니다.",
    ),
    "explain.no_places": (
        "No layer has maps of more than 1 × 1 places for pictures of shape {shape}; give larger pictures.",
        "{shape} 모양의 그림에서는 어느 층의 맵도 1 × 1보다 크지 않습니다. 더 큰 그림을 주십시오.",
    ),
    "explain.no_map": (
        'The layer "{name}" gives no maps (n, c, h, w) for these pictures; choose a convolution or a block of them.',
        '"{name}" 층은 이 그림에 대해 맵 (n, c, h, w)을 내지 않습니다. 합성곱이나 그 블록을 고르십시오.',
    ),
    "explain.unknown_layer": (
        'There is no layer "{given}"; there are, for instance: {near}.',
        '"{given}" 층은 없습니다. 예를 들어 다음과 같은 층이 있습니다: {near}.',
    ),
    "explain.outputs": (
        "A network that gives (1, k) numbers for one picture is needed, and this gave {given}.",
        "그림 한 장에 숫자 (1, k)을 내는 네트워크가 필요한데 이 네트워크는 {given}을(를) 냈습니다.",
    ),
    "explain.target": (
        "target={given} was given, but the network has {k} outputs: 0 to {last}.",
        "target={given}이(가) 주어졌지만 네트워크의 출력은 {k}개(0에서 {last}까지)입니다.",
    ),
    "explain.window": (
        "A window of {given} pixels was given for a picture of {picture}; it must be at least 1 × 1 and fit in.",
        "{picture} 픽셀 그림에 {given} 픽셀 창이 주어졌습니다. 창은 1 × 1 이상이고 그림 안에 들어가야 합니다.",
    ),
    "explain.channel": (
        'The layer "{layer}" has {count} channels, 0 to {last}; {given} was asked for.',
        '"{layer}" 층의 채널은 {count}개(0에서 {last}까지)인데 {given}이(가) 요청되었습니다.',
    ),
    "explain.as_many_channels": (
        "{channels} channels were given for {pictures} pictures; give one for each picture.",
        "그림 {pictures}장에 채널 {channels}개가 주어졌습니다. 그림마다 채널을 하나씩 주십시오.",
    ),
    "explain.matrix": (
        "A confusion matrix of shape {shape} with {classes} class names was given; it is square, with a name a class.",
        "모양이 {shape}인 혼동 행렬과 클래스 이름 {classes}개가 주어졌습니다. 정사각 행렬이고 클래스마다 이름이 하나여야 합니다.",
    ),
    "explain.how": (
        'how={given!r} was given; it is "guided" or "deconv".',
        'how={given!r}이(가) 주어졌습니다. "guided" 또는 "deconv"이어야 합니다.',
    ),
    "explain.once": (
        "The pictures can be walked only once, and two walks are needed; give a list, or an object whose iterator starts "
        "anew.",
        "그림을 한 번만 순회할 수 있는데 두 번 순회해야 합니다. 리스트나 처음부터 다시 순회할 수 있는 객체를 주십시오.",
    ),
    "explain.no_pictures": (
        "There are no pictures to look for patches in; give at least one batch.",
        "조각을 찾을 그림이 없습니다. 배치를 하나 이상 주십시오.",
    ),
    "explain.other_pictures": (
        "The second walk over the pictures gave others than the first (picture {place}); give them in the same order, "
        "without augmentation.",
        "두 번째 순회에서 첫 번째와 다른 그림이 나왔습니다(그림 {place}). 증강 없이 같은 순서로 주십시오.",
    ),
    "explain.predicted": ("predicted", "예측"),
    "explain.true": ("true", "정답"),
    "explain.right_of": ("{share} right of {n}", "{n}개 중 {share} 정답"),
    "explain.confidence": ("confidence", "확신도"),
    "explain.accuracy": ("accuracy", "정확도"),
    "explain.items": ("items", "항목 수"),
    "explain.calibration_error": ("expected calibration error {value}", "기대 보정 오차 {value}"),
    "explain.picture": ("picture", "그림"),
    "explain.grad_cam": ("Grad-CAM", "Grad-CAM"),
    "explain.occlusion": ("occlusion", "가리기"),
    "explain.guided": ("guided gradient", "안내 기울기"),
    "explain.page_lead": (
        "For each layer the channels that answer most strongly, each by the {n} patches of different pictures that excite "
        "it most, as large as what one of its units sees; grey is beyond the picture's border, and the number is its mean answer to them. Open a channel to see what "
        "in those patches excites it, and a picture made to excite it.",
        "층마다 가장 강하게 반응하는 채널을 보여 줍니다. 각 채널은 자신을 가장 크게 자극하는, 서로 다른 그림의 조각 {n}개로 나타내며 조각의 "
        "크기는 유닛 하나가 보는 범위입니다. 회색은 그림 바깥이고, 숫자는 조각들에 대한 평균 반응입니다. 채널을 열면 조각에서 무엇이 자극했는지와 그 채널을 자극하도록 만든 "
        "그림이 보입니다.",
    ),
    "explain.page_some": (
        "To keep this page below {size} MB it shows {shown} of {all} channels.",
        "이 페이지를 {size}MB 아래로 유지하기 위해 채널 {all}개 중 {shown}개를 보여 줍니다.",
    ),
    "explain.page_filters": ("Filters of the first layer", "첫 층의 필터"),
    "explain.page_layers": ("Layers", "층"),
    "explain.page_shape": ("{channels} channels of {h} × {w}", "채널 {channels}개, {h} × {w}"),
    "explain.page_field": ("a unit sees {h} × {w} pixels", "유닛 하나가 {h} × {w} 픽셀을 봅니다"),
    "explain.page_whole": ("a unit sees the whole picture", "유닛 하나가 그림 전체를 봅니다"),
    "explain.page_channel": ("channel {channel}", "채널 {channel}"),
    "explain.page_patches": (
        "patches that excite channel {channel} most",
        "채널 {channel}을(를) 가장 크게 자극하는 조각",
    ),
    "explain.page_back": ("what in them does", "자극한 부분"),
    "explain.page_made": ("made to excite it", "자극하도록 만든 그림"),
    "explain.page_open": ("Open all", "모두 열기"),
    "explain.page_close": ("Close all", "모두 닫기"),
    "explain.page_footer": (
        "Written by makebelieve. Fields are found by probing; reconstructions go back through rectifiers guided by what "
        "speaks for the unit.",
        "makebelieve가 만든 페이지입니다. 보는 범위는 네트워크를 탐사하여 구했고, 자극한 부분은 유닛을 지지하는 신호만 되돌려 구했습니다.",
    ),
}
