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
    "gan.how_many": (
        "{given} pictures were asked for; ask for a whole number from 1 to 1,000,000.",
        "그림 {given}장이 요청되었습니다. 1에서 1,000,000까지의 정수를 주십시오.",
    ),
    "gan.truncation": (
        "truncation={given} was given; it is a number above zero (smaller means more typical pictures), or None.",
        "truncation={given}이(가) 주어졌습니다. 0보다 큰 수(작을수록 전형적인 그림) 또는 None이어야 합니다.",
    ),
    "gan.not_conditional": (
        "label={label} was asked for, but this GAN was made without labels; make it with conditional=True.",
        "label={label}이(가) 요청되었지만 이 GAN은 레이블 없이 만들어졌습니다. conditional=True로 만들어 주십시오.",
    ),
    "gan.label_count": (
        "{given} labels were given for {n} pictures; give one for all, or one for each.",
        "그림 {n}장에 레이블 {given}개가 주어졌습니다. 모두에 하나를 주거나 그림마다 하나씩 주십시오.",
    ),
    "gan.unknown_label": (
        "There is no class {label}; the classes are: {known}.",
        "{label} 클래스는 없습니다. 클래스는 다음과 같습니다: {known}.",
    ),
    "gan.interpolate_steps": (
        "steps={given} was given; a way from one picture to another has at least 2.",
        "steps={given}이(가) 주어졌습니다. 한 그림에서 다른 그림으로 가려면 적어도 2가 필요합니다.",
    ),
    "gan.expression": (
        'The expression "{given}" is not names with + and - between them, such as "a - b + c".',
        '"{given}"은(는) "a - b + c"처럼 이름을 +와 -로 이은 식이 아닙니다.',
    ),
    "gan.unknown_group": (
        'The expression names a group "{name}" that was not given; given are: {known}.',
        '식에 나온 "{name}" 묶음이 주어지지 않았습니다. 주어진 것: {known}.',
    ),
    "gan.empty_group": (
        "The group {name} is {given}; give at least one picture's number, counted from 0.",
        "{name} 묶음이 {given}입니다. 0부터 세는 그림 번호를 하나 이상 주십시오.",
    ),
    "gan.other_shape": (
        "The pictures have shape {given}; this GAN was made for {expected}.",
        "그림의 모양이 {given}입니다. 이 GAN은 {expected}에 맞추어 만들어졌습니다.",
    ),
    "gan.recipe_name": (
        'recipe="{given}" was given; pass the function itself, such as mb.recipes.hinge (there are: {known}).',
        'recipe="{given}"이(가) 주어졌습니다. mb.recipes.hinge처럼 함수 자체를 넘겨 주십시오(있는 것: {known}).',
    ),
    "gan.not_pictures": (
        "The data have items of shape {shape}; a GAN needs pictures (channels, height, width), as mb.images gives.",
        "데이터 항목의 모양이 {shape}입니다. GAN에는 mb.images가 주는 (채널, 높이, 너비) 그림이 필요합니다.",
    ),
    "gan.latent": (
        "latent={given} was given; the size of z is a whole number from 1 to 65,536, such as 64.",
        "latent={given}이(가) 주어졌습니다. z의 크기는 64처럼 1에서 65,536까지의 정수입니다.",
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
    "gan.label_needed": (
        "This GAN is conditional, so it needs to be told the class: pass label=.",
        "이 GAN은 레이블을 조건으로 하므로 클래스를 알려 주어야 합니다. label=을 넘겨 주십시오.",
    ),
    "gan.not_data": (
        "The data given are {given}; pass what mb.images(…) gives.",
        "데이터로 {given}이(가) 주어졌습니다. mb.images(…)가 주는 것을 넘겨 주십시오.",
    ),
    "gan.batch_size": (
        "A batch of {given} in {accumulate} part(s) is too small: each part needs 2 pictures or more.",
        "배치 {given}을(를) {accumulate}개로 나누면 너무 작습니다. 부분마다 그림이 2장 이상 필요합니다.",
    ),
    "gan.own_parts": (
        "The run has a recipe or networks of the program's own, which a file can't hold; make them there and call "
        "learn.resume(run).",
        "실행에 프로그램이 직접 만든 레시피나 네트워크가 있어 파일에 담을 수 없습니다. 그 프로그램에서 만들고 learn.resume(run)을 불러 주십시오.",
    ),
}
