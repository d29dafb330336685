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
        "Samples and data have no class in common that is not rare, so that there is no diversity to compare; take more.",
        "샘플과 데이터에 드물지 않은 공통 클래스가 없어 다양성을 비교할 수 없습니다. 더 많이 만드십시오.",
    ),
    "evaluate.pairs": (
        "Pictures {pictures} and targets {targets} must be of one shape (n, c, h, w) with at least one picture.",
        "그림 {pictures}와(과) 목표 {targets}는 한 장 이상인 같은 (n, c, h, w) 모양이어야 합니다.",
    ),
    "evaluate.other_network": (
        "{path} has no tensor {name} of shape {shape}: it is not the Inception network; delete it, and it is fetched anew.",
        "{path}에 모양이 {shape}인 텐서 {name}이(가) 없어 Inception 네트워크가 아닙니다. 파일을 지우면 다시 받습니다.",
    ),
    "evaluate.cache_refused": (
        "{folder}, where weights of feature networks are kept, can't be used ({why}); mend that, or set XDG_CACHE_HOME to "
        "another place.",
        "특징 네트워크의 가중치를 두는 {folder}을(를) 쓸 수 없습니다({why}). 원인을 고치거나 XDG_CACHE_HOME으로 다른 위치를 지정하십시오.",
    ),
    "evaluate.training_features": (
        "Training the feature network of {name} on {n} pictures, once: it takes less than a minute and is kept.",
        "{name}의 특징 네트워크를 그림 {n}장으로 한 번 학습합니다. 1분이 걸리지 않으며 결과를 보관합니다.",
    ),
    "evaluate.no_classes": (
        "The features {name!r} tell no classes; take those of the data set, features='auto'.",
        "특징 {name!r}(으)로는 클래스를 알 수 없습니다. 데이터 세트의 특징(features='auto')을 쓰십시오.",
    ),
    "evaluate.classes_missing": (
        "Collapsed: {found} of {classes} classes have at least a fifth of their fair share, and coverage is {coverage} where "
        "real pictures have {floor}; precision ({precision}) does not see that.",
        "붕괴했습니다. 클래스 {classes}개 중 {found}개만 제 몫의 5분의 1 이상 나오고, 포괄도(coverage)는 {coverage}로 실제 그림의 "
        "{floor}에 못 미칩니다. 정밀도(precision, {precision})로는 이것이 보이지 않습니다.",
    ),
    "evaluate.little_covered": (
        "Much of the data is missing: coverage is {coverage} where real pictures have {floor}; precision ({precision}) does "
        "not see that.",
        "데이터의 많은 부분이 빠져 있습니다. 포괄도(coverage)는 {coverage}로 실제 그림의 {floor}에 못 미칩니다. 정밀도(precision, "
        "{precision})로는 이것이 보이지 않습니다.",
    ),
    "evaluate.too_alike": (
        "Pictures of one class are too alike: they lie {share} as far apart as real ones.",
        "같은 클래스의 그림이 서로 너무 비슷합니다. 서로 떨어진 거리가 실제 그림의 {share}입니다.",
    ),
    "evaluate.copies_found": (
        "It copies: {share} of the samples lie as near to one training picture as only 1% of held-out pictures do.",
        "학습 그림을 베낍니다. 샘플의 {share}가 따로 떼어 둔 그림의 1%만큼만 그러할 정도로 학습 그림 하나에 가깝습니다.",
    ),
    "evaluate.all_there": (
        "Nothing is missing that was looked for: coverage is {coverage} where real pictures have {floor} (precision "
        "{precision}).",
        "확인한 범위에서 빠진 것이 없습니다. 포괄도(coverage)는 {coverage}이고 실제 그림은 {floor}입니다(정밀도 {precision}).",
    ),
    "evaluate.far": (
        "Samples can be told from real pictures: {figure} is {value}, {times} times its floor.",
        "샘플은 실제 그림과 구별됩니다. {figure}는 {value}이며 바닥값의 {times}배입니다.",
    ),
    "evaluate.near": (
        "Samples are near to real pictures: {figure} is {value}, {times} times its floor.",
        "샘플은 실제 그림에 가깝습니다. {figure}는 {value}이며 바닥값의 {times}배입니다.",
    ),
    "evaluate.fewer_than_features": (
        "{n} generated and {real} validation pictures are too few for features of {width} numbers, whose covariance they "
        "can't give: have more than {width} of both.",
        "생성한 그림 {n}장과 검증 그림 {real}장은 {width}차원 특징의 공분산을 구하기에 너무 적습니다. 둘 다 {width}장보다 많아야 합니다.",
    ),
    "evaluate.samples_shape": (
        "The generator gave pictures of shape {given} where {expected} were asked for, the data's shape.",
        "생성기가 모양이 {given}인 그림을 냈습니다. 데이터의 모양대로 {expected}여야 합니다.",
    ),
    "evaluate.samples_finite": (
        "{count} values of the generated pictures are not finite numbers: look for a network that has diverged.",
        "생성한 그림의 값 중 {count}개가 유한한 수가 아닙니다. 발산한 네트워크가 있는지 확인하십시오.",
    ),
    "evaluate.no_validation": (
        "{name} has no validation pictures to judge by; load it with valid=0.2, say.",
        "{name}에는 평가에 쓸 검증 그림이 없습니다. 예를 들어 valid=0.2로 불러오십시오.",
    ),
    "evaluate.floor_too_small": (
        "n={n} was asked for, but there are only {train} training pictures for the floor, real against real; ask for at "
        "most as many.",
        "n={n}이(가) 주어졌지만 바닥값(실제 대 실제)에 쓸 학습 그림이 {train}장뿐입니다. 그 이하로 주십시오.",
    ),
    "evaluate.unknown_features": (
        "features was given {given!r}; it is 'auto', 'fid', or a function of pictures (n, c, h, w) to features (n, d).",
        "features에 {given!r}이(가) 주어졌습니다. 'auto', 'fid', 또는 그림 (n, c, h, w)을 특징 (n, d)으로 바꾸는 함수여야 합니다.",
    ),
}
