"""What the style room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "style.one_picture": (
        "One picture was expected, (c, h, w) as a tensor or (h, w, c) as an array, and the shape {shape} was given; hand "
        "over one at a time.",
        "그림 한 장(텐서는 (c, h, w), 배열은 (h, w, c))이 필요한데 모양이 {shape}인 것이 주어졌습니다. 한 번에 한 장씩 주십시오.",
    ),
    "style.one_or_several": (
        "Give either style=, one picture, or styles=, several; exactly one of the two.",
        "그림 한 장을 주는 style=과 여러 장을 주는 styles= 중 정확히 하나만 주십시오.",
    ),
    "style.shares": (
        "The shares of the styles are {given}; there is at least one style, and each share is a number above 0, such as "
        'styles=[("a.jpg", 2), ("b.jpg", 1)].',
        '스타일의 비중이 {given}입니다. 스타일은 하나 이상이고 각 비중은 0보다 큰 수여야 합니다. 예: styles=[("a.jpg", 2), '
        '("b.jpg", 1)].',
    ),
    "style.masks": (
        "{masks} masks were given for {styles} styles; give one a style, or leave out the last, which then goes where the "
        "others do not.",
        "스타일 {styles}개에 마스크 {masks}개가 주어졌습니다. 스타일마다 하나씩 주거나 마지막 하나를 빼십시오. 그러면 마지막 스타일은 나머지 영역에 "
        "적용됩니다.",
    ),
    "style.mask_shape": (
        "Mask {i} is {height} × {width} and the content {h} × {w}: give a mask of the same proportions, of any size.",
        "마스크 {i}은(는) {height} × {width}이고 내용 그림은 {h} × {w}입니다. 크기는 달라도 되지만 비율이 같은 마스크를 주십시오.",
    ),
    "style.mask_empty": (
        "Mask {i} is black, or the others leave nothing for it: its style would go nowhere; white is where a style goes.",
        "마스크 {i}이(가) 검거나 다른 마스크가 남긴 곳이 없어 그 스타일이 적용될 곳이 없습니다. 스타일이 적용될 곳을 희게 칠하십시오.",
    ),
    "style.weight": (
        "{name}={given} was given; a weight is a number from 0 up.",
        "{name}={given}이(가) 주어졌습니다. 가중치는 0 이상의 수여야 합니다.",
    ),
    "style.no_weight": (
        "content_weight and style_weight are both 0, so there is nothing to come near: give at least one of them.",
        "content_weight와 style_weight가 모두 0이라 가까워질 대상이 없습니다. 둘 중 하나는 0보다 크게 주십시오.",
    ),
    "style.one_of": (
        "{name}={given!r} was given; it is one of {known}.",
        "{name}={given!r}이(가) 주어졌습니다. {known} 중 하나여야 합니다.",
    ),
    "style.whole": (
        "{name}={given!r} was given; it is a whole number from {least} up.",
        "{name}={given!r}이(가) 주어졌습니다. {least} 이상의 정수여야 합니다.",
    ),
    "style.steps": (
        "steps={given!r} was given; it is a whole number from 1 up, or a list of one a scale.",
        "steps={given!r}이(가) 주어졌습니다. 1 이상의 정수이거나 크기 단계마다 하나씩인 목록이어야 합니다.",
    ),
    "style.scales": (
        "scales={given} would begin with a picture of {height} × {width} pixels, too small for these layers; give fewer.",
        "scales={given}이면 {height} × {width} 픽셀에서 시작하는데, 이 층들에는 너무 작습니다. 더 적게 주십시오.",
    ),
    "style.steps_scales": (
        "steps={given} names {count} numbers and there are {scales} scales; give one a scale, the coarsest first, or set "
        "scales={count}.",
        "steps={given}에는 수가 {count}개인데 크기 단계는 {scales}개입니다. 가장 작은 크기부터 단계마다 하나씩 주거나 scales={count}로 "
        "하십시오.",
    ),
    "style.which_layers": (
        "Which layers of {network} show content and which show style is not known: name them with content_layers= and "
        "style_layers=, as mb.layers lists them.",
        "{network}에서 어느 층이 내용을, 어느 층이 스타일을 나타내는지 알 수 없습니다. mb.layers가 보여 주는 이름으로 content_layers=와 "
        "style_layers=를 지정하십시오.",
    ),
    "style.layers": (
        "{name}={given!r} was given; it is the name of a layer, several, or {{name: share}} with shares above 0.",
        "{name}={given!r}이(가) 주어졌습니다. 층 이름 하나나 여럿, 또는 비중이 0보다 큰 {{이름: 비중}}이어야 합니다.",
    ),
    "style.disk": (
        "The run's folder {run} can't be written ({why}); this is the picture so far.",
        "실행 폴더 {run}에 쓸 수 없습니다({why}). 지금까지의 그림을 돌려드립니다.",
    ),
    "style.memory": (
        "This needs about {needed} MB of memory at {height} × {width} besides the program itself.",
        "{height} × {width}에서 프로그램 자체 외에 메모리가 약 {needed}MB 필요합니다.",
    ),
    "style.memory_short": (
        "This needs about {needed} MB of memory at {height} × {width}, and {free} MB are free; a smaller size= needs less.",
        "{height} × {width}에서 메모리가 약 {needed}MB 필요한데 {free}MB가 남아 있습니다. size=를 줄이면 덜 필요합니다.",
    ),
}
