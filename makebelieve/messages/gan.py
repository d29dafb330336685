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
}
