"""What the stylizer room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "stylizer.not_pictures": (
        "A stylizer learns from pictures of 1 or 3 channels, and one item of these data has shape {shape}: give mb.images(…).",
        "스타일라이저는 채널이 1개나 3개인 그림에서 배우는데 이 데이터의 한 항목은 모양이 {shape}입니다. mb.images(…)를 주십시오.",
    ),
    "stylizer.layers": (
        "{backbone} has no usual layers for styles; name them with style_layers= and content_layer=, as mb.layers(backbone) "
        "lists them.",
        "{backbone}에는 화풍에 쓰는 정해진 층이 없습니다. mb.layers(backbone)에 나오는 이름을 style_layers=와 content_layer=로 "
        "주십시오.",
    ),
    "stylizer.style_layers": (
        "style_layers={given} was given; give one name, several, or shares by name, as mb.layers(backbone) lists them.",
        "style_layers={given}이(가) 주어졌습니다. mb.layers(backbone)에 나오는 이름을 하나 또는 여럿, 아니면 이름별 몫으로 주십시오.",
    ),
    "stylizer.share": (
        "The style layer {layer!r} was given the share {given!r}; a number above 0 is needed.",
        "화풍 층 {layer!r}에 몫 {given!r}을(를) 주었지만 0보다 큰 수가 필요합니다.",
    ),
    "stylizer.weight": (
        "{name}={given!r} was given, and a finite number is needed: above 0, and for tv_weight also 0.",
        "{name}={given!r}을(를) 주었지만 0보다 큰 유한한 수가 필요합니다. tv_weight는 0도 됩니다.",
    ),
    "stylizer.whole": (
        "{name}={given!r} was given, and a whole number from {least} to {most} is needed.",
        "{name}={given!r}을(를) 주었지만 {least}에서 {most}까지의 정수가 필요합니다.",
    ),
    "stylizer.tile": (
        "tile={given!r} was given, and a whole number of pixels from 64 is needed.",
        "tile={given!r}을(를) 주었지만 64 이상의 픽셀 수가 정수로 필요합니다.",
    ),
    "stylizer.size": (
        "size={given!r} was given, and a whole number of pixels from 1 is needed.",
        "size={given!r}을(를) 주었지만 1 이상의 픽셀 수가 정수로 필요합니다.",
    ),
    "stylizer.how_many": (
        "{given!r} pictures were asked for; ask for a whole number from 1.",
        "그림 {given!r}장이 요청되었습니다. 1 이상의 정수를 주십시오.",
    ),
    "stylizer.out": (
        "{film} is a film: say where the new one is to be written, such as stylise(film, 'painted.mp4').",
        "{film}은(는) 영상입니다. stylise(film, 'painted.mp4')처럼 새 영상을 저장할 곳을 주십시오.",
    ),
}
