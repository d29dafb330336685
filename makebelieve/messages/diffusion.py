"""What the diffusion room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "diffusion.not_pictures": (
        "The data have items of shape {shape}; a diffusion model needs pictures (channels, height, width), as mb.images "
        "gives.",
        "데이터 항목의 모양이 {shape}입니다. 확산 모델에는 mb.images가 주는 (채널, 높이, 너비) 그림이 필요합니다.",
    ),
    "diffusion.no_labels": (
        "conditional=True needs labels, and these data have none; make them with labels=.",
        "conditional=True에는 레이블이 필요한데 이 데이터에는 없습니다. labels=로 만들어 주십시오.",
    ),
    "diffusion.network": (
        'network={given} was given; it is "unet" or a torch.nn.Module of your own.',
        'network={given}이(가) 주어졌습니다. "unet"이거나 직접 만든 torch.nn.Module이어야 합니다.',
    ),
    "diffusion.own_labels": (
        "The network of your own and conditional={conditional} do not fit: a network that takes labels has an attribute "
        "`unlabelled`, the index that means no label, and one that takes none does not.",
        "직접 만든 네트워크가 conditional={conditional}과(와) 맞지 않습니다. 레이블을 받는 네트워크에는 레이블 없음을 뜻하는 번호인 "
        "`unlabelled` 속성이 있어야 하고, 받지 않는 네트워크에는 없어야 합니다.",
    ),
    "diffusion.width": (
        "width={given} was given; it is a whole number from 1 to 1,024, such as 64.",
        "width={given}이(가) 주어졌습니다. 64처럼 1에서 1,024까지의 정수여야 합니다.",
    ),
    "diffusion.unlabelled": (
        "unlabelled={given} was given; it is a share of 0 or more and below 1.",
        "unlabelled={given}이(가) 주어졌습니다. 0 이상 1 미만의 비율이어야 합니다.",
    ),
    "diffusion.side": (
        "The U-Net makes pictures of 8 to 128 pixels a side whose sides are multiples of {multiple}, and these are "
        "{height}×{width}: give the data a size= such as 28, 32 or 64.",
        "U-Net은 한 변이 8~128픽셀이고 {multiple}의 배수인 그림을 만드는데, 받은 그림은 {height}×{width}입니다. 데이터에 size=28, 32, "
        "64처럼 크기를 지정해 주십시오.",
    ),
    "diffusion.labels_needed": (
        "This network is conditional on a label and was called without one: give y, class indices of shape (n,).",
        "이 네트워크는 레이블을 조건으로 받는데 레이블 없이 호출되었습니다. 클래스 번호 y (n,)를 넘겨 주십시오.",
    ),
    "diffusion.steps": (
        "steps={given} was given; the solver takes a whole number of steps from 1 to 1,000.",
        "steps={given}이(가) 주어졌습니다. 풀이 단계 수는 1에서 1,000까지의 정수여야 합니다.",
    ),
    "diffusion.guidance": (
        "guidance={given} was given; it is a number from 0 to 100, and 1 means none.",
        "guidance={given}이(가) 주어졌습니다. 0에서 100까지의 수여야 하며 1이면 가이던스가 없습니다.",
    ),
    "diffusion.guidance_needs_labels": (
        "guidance={given} was given, but this model was made without labels; make it with conditional=True.",
        "guidance={given}이(가) 주어졌지만 이 모델은 레이블 없이 만들어졌습니다. conditional=True로 만들어 주십시오.",
    ),
    "diffusion.noise": (
        "noise={given} was given; it is the standard deviation of the noise, above 0, such as 0.55.",
        "noise={given}이(가) 주어졌습니다. 노이즈의 표준편차이므로 0.55처럼 0보다 커야 합니다.",
    ),
    "diffusion.other_shape": (
        "The pictures have shape {given}; this model was made for {expected}.",
        "그림의 모양이 {given}입니다. 이 모델은 {expected}에 맞추어 만들어졌습니다.",
    ),
}
