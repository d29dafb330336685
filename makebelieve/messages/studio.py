"""What the studio's server says: key: (English, Korean). What the page says lies with the page, in static/words/."""

MESSAGES: dict[str, tuple[str, str]] = {
    "studio.help": (
        "Open the studio: a page on this machine where you train, watch and play with every system.",
        "스튜디오를 엽니다. 이 컴퓨터의 웹 페이지에서 모든 시스템을 학습시키고 지켜보고 다루어 볼 수 있습니다.",
    ),
    "studio.help_folders": (
        "Folders whose pictures, texts or sounds may be trained on; none by default.",
        "학습에 쓸 그림, 글, 소리가 있는 폴더입니다. 기본값은 없음입니다.",
    ),
    "studio.help_runs": ("The folder of runs.", "실행이 저장되는 폴더입니다."),
    "studio.help_host": (
        "The address to listen on; anything but this machine's own lets others in who know the token.",
        "접속을 받을 주소입니다. 이 컴퓨터 밖의 주소이면 토큰을 아는 다른 사람도 들어올 수 있습니다.",
    ),
    "studio.help_port": ("The port; 0 takes a free one.", "포트입니다. 0이면 비어 있는 포트를 씁니다."),
    "studio.help_open": ("Open the page in the browser.", "브라우저에서 페이지를 엽니다."),
    "studio.listening": (
        "The studio is open at {url} (Ctrl-C closes it; training goes on where it was the next time).",
        "스튜디오가 {url} 에서 열렸습니다. Ctrl-C로 닫으며, 학습은 다음에 멈춘 곳에서 이어집니다.",
    ),
    "studio.ended": ("The studio is closed.", "스튜디오를 닫았습니다."),
    "studio.no_folder": (
        "{path} is no folder; give folders that exist, or none.",
        "{path}은(는) 폴더가 아닙니다. 있는 폴더를 주거나 생략하십시오.",
    ),
    "studio.open_elsewhere": (
        "A studio is open for {path} already (process {pid}); close that one, or give another folder of runs with --runs.",
        "{path}에는 이미 스튜디오가 열려 있습니다(프로세스 {pid}). 그것을 닫거나 --runs로 다른 폴더를 지정하십시오.",
    ),
    "studio.no_route": ("There is nothing at this address.", "이 주소에는 아무것도 없습니다."),
    "studio.no_method": ("This address can't be asked in that way.", "이 주소에는 그런 방식으로 요청할 수 없습니다."),
    "studio.malformed": ("The request can't be read.", "요청을 읽을 수 없습니다."),
    "studio.value": (
        "{place} was given {given}: {why}.",
        "{place}에 {given}이(가) 주어졌습니다: {why}.",
    ),
    "studio.broken": (
        "Something broke in the studio itself; its terminal says what. Nothing that was trained is lost.",
        "스튜디오 자체에서 문제가 생겼습니다. 터미널에 내용이 적혀 있으며, 학습한 것은 잃지 않습니다.",
    ),
    "studio.broken_log": (
        "An error of the kind {kind} broke a request.",
        "{kind} 종류의 오류로 요청이 처리되지 못했습니다.",
    ),
}
