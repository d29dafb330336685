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
    "studio.help_port": (
        "The port; 0 takes a free one. By default 8787, or a free one where that is taken.",
        "포트입니다. 0이면 비어 있는 포트를 씁니다. 기본값은 8787이며, 사용 중이면 비어 있는 포트를 씁니다.",
    ),
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
    "studio.no_runs": (
        "{path} can't hold runs: {why}. Give another folder with --runs.",
        "{path}에는 실행을 저장할 수 없습니다: {why}. --runs로 다른 폴더를 지정하십시오.",
    ),
    "studio.open_elsewhere": (
        "A studio is open for {path} already (process {pid}); close that one, or give another folder of runs with --runs.",
        "{path}에는 이미 스튜디오가 열려 있습니다(프로세스 {pid}). 그것을 닫거나 --runs로 다른 폴더를 지정하십시오.",
    ),
    "studio.extra_missing": (
        "The studio needs the package {package}: pip install 'makebelieve[studio]'.",
        "스튜디오에는 {package} 패키지가 필요합니다: pip install 'makebelieve[studio]'.",
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
    # exploring
    "studio.asked": (
        "{name} was given {given}, but should be one of: {expected}.",
        "{name}에 {given}이(가) 주어졌으나 다음이어야 합니다: {expected}.",
    ),
    "studio.asked_type": (
        "A request is JSON, or a form with files; this one is {given}.",
        "요청은 JSON이거나 파일이 든 양식이어야 하는데 {given}입니다.",
    ),
    "studio.asked_long": (
        "This is more than {most} MiB; send less, or smaller files.",
        "{most} MiB를 넘습니다. 더 적게 보내거나 더 작은 파일을 보내십시오.",
    ),
    "studio.unknown_act": (
        "A {system} has nothing called {act}.",
        "{system}에는 {act}(이)라는 기능이 없습니다.",
    ),
    "studio.explorer_ended": (
        "What held {run} in memory broke off; it starts again at the next request.",
        "{run}을(를) 메모리에 올려 둔 프로세스가 중단되었습니다. 다음 요청에서 다시 시작됩니다.",
    ),
    "studio.explorer_slow": (
        "That took longer than {seconds} seconds and was given up; ask for less.",
        "{seconds}초가 넘게 걸려 중단하였습니다. 더 적게 요청하십시오.",
    ),
    # data: what may be asked for
    "studio.data_form": (
        'Data are given as {{"door": …, "arguments": …}}.',
        '데이터는 {{"door": …, "arguments": …}} 형식으로 주어야 합니다.',
    ),
    "studio.data_door": (
        "There is no door {given} to data; there are: {known}.",
        "{given}(이)라는 데이터 함수는 없습니다. 있는 것은 {known}입니다.",
    ),
    "studio.data_source_missing": (
        "{door} needs {name}: a known name, an upload or a folder.",
        "{door}에는 {name}이(가) 필요합니다. 알려진 이름, 올린 파일, 폴더 가운데 하나를 주십시오.",
    ),
    "studio.data_source": (
        "{door} can't start from {given}; it takes an upload, a folder of the studio's, or a known name: {known}.",
        "{door}은(는) {given}에서 시작할 수 없습니다. 올린 파일, 스튜디오의 폴더, 또는 알려진 이름({known})을 주십시오.",
    ),
    "studio.data_argument": (
        "{door} has no option {name} here; it has: {known}.",
        "여기에서 {door}에는 {name} 옵션이 없습니다. 있는 것은 {known}입니다.",
    ),
    "studio.data_value": (
        "The option {name} of {door} can't be {given}.",
        "{door}의 옵션 {name}에는 {given}을(를) 쓸 수 없습니다.",
    ),
    # folders
    "studio.no_place": (
        "There is no such folder or file among those the studio was opened for.",
        "스튜디오를 열 때 준 폴더 안에 그런 폴더나 파일이 없습니다.",
    ),
    "studio.link_inside": (
        "The folder {folder} holds a link, {link}, and links are not followed here; put the files themselves into it.",
        "{folder} 폴더 안에 링크 {link}이(가) 있습니다. 여기에서는 링크를 따라가지 않으니 파일 자체를 넣어 주십시오.",
    ),
    "studio.folder_full": (
        "This folder holds more than {most} files; choose one below it.",
        "이 폴더에는 파일이 {most}개보다 많습니다. 그 아래 폴더를 고르십시오.",
    ),
    # the gate
    "studio.gate_token": (
        "The studio opens with the whole address that its terminal printed; the key in it is new at each start.",
        "스튜디오는 터미널에 표시된 주소 전체로 열어야 합니다. 주소에 든 열쇠는 시작할 때마다 새로 만들어집니다.",
    ),
    "studio.gate_host": (
        "The studio does not answer at {host}, but at {known}. Open the address that its terminal printed.",
        "스튜디오는 {host}에서 응답하지 않으며, 응답하는 곳은 {known}입니다. 터미널에 표시된 주소를 여십시오.",
    ),
    "studio.gate_origin": (
        "The studio answers only its own page; this was asked from elsewhere ({origin}). Open the address that its "
        "terminal printed.",
        "스튜디오는 자기 페이지의 요청에만 응답하는데, 이 요청은 다른 곳({origin})에서 왔습니다. 터미널에 표시된 주소를 여십시오.",
    ),
    "studio.gate_address": ("There can be no such address here.", "여기에는 있을 수 없는 주소입니다."),
    "studio.gate_body": (
        "A request of the kind {given} is not taken, only {known}.",
        "{given} 형식의 요청은 받지 않습니다. 받는 형식은 {known}입니다.",
    ),
    "studio.gate_large": (
        "This is more than {most} MiB; send less at once.",
        "{most} MiB를 넘습니다. 한 번에 더 적게 보내십시오.",
    ),
    # events
    "studio.events_broken": (
        "An error of the kind {kind} broke the watching of the runs; it begins again.",
        "{kind} 종류의 오류로 실행을 지켜보는 일이 끊겼습니다. 다시 시작합니다.",
    ),
}
