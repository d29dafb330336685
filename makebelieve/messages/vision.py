"""What the door to torchvision says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "vision.missing": (
        'This needs the package {package}, which is not installed: pip install "makebelieve[vision]".',
        '이 기능에는 {package} 패키지가 필요하지만 설치되어 있지 않습니다. pip install "makebelieve[vision]"로 설치하십시오.',
    ),
    "vision.absent": (
        'not installed (pip install "makebelieve[vision]")',
        '설치되어 있지 않습니다 (pip install "makebelieve[vision]")',
    ),
    "vision.matching": (
        "{version}, matches this torch",
        "{version}, 이 torch와 맞는 빌드입니다",
    ),
    "vision.mended": (
        "{version}, built for another torch and mended: transforms, models and timm work; its compiled operators and "
        "torchvision.io do not",
        "{version}, 다른 torch용 빌드라서 보정했습니다. transforms, models, timm은 동작하고 컴파일된 연산과 torchvision.io는 "
        "쓸 수 없습니다",
    ),
    "vision.broken": (
        "installed, but it can't be imported: {why}",
        "설치되어 있지만 불러올 수 없습니다: {why}",
    ),
}
