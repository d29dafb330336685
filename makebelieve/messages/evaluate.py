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
}
