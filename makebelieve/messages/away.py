"""What the command line says of exports, serving and comparisons: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "away.help_compare": (
        "Set runs side by side: settings, curves, figures.",
        "실행들을 나란히 놓습니다: 설정, 곡선, 수치.",
    ),
    "away.help_runs": ("Folders of two to eight runs.", "실행 폴더 둘에서 여덟까지."),
    "away.help_compare_out": (
        "Page to write; without it the terminal is told.",
        "쓸 페이지. 없으면 터미널에 보여 줍니다.",
    ),
    "away.compared": ("The page is {page}.", "페이지는 {page}입니다."),
    "away.help_export": (
        "Take a trained run away as a model folder: weights, configuration, model card.",
        "학습한 실행을 모델 폴더로 내보냅니다: 가중치, 구성, 모델 카드.",
    ),
    "away.help_folder": ("New folder for the model.", "모델을 둘 새 폴더."),
    "away.help_to": ("Also write the networks in this form.", "네트워크를 이 형식으로도 씁니다."),
    "away.help_licence": ("Licence of the model, for its card.", "카드에 적을 모델의 라이선스."),
    "away.help_push": (
        "Also upload it to the model hub under this name, to be seen by its owner alone.",
        "모델 허브에 이 이름으로 올리기도 합니다. 주인만 볼 수 있습니다.",
    ),
    "away.help_export_force": ("Replace an earlier export there.", "거기 있는 이전 내보내기를 바꿉니다."),
    "away.exported": ("The model is in {folder}: {files}.", "모델은 {folder}에 있습니다: {files}."),
    "away.cant_export": (
        "The run {run} is of a {system}, which makes one picture and has no model to take away.",
        "실행 {run}은(는) {system}이며 그림 한 장을 만들 뿐 내보낼 모델이 없습니다.",
    ),
    "away.help_serve": (
        "Answer requests over HTTP with a trained run, on this machine alone unless told otherwise.",
        "학습한 실행으로 HTTP 요청에 답합니다. 따로 말하지 않으면 이 컴퓨터에서만.",
    ),
    "away.help_host": (
        "Address to listen at; any but loopback needs --token-file.",
        "들을 주소. 루프백이 아니면 --token-file이 필요합니다.",
    ),
    "away.help_port": ("Port; 0 takes a free one.", "포트. 0이면 빈 포트를 씁니다."),
    "away.help_token_file": (
        "File with the token that callers must name in Authorization: Bearer.",
        "호출하는 쪽이 Authorization: Bearer로 내야 하는 토큰이 든 파일.",
    ),
    "away.help_limit": (
        "A limit of requests, such as body=1000000 or queue=32; can be given several times.",
        "요청의 한계(예: body=1000000, queue=32). 여러 번 줄 수 있습니다.",
    ),
    "away.unknown_limit": (
        "There is no limit {given!r}; did you mean {near!r}? There are: {known}.",
        "{given!r}(이)라는 한계는 없습니다. {near!r}을(를) 뜻하셨습니까? 있는 것: {known}.",
    ),
    "away.limit": (
        "--limit {given!r} is no name and number with = between; write for instance --limit queue=32.",
        "--limit {given!r}은(는) =로 이은 이름과 수가 아닙니다. 예를 들어 --limit queue=32라고 쓰십시오.",
    ),
}
