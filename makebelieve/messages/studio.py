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
    "studio.ending": (
        "The studio closes; what is being trained is saved first, which may take some seconds.",
        "스튜디오를 닫습니다. 학습 중인 것을 먼저 저장하므로 몇 초 걸릴 수 있습니다.",
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
    # uploads: what is refused as a whole
    "studio.no_upload": ("There is no such upload.", "그런 업로드가 없습니다."),
    "studio.upload_many": (
        "These are more than {most} files; upload fewer, or open the studio with their folder.",
        "파일이 {most}개를 넘습니다. 더 적게 올리거나, 그 폴더를 주고 스튜디오를 여십시오.",
    ),
    "studio.upload_total": (
        "This is more than {most} MiB once unpacked; upload less, or open the studio with the folder.",
        "풀면 {most} MiB를 넘습니다. 더 적게 올리거나, 그 폴더를 주고 스튜디오를 여십시오.",
    ),
    "studio.upload_ratio": (
        "This archive would unpack to {ratio} times its size, more than {most} times; no real data do, so it is refused.",
        "이 압축 파일은 풀면 {ratio}배가 되어 한도인 {most}배를 넘습니다. 실제 데이터는 그렇지 않으므로 받지 않습니다.",
    ),
    "studio.upload_path": (
        "A name in this upload leads elsewhere ({name}), so nothing of it is taken.",
        "업로드 안의 이름이 다른 곳을 가리킵니다({name}). 그래서 아무것도 받지 않았습니다.",
    ),
    "studio.upload_link": (
        "This archive holds something that is no file, such as a link ({name}), so nothing of it is taken.",
        "이 압축 파일에 링크처럼 파일이 아닌 것({name})이 들어 있어서 아무것도 받지 않았습니다.",
    ),
    "studio.upload_one": (
        "One picture is needed here, but the upload has {n} files, or they are none.",
        "여기에는 그림 한 장이 필요한데, 업로드에는 파일이 {n}개 있거나 그림이 아닙니다.",
    ),
    "studio.upload_parts": (
        "At most {most} files are taken at once, in a form with files.",
        "파일은 양식으로 한 번에 {most}개까지만 받습니다.",
    ),
    # uploads: why a file was skipped
    "studio.skip_kind": (
        "no file of the kind {suffix} is taken",
        "{suffix} 형식의 파일은 받지 않습니다",
    ),
    "studio.skip_large": ("it is larger than {most} MiB", "{most} MiB보다 큽니다"),
    "studio.skip_no_picture": ("it is no picture that can be read ({known})", "읽을 수 있는 그림({known})이 아닙니다"),
    "studio.skip_pixels": (
        "it has {w} × {h} pixels, more than {most} in all",
        "{w} × {h} 픽셀이어서 한도인 {most}픽셀을 넘습니다",
    ),
    "studio.skip_bomb": ("it has far more than {most} pixels", "{most}픽셀을 훨씬 넘습니다"),
    "studio.skip_no_sound": ("it is no sound that can be read", "읽을 수 있는 소리가 아닙니다"),
    "studio.skip_odd_sound": (
        "a sound of {rate} samples a second and {channels} channels can't be used",
        "초당 표본 {rate}개, 채널 {channels}개인 소리는 쓸 수 없습니다",
    ),
    "studio.skip_long_sound": ("it is longer than {minutes} minutes", "{minutes}분보다 깁니다"),
    "studio.skip_no_text": (
        "it is no text in UTF-8, UTF-16 or cp949",
        "UTF-8, UTF-16, cp949 가운데 어느 것으로도 읽을 수 없는 글입니다",
    ),
    "studio.skip_markup": ("it is a web page or a drawing in markup", "웹 페이지나 마크업으로 된 그림입니다"),
    "studio.skip_empty": ("it is empty", "비어 있습니다"),
    "studio.skip_torn": ("the archive can't be read ({why})", "압축 파일을 읽을 수 없습니다({why})"),
    "studio.skip_nested": ("it is an archive within an archive", "압축 파일 안의 압축 파일입니다"),
    "studio.skip_locked": ("it is locked with a password", "암호로 잠겨 있습니다"),
    "studio.skip_other": ("the other files are of another kind", "나머지 파일과 종류가 다릅니다"),
    "studio.skip_unwanted": ("it is not what is asked for here", "여기에서 받는 종류가 아닙니다"),
    # layers and works
    "studio.no_maps": (
        "What {network} is given can't be shown here, so its maps can't either; its graph and weights can.",
        "{network}에 들어가는 것을 여기에서 보여 줄 수 없어 맵도 보여 줄 수 없습니다. 그래프와 가중치는 볼 수 있습니다.",
    ),
    "studio.not_made": (
        "{network} makes pictures itself; none can be made to excite its channels.",
        "{network}은(는) 스스로 그림을 만드는 네트워크이므로 채널을 자극하는 그림을 따로 만들 수 없습니다.",
    ),
    "studio.not_for": (
        "A run of {system} can't do {act}.",
        "{system} 실행으로는 {act}을(를) 할 수 없습니다.",
    ),
    "studio.no_items": (
        "The data that {run} learned from can't be had again here; give a picture of your own.",
        "{run}이(가) 학습한 데이터를 여기에서 다시 불러올 수 없습니다. 가지고 있는 그림을 주십시오.",
    ),
    "studio.work_photo": (
        "A work needs a picture as its {name}; upload one.",
        "작품을 만들려면 {name} 그림이 필요합니다. 그림을 올리십시오.",
    ),
    "studio.work_no_picture": (
        "What was uploaded as {name} is gone, or has no picture in it; upload it again.",
        "{name}(으)로 올린 파일이 없거나 그 안에 그림이 없습니다. 다시 올리십시오.",
    ),
    "studio.work_weights": (
        "There are no weights of {given} in {folder}; choose a network that is here, or a run of your own.",
        "{folder}에 {given}의 가중치가 없습니다. 이 컴퓨터에 있는 네트워크나 직접 학습시킨 실행을 고르십시오.",
    ),
    "studio.work_run": (
        "{run} has no network that looks at pictures; choose a classifier, a GAN, a VAE or an autoencoder of pictures.",
        "{run}에는 그림을 보는 네트워크가 없습니다. 그림으로 학습한 분류기, GAN, VAE, 오토인코더를 고르십시오.",
    ),
    "studio.work_no_frames": (
        "{run} has no frames yet; wait for its first step.",
        "{run}에 아직 프레임이 없습니다. 첫 단계가 끝날 때까지 기다리십시오.",
    ),
    # looking at data
    "studio.look_memory": (
        "There is not enough memory for so much data at once; choose a smaller size, or fewer files.",
        "한 번에 다루기에는 메모리가 부족합니다. 더 작은 크기나 더 적은 파일을 고르십시오.",
    ),
    "studio.look_slow": (
        "Looking at these data took longer than {seconds} seconds and was given up.",
        "이 데이터를 살펴보는 데 {seconds}초가 넘게 걸려 중단하였습니다.",
    ),
    "studio.look_ended": (
        "What looked at the data broke off; it starts again at the next request.",
        "데이터를 살펴보던 프로세스가 중단되었습니다. 다음 요청에서 다시 시작됩니다.",
    ),
    # comparing
    "studio.compare_how_many": (
        "{given} runs were chosen to compare; choose 2 to {most}.",
        "비교할 실행을 {given}개 골랐습니다. 2개에서 {most}개까지 고르십시오.",
    ),
    # runs and jobs
    "studio.no_run": (
        "There is no such run; it may have been removed.",
        "그런 실행이 없습니다. 제거되었을 수 있습니다.",
    ),
    "studio.no_sample": ("The run has no such picture or text.", "이 실행에는 그런 그림이나 글이 없습니다."),
    "studio.system": (
        "There is no system called {given}; there are {known}.",
        "{given}(이)라는 시스템은 없습니다. 있는 것은 다음과 같습니다: {known}.",
    ),
    "studio.options_form": (
        "Options are names with values, and not {given}.",
        "옵션은 이름과 값의 쌍이어야 하는데 {given}이(가) 주어졌습니다.",
    ),
    "studio.option": (
        "A {system} has no option {given}; it has {known}.",
        "{system}에는 {given} 옵션이 없습니다. 있는 옵션은 다음과 같습니다: {known}.",
    ),
    "studio.option_value": (
        "{name} can't be {given}; it is: {expected}.",
        "{name}은(는) {given}일 수 없습니다. 다음이어야 합니다: {expected}.",
    ),
    "studio.option_missing": (
        "A {system} needs {name}; choose a picture for it.",
        "{system}에는 {name}이(가) 필요합니다. 그림을 고르십시오.",
    ),
    "studio.fit_form": (
        "How long to train is one of epochs, steps and minutes, and not {given}.",
        "학습 길이는 epochs, steps, minutes 중 하나여야 하는데 {given}이(가) 주어졌습니다.",
    ),
    "studio.fit_value": (
        "{name} can't be {given}; give a number above 0.",
        "{name}은(는) {given}일 수 없습니다. 0보다 큰 수를 주십시오.",
    ),
    "studio.data_of_system": (
        "A {system} learns from {known}, and not from {door}.",
        "{system}은(는) {door}이(가) 아니라 다음 데이터로 학습합니다: {known}.",
    ),
    "studio.queue_full": (
        "{most} jobs are waiting already; stop or remove some first.",
        "이미 {most}개의 작업이 기다리고 있습니다. 먼저 몇 개를 멈추거나 제거하십시오.",
    ),
    "studio.do": (
        "{given} is nothing that a run can be asked; it can be asked to {known}.",
        "실행에 {given}을(를) 요청할 수 없습니다. 요청할 수 있는 것은 다음과 같습니다: {known}.",
    ),
    "studio.players": (
        "{given} are no players of this run, or it has not begun; they are {known}.",
        "{given}은(는) 이 실행의 학습 주체가 아니거나 아직 시작하지 않았습니다. 학습 주체: {known}.",
    ),
    "studio.not_now": (
        "That can't be asked of a run that is {state}.",
        "지금 상태({state})의 실행에는 그것을 요청할 수 없습니다.",
    ),
    "studio.trainer_gone": (
        "What trained {run} was ended from outside; it can go on from its last checkpoint.",
        "{run}을(를) 학습하던 프로세스가 밖에서 종료되었습니다. 마지막 저장 지점에서 이어 갈 수 있습니다.",
    ),
    "studio.trainer_broke": (
        "Training broke ({kind}): {why}. The last checkpoint is whole, and the log in the job's folder says more.",
        "학습이 중단되었습니다({kind}): {why}. 마지막 저장 지점은 온전하며, 작업 폴더의 기록에 자세한 내용이 있습니다.",
    ),
    "studio.busy": (
        "Too much is asked for at once; try again when something of it is done.",
        "한 번에 너무 많은 요청이 들어왔습니다. 일부가 끝난 뒤 다시 시도하십시오.",
    ),
}
