"""What the gan room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "gan.side": (
        "The networks dcgan and resnet make square pictures of 16 to 64 pixels whose side is a multiple of 4, and these "
        "are {height}×{width}: give the data a size= such as 28, 32 or 64, or take the network mlp, for any size.",
        "dcgan과 resnet 네트워크는 한 변이 4의 배수인 16~64픽셀 정사각형 그림을 만드는데, 받은 그림은 "
        "{height}×{width}입니다. 데이터에 size=28, 32, 64처럼 크기를 지정하거나 크기 제한이 없는 mlp 네트워크를 사용하십시오.",
    ),
    "gan.labels_needed": (
        "These networks are conditional on a label and were called without one: give y, class indices of shape (n,).",
        "이 네트워크는 레이블을 조건으로 받는데 레이블 없이 호출되었습니다. 클래스 번호 y (n,)를 넘겨 주십시오.",
    ),
    "gan.empty_group": (
        "The group {name} is {given}; give at least one picture's number, counted from 0.",
        "{name} 묶음이 {given}입니다. 0부터 세는 그림 번호를 하나 이상 주십시오.",
    ),
    "gan.recipe_name": (
        'recipe="{given}" was given; pass the function itself, such as mb.recipes.hinge (there are: {known}).',
        'recipe="{given}"이(가) 주어졌습니다. mb.recipes.hinge처럼 함수 자체를 넘겨 주십시오(있는 것: {known}).',
    ),
    "gan.not_pictures": (
        "The data have items of shape {shape}; a GAN needs pictures (channels, height, width), as mb.images gives.",
        "데이터 항목의 모양이 {shape}입니다. GAN에는 mb.images가 주는 (채널, 높이, 너비) 그림이 필요합니다.",
    ),
    "gan.noise": (
        'noise="{given}" was given; z is "gaussian" or "uniform".',
        'noise="{given}"이(가) 주어졌습니다. z는 "gaussian" 또는 "uniform"입니다.',
    ),
    "gan.no_labels": (
        "conditional=True needs labels, and these data have none; make them with labels=.",
        "conditional=True에는 레이블이 필요한데 이 데이터에는 없습니다. labels=로 만들어 주십시오.",
    ),
    "gan.recipe_option": (
        "{name} was asked for, but the recipe {recipe} has no such option.",
        "{name}이(가) 주어졌지만 {recipe} 레시피에는 그런 옵션이 없습니다.",
    ),
    "gan.share": (
        "{name}={given} was given; it is a share of 0 or more and below {most}.",
        "{name}={given}이(가) 주어졌습니다. 0 이상 {most} 미만의 비율이어야 합니다.",
    ),
    "gan.network": (
        'network="{given}" is not known; it is one of {known}, or a pair of your own (generator, critic).',
        'network="{given}"은(는) 알 수 없습니다. {known} 중 하나이거나 직접 만든 (generator, critic) 쌍이어야 합니다.',
    ),
    "gan.no_classes": (
        "The recipe {recipe} tells classes apart, and these data have fewer than two; make them with labels=.",
        "{recipe} 레시피는 클래스를 구별하는데 이 데이터에는 클래스가 둘 미만입니다. labels=로 만들어 주십시오.",
    ),
    "gan.few_labels": (
        "conditional=True with the recipe {recipe} needs every label, and labelled= hides most of them: leave labelled "
        "out, or take mb.recipes.semi_supervised.",
        "{recipe} 레시피의 conditional=True에는 모든 레이블이 필요한데 labelled=가 대부분을 숨깁니다. labelled를 빼거나 "
        "mb.recipes.semi_supervised를 사용하십시오.",
    ),
    "gan.no_features": (
        "The recipe {recipe} matches features, so a critic of your own needs features_of(x) and logits_of(features) "
        "beside forward, as mb.gan's own critics have.",
        "{recipe} 레시피는 특징을 맞추므로 직접 만든 critic에는 mb.gan의 critic처럼 forward 외에 features_of(x)와 "
        "logits_of(features)가 필요합니다.",
    ),
    "gan.tells_no_classes": (
        "predict names classes, but with the recipe {recipe} the critic only tells real from fake; train with "
        "mb.recipes.semi_supervised.",
        "predict는 클래스를 알려 주는데 {recipe} 레시피의 critic은 진짜와 가짜만 구별합니다. mb.recipes.semi_supervised로 "
        "학습해 주십시오.",
    ),
    "gan.batch_size": (
        "A batch of {given} in {accumulate} part(s) is too small: each part needs 2 pictures or more.",
        "배치 {given}을(를) {accumulate}개로 나누면 너무 작습니다. 부분마다 그림이 2장 이상 필요합니다.",
    ),
}
