"""What the report room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "report.no_run": (
        "{path} is not the folder of a run: it has no config.json, no history.jsonl and no samples. Give the folder that "
        "training named, such as runs/gan-001.",
        "{path}은(는) 실행 폴더가 아닙니다. config.json, history.jsonl, 샘플이 모두 없습니다. 학습이 끝날 때 알려 준 폴더"
        "(예: runs/gan-001)를 주십시오.",
    ),
    "report.title": ("{system} on {source}", "{system} · {source}"),
    "report.unknown_system": ("Run", "실행"),
    "report.part": ("{name} {value}", "{name} {value}"),
    "report.length": ("{steps} steps, {epochs} epochs", "{steps}단계, {epochs}에포크"),
    "report.samples": ("Pictures along the way", "학습 중의 그림"),
    "report.texts": ("Texts along the way", "학습 중에 쓴 글"),
    "report.over_time": ("Over time", "학습 과정"),
    "report.step": ("step {step}", "{step}단계"),
    "report.steps": ("steps", "단계"),
    "report.evaluations": ("Evaluation", "평가"),
    "report.value": ("value", "값"),
    "report.figures": ("Final figures", "최종 수치"),
    "report.minutes": ("minutes of training", "학습 시간(분)"),
    "report.alarms": ("Warnings", "경고"),
    "report.no_alarms": (
        "None: nothing that is watched for went wrong.",
        "없습니다. 살펴본 것 가운데 잘못된 것이 없었습니다.",
    ),
    "report.curves": ("Curves", "곡선"),
    "report.fine": ("every few steps", "몇 단계마다"),
    "report.epoch_mean": ("mean of the epoch", "에포크 평균"),
    "report.valid": ("on validation data", "검증 데이터"),
    "report.looks": ("at each look", "점검할 때마다"),
    "report.data": ("Data", "데이터"),
    "report.fingerprint": ("fingerprint (SHA-256)", "지문 (SHA-256)"),
    "report.settings": ("Settings", "설정"),
    "report.versions": ("Versions", "버전"),
    "report.go_on": ("Go on from here", "이어서 하기"),
    "report.own": (
        "The network is the program's own: in that program, with the same data, network and loss,",
        "네트워크는 프로그램이 직접 만든 것입니다. 그 프로그램에서 같은 데이터, 네트워크, 손실로 이렇게 이어 갑니다.",
    ),
    "report.repeat": ("The same from the start, in Python:", "처음부터 똑같이 다시 하려면 (Python):"),
    "report.several_fits": (
        "The run was trained by {calls} calls of fit; the program trains as long in one.",
        "이 실행은 fit을 {calls}번 불러 학습했습니다. 프로그램은 같은 길이를 한 번에 학습합니다.",
    ),
    "report.scheduled": (
        "The last fit had the learning rate schedule {schedule}, which the program does not give.",
        "마지막 fit에는 학습률 스케줄 {schedule}이(가) 쓰였으며, 프로그램에는 들어 있지 않습니다.",
    ),
    "report.timed": (
        "The last fit was bounded by minutes; the program gives the steps that they were enough for.",
        "마지막 fit은 시간(분)으로 제한되었으며, 프로그램은 그동안 학습한 단계 수를 씁니다.",
    ),
    "report.comparison": ("{n} runs side by side", "실행 {n}개 비교"),
    "report.system": ("System", "시스템"),
    "report.differ": ("Settings that differ", "서로 다른 설정"),
    "report.minutes_axis": ("minutes", "분"),
    "report.seconds_axis": ("seconds", "초"),
    "report.other_data": (
        "The runs were not trained on the same data and split, so their figures compare only where the evaluation names "
        "the same protocol.",
        "실행들이 같은 데이터와 같은 분할로 학습하지 않았으므로, 수치는 평가 방법이 같다고 적힌 곳에서만 비교할 수 있습니다.",
    ),
    "report.compare_how_many": (
        "The runs given are {given}; name two to {most} different folders of runs.",
        "주어진 실행은 {given}입니다. 서로 다른 실행 폴더를 2개에서 {most}개까지 지정해 주십시오.",
    ),
    "report.footer": ("Written by makebelieve from the folder {run}.", "makebelieve가 {run} 폴더로 만든 페이지입니다."),
    "report.yes": ("yes", "예"),
    "report.no": ("no", "아니요"),
}
