"""What the autoencoder room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "autoencoder.side": (
        "The network conv takes square pictures of 8 to 256 pixels whose side is a multiple of 4, and these are "
        "{height}×{width}: give the data a size= such as 28, 32 or 64, or take the network dense, for any size.",
        "conv 네트워크는 한 변이 4의 배수인 8~256픽셀 정사각형 그림을 받는데, 받은 그림은 {height}×{width}입니다. "
        "데이터에 size=28, 32, 64처럼 크기를 지정하거나 크기 제한이 없는 dense 네트워크를 사용하십시오.",
    ),
    "autoencoder.points": (
        "The points have shape {given}; this autoencoder decodes {expected}, as encode(pictures) gives.",
        "점의 모양이 {given}입니다. 이 오토인코더는 encode(pictures)가 주는 {expected} 모양을 복원합니다.",
    ),
    "autoencoder.no_denoiser": (
        "This autoencoder was made without noise, so it can't clean noisy pictures: make one with noise=0.55.",
        "이 오토인코더는 잡음 없이 만들어져 잡음 낀 그림을 깨끗하게 할 수 없습니다. noise=0.55로 만들어 주십시오.",
    ),
    "autoencoder.how_many": (
        "{given} pictures were asked for; ask for a whole number from 1 to 1,000,000.",
        "그림 {given}장이 요청되었습니다. 1에서 1,000,000까지의 정수를 주십시오.",
    ),
    "autoencoder.empty_part": (
        'The part "{part}" of the data has no pictures: take the other one, or give the data a valid= above 0.',
        '데이터의 "{part}" 부분에 그림이 없습니다. 다른 부분을 쓰거나 데이터에 0보다 큰 valid=를 지정하십시오.',
    ),
    "autoencoder.corruption": (
        'corruption="{given}" was given; it is one of {known}.',
        'corruption="{given}"이(가) 주어졌습니다. {known} 중 하나여야 합니다.',
    ),
    "autoencoder.deviation": (
        "noise={given} was given; for Gaussian noise it is a standard deviation from 0 (none) to {most}, such as 0.55.",
        "noise={given}이(가) 주어졌습니다. 가우스 잡음에서는 0(없음)에서 {most}까지의 표준편차이며, 예를 들어 0.55입니다.",
    ),
    "autoencoder.share": (
        'noise={given} was given; with corruption="{corruption}" it is the share of values to spoil, from 0 (none) to '
        "below 1, such as 0.25.",
        'noise={given}이(가) 주어졌습니다. corruption="{corruption}"에서는 망가뜨릴 값의 비율로, '
        "0(없음) 이상 1 미만이며 예를 들어 0.25입니다.",
    ),
    "autoencoder.not_pictures": (
        "The data have items of shape {shape}; an autoencoder needs pictures (channels, height, width), as mb.images "
        "gives.",
        "데이터 항목의 모양이 {shape}입니다. 오토인코더에는 mb.images가 주는 (채널, 높이, 너비) 그림이 필요합니다.",
    ),
    "autoencoder.outside": (
        "The pictures have values from {low} to {high}; an autoencoder gives values in [0, 1], so scale them into it.",
        "그림의 값이 {low}에서 {high}까지입니다. 오토인코더는 [0, 1] 안의 값을 주므로 그 범위로 맞추어 주십시오.",
    ),
    "autoencoder.network": (
        'network="{given}" is not known; it is one of {known}, or a pair of your own (encoder, decoder).',
        'network="{given}"은(는) 알 수 없습니다. {known} 중 하나이거나 직접 만든 (encoder, decoder) 쌍이어야 합니다.',
    ),
    "autoencoder.own_networks": (
        "Pictures of shape {shape} do not come back from these networks in that shape ({reason}): encoder(x) gives "
        "z, and decoder(z) gives pictures of the same shape as x.",
        "{shape} 모양의 그림이 이 네트워크를 거쳐 같은 모양으로 돌아오지 않습니다({reason}). encoder(x)는 z를, "
        "decoder(z)는 x와 같은 모양의 그림을 주어야 합니다.",
    ),
}
