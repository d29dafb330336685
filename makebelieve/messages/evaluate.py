"""What the evaluate room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "evaluate.features_shape": (
        "Features must be of shape (n, d) with at least two rows, and these are {shape}.",
        "특징은 두 행 이상인 (n, d) 모양이어야 하는데, 받은 특징의 모양은 {shape}입니다.",
    ),
    "evaluate.features_finite": (
        "{count} of the features are not finite numbers: look for a network that has diverged.",
        "특징 중 {count}개가 유한한 수가 아닙니다. 발산한 네트워크가 있는지 확인하십시오.",
    ),
    "evaluate.widths_differ": (
        "The two sets have features of different widths, {first} and {second}: take both from the same network and layer.",
        "두 집합의 특징 폭이 {first}과 {second}로 서로 다릅니다. 둘 다 같은 네트워크의 같은 층에서 구하십시오.",
    ),
    "evaluate.figure": ("figure", "수치"),
    "evaluate.value": ("value", "값"),
    "evaluate.floor": ("floor (real against real)", "바닥값 (실제 대 실제)"),
    "evaluate.protocol": ("measured so:", "측정 방법:"),
    "evaluate.empty_table": (
        "There are no figures to set side by side; give at least one, as table({{'name': figures}}).",
        "나란히 놓을 수치가 없습니다. table({{'이름': figures}})처럼 하나 이상 주십시오.",
    ),
    "evaluate.other_protocol": (
        "Figures of {first!r} and {second!r} were measured differently ({what} is {one!r} and {other!r}) and share no "
        "table; evaluate both alike.",
        "{first!r}와(과) {second!r}의 수치는 측정 방법이 달라({what}: {one!r}, {other!r}) 한 표에 둘 수 없습니다. 둘을 같은 방법으로 "
        "평가하십시오.",
    ),
    "evaluate.few_pictures": (
        "{given} pictures were given and {wanted} are needed; give more, or ask for a smaller n.",
        "그림이 {given}장 주어졌는데 {wanted}장이 필요합니다. 더 주거나 n을 줄이십시오.",
    ),
    "evaluate.at_least_one": (
        "{name} was given {given!r}; it is a whole number from 1 up.",
        "{name}에 {given!r}이(가) 주어졌습니다. 1 이상의 정수여야 합니다.",
    ),
    "evaluate.features_few": (
        "{given} rows of features were given, and at least {least} rows are needed; take more samples.",
        "특징이 {given}행 주어졌는데 {least}행 이상이 필요합니다. 샘플을 더 만드십시오.",
    ),
    "evaluate.subsets": (
        "A kernel distance was asked for with {subsets} subsets of {size}; it takes at least one subset of at least two.",
        "커널 거리에 크기 {size}인 부분집합 {subsets}개가 주어졌습니다. 크기 2 이상인 부분집합이 하나 이상 필요합니다.",
    ),
    "evaluate.no_predictions": (
        "There are {samples} samples and {real} real items to count classes of; both need at least one.",
        "클래스를 셀 샘플이 {samples}개, 실제 항목이 {real}개입니다. 둘 다 하나 이상이어야 합니다.",
    ),
    "evaluate.no_class_in_common": (
        "Samples and data have no class with at least two of both, so that there is no diversity to compare; take more.",
        "샘플과 데이터에 각각 두 개 이상 있는 공통 클래스가 없어 다양성을 비교할 수 없습니다. 더 많이 만드십시오.",
    ),
    "evaluate.pairs": (
        "Pictures {pictures} and targets {targets} must be of one shape (n, c, h, w) with at least one picture.",
        "그림 {pictures}와(과) 목표 {targets}는 한 장 이상인 같은 (n, c, h, w) 모양이어야 합니다.",
    ),
}
