"""What the vae room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "vae.side": (
        "The network conv makes square pictures of 8 to 128 pixels whose side is a multiple of 4, and these are "
        "{height}×{width}: give the data a size= such as 28, 32 or 64, or take the network dense, for any size.",
        "conv 네트워크는 한 변이 4의 배수인 8~128픽셀 정사각형 그림을 만드는데, 받은 그림은 {height}×{width}입니다. "
        "데이터에 size=28, 32, 64처럼 크기를 지정하거나 크기 제한이 없는 dense 네트워크를 사용하십시오.",
    ),
    "vae.labels_needed": (
        "These networks are conditional on a label and were called without one: give y, class indices of shape (n,).",
        "이 네트워크는 레이블을 조건으로 받는데 레이블 없이 호출되었습니다. 클래스 번호 y (n,)를 넘겨 주십시오.",
    ),
    "vae.points": (
        "Points of shape {given} were given; z has {latent} numbers, so give (n, {latent}).",
        "모양이 {given}인 점들이 주어졌습니다. z의 크기가 {latent}이므로 (n, {latent}) 모양으로 주십시오.",
    ),
    "vae.both_ends": (
        "Only one end of the ways was given; give both starts= and ends=, or neither for points of the prior.",
        "길의 한쪽 끝만 주어졌습니다. starts=와 ends=를 모두 주거나, 사전분포의 점을 쓰려면 둘 다 생략하십시오.",
    ),
    "vae.as_many_ends": (
        "{starts} pictures to start from and {ends} to end with were given; give as many of both.",
        "시작 그림 {starts}장과 끝 그림 {ends}장이 주어졌습니다. 같은 수로 주십시오.",
    ),
    "vae.concept": (
        'A concept is found from a class of the data, concept("3"), or from two groups of pictures, '
        "concept(having=…, lacking=…): give one or the other.",
        '개념은 concept("3")처럼 데이터의 클래스에서 찾거나 concept(having=…, lacking=…)처럼 두 그림 묶음에서 찾습니다. '
        "둘 중 하나를 주십시오.",
    ),
    "vae.no_classes": (
        "{name} was asked for as a class, but the data have no labels to find it by; give groups of pictures instead.",
        "{name}을(를) 클래스로 요청했지만 그것을 찾을 레이블이 데이터에 없습니다. 대신 그림 묶음을 주십시오.",
    ),
    "vae.empty_group": (
        "The group {name} is empty; give at least one picture.",
        "{name} 묶음이 비어 있습니다. 그림을 한 장 이상 주십시오.",
    ),
    "vae.not_conditional": (
        "p(y | x) needs a model of p(x | y), and this one was made without labels; make it with conditional=True.",
        "p(y | x)를 구하려면 p(x | y) 모델이 필요한데 이 모델은 레이블 없이 만들어졌습니다. conditional=True로 만들어 주십시오.",
    ),
    "vae.prior": (
        "A prior of {given} numbers was given; give one for each of the {classes} classes.",
        "숫자 {given}개의 사전확률이 주어졌습니다. 클래스 {classes}개에 하나씩 주십시오.",
    ),
    "vae.likelihood": (
        'likelihood="{given}" was given; it is "bernoulli" or "gaussian".',
        'likelihood="{given}"이(가) 주어졌습니다. "bernoulli" 또는 "gaussian"이어야 합니다.',
    ),
    "vae.not_negative": (
        "{name}={given} was given; it is a number of 0 or more.",
        "{name}={given}이(가) 주어졌습니다. 0 이상의 수여야 합니다.",
    ),
    "vae.warm_up": (
        "warm_up={given} was given; it is a whole number of steps, such as 1000, or 0 for none.",
        "warm_up={given}이(가) 주어졌습니다. 1000처럼 단계 수를 나타내는 정수이며, 쓰지 않으려면 0입니다.",
    ),
    "vae.binarise": (
        'binarise=True draws pixels as 0 or 1, which only likelihood="bernoulli" is for; leave one of the two out.',
        'binarise=True는 픽셀을 0 또는 1로 뽑으며 likelihood="bernoulli"에서만 쓸 수 있습니다. 둘 중 하나를 빼 주십시오.',
    ),
    "vae.not_pictures": (
        "The data have items of shape {shape}; a VAE needs pictures (channels, height, width), as mb.images gives.",
        "데이터 항목의 모양이 {shape}입니다. VAE에는 mb.images가 주는 (채널, 높이, 너비) 그림이 필요합니다.",
    ),
    "vae.no_labels": (
        "conditional=True needs labels, and these data have none; make them with labels=.",
        "conditional=True에는 레이블이 필요한데 이 데이터에는 없습니다. labels=로 만들어 주십시오.",
    ),
    "vae.hidden_labels": (
        "conditional=True needs the label of every training picture, and labelled= hides most of them; leave one out.",
        "conditional=True에는 모든 훈련 그림의 레이블이 필요한데 labelled=가 대부분을 가립니다. 둘 중 하나를 빼 주십시오.",
    ),
    "vae.network": (
        'network="{given}" is not known; it is one of {known}, or a pair of your own (encoder, decoder).',
        'network="{given}"은(는) 알 수 없습니다. {known} 중 하나이거나 직접 만든 (encoder, decoder) 쌍이어야 합니다.',
    ),
    "vae.outside": (
        "The data have values from {low} to {high}, and a VAE's pixels are in [0, 1]; use mb.images, which scales "
        "them, or scale them yourself.",
        "데이터의 값이 {low}에서 {high} 사이인데 VAE의 픽셀은 [0, 1]이어야 합니다. 값을 맞추어 주는 mb.images를 쓰거나 "
        "직접 크기를 맞추어 주십시오.",
    ),
}
