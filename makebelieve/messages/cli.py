"""What the cli room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "cli.help": (
        "Train models that make pictures, and see with your own eyes whether to believe them.",
        "그림을 만드는 모델을 학습하고, 믿을 만한지 눈으로 확인합니다.",
    ),
    "cli.help_json": (
        "Write one JSON document on standard output instead of sentences.",
        "문장 대신 JSON 문서 하나를 표준 출력에 씁니다.",
    ),
    "cli.help_version": ("Tell the version and stop.", "버전을 알려 주고 끝냅니다."),
    "cli.help_lang": (
        "Language of messages (default: MAKEBELIEVE_LANG, then the locale).",
        "메시지의 언어 (기본값: MAKEBELIEVE_LANG, 그다음 로캘).",
    ),
    "cli.help_verbose": ("Also tell what goes on inside.", "내부에서 일어나는 일도 알립니다."),
    "cli.help_demo": (
        "Train a GAN on real handwritten digits in two minutes.",
        "실제 손글씨 숫자로 2분 동안 GAN을 학습합니다.",
    ),
    "cli.help_minutes": ("How long to train, in minutes.", "학습할 시간(분)."),
    "cli.help_train": ("Train a system on your data.", "가진 데이터로 시스템을 학습합니다."),
    "cli.help_train_system": (
        "Train this system on your data: {system}. Lists are written with commas: --classes 3,7.",
        "가진 데이터로 다음 시스템을 학습합니다: {system}. 목록은 쉼표로 씁니다: --classes 3,7.",
    ),
    "cli.makes_nothing": (
        "{run} is a run of {system}, which makes nothing new; take one of gan, vae or diffusion for pictures, of language-model for texts.",
        "{run}은(는) 새로 만드는 것이 없는 {system}의 실행입니다. 그림은 gan, vae, diffusion, 글은 language-model의 실행을 주십시오.",
    ),
    "cli.not_of_system": (
        "{option} was given, but a run of {system} has no such option.",
        "{option}이(가) 주어졌지만 {system}의 실행에는 그런 옵션이 없습니다.",
    ),
    "cli.try_generate": (
        "  makebelieve generate {run} -n 100 -o more.png --seed 7\n",
        "  makebelieve generate {run} -n 100 -o more.png --seed 7\n",
    ),
    "cli.try_predict": (
        "  makebelieve predict {run} FILE\n",
        "  makebelieve predict {run} FILE\n",
    ),
    "cli.help_processes": (
        "Processes on this machine that train together, each with its share of every batch.",
        "이 컴퓨터에서 함께 학습할 프로세스의 수. 배치를 나누어 맡습니다.",
    ),
    "cli.processes": (
        "--processes is {given}; it must be 1 or more.",
        "--processes가 {given}입니다. 1 이상이어야 합니다.",
    ),
    "cli.help_kind": (
        "What the items are: pictures, sounds, series, traces (mouse tracks), binaries (bytes of files), texts or ratings.",
        "항목의 종류: pictures(그림), sounds(소리), series(시계열), traces(마우스 자취), binaries(파일의 바이트), texts(글), ratings(평점).",
    ),
    "cli.kind": (
        "--kind is {given!r}; it is one of {known}.",
        "--kind가 {given!r}입니다. {known} 가운데 하나여야 합니다.",
    ),
    "cli.help_fit": (
        "How to fit: plain, one-cycle, or fine-tune (first the head, then all). Recognisers fine-tune published weights"
        " and take one cycle otherwise.",
        "학습 방법: plain, one-cycle, fine-tune(머리 먼저, 다음 전체). 인식기는 공개 가중치가 있으면 fine-tune,"
        " 없으면 one-cycle로 배웁니다.",
    ),
    "cli.fit": (
        "--fit is {given!r}; it is one of {known}.",
        "--fit이 {given!r}입니다. {known} 가운데 하나여야 합니다.",
    ),
    "cli.fit_epochs": (
        "--fit {fit} takes --epochs alone; --steps, --minutes, --until and --patience go with --fit plain.",
        "--fit {fit}에는 --epochs만 쓸 수 있습니다. --steps, --minutes, --until, --patience는 --fit plain과 씁니다.",
    ),
    "cli.help_predict": (
        "Say what a trained recogniser sees in files or folders.",
        "학습한 인식기로 파일이나 폴더를 알아봅니다.",
    ),
    "cli.help_files": ("Files of the kind it was trained on, or folders.", "학습한 것과 같은 종류의 파일 또는 폴더."),
    "cli.help_tta": (
        "Look at so many randomly augmented forms as well.",
        "무작위로 변형한 모습도 이만큼 함께 봅니다.",
    ),
    "cli.predicts_nothing": (
        "{run} is a run of {system}, which recognises nothing; train a classifier or a regressor.",
        "{run}은(는) {system} 실행이라 알아보는 일을 하지 않습니다. classifier나 regressor를 학습하십시오.",
    ),
    "cli.nothing_read": (
        "None of the {n} files could be read; the first: {why}",
        "파일 {n}개를 하나도 읽지 못했습니다. 첫 번째: {why}",
    ),
    "cli.help_explain": (
        "Show what a recogniser's layers see, or what decided one file.",
        "인식기의 층이 무엇을 보는지, 또는 한 파일의 판단 근거를 보여 줍니다.",
    ),
    "cli.help_explain_file": (
        "One file: what decided. Without it: a page of all layers.",
        "파일 하나: 판단 근거. 없으면 모든 층의 페이지를 만듭니다.",
    ),
    "cli.help_explain_out": (
        "Picture or page to write; by default explained.png here, or layers.html in the run.",
        "쓸 그림이나 페이지. 기본은 여기의 explained.png 또는 실행 폴더의 layers.html.",
    ),
    "cli.explained": ("{text}\nPicture: {picture}", "{text}\n그림: {picture}"),
    "cli.layers": ("Layers: {page}", "층: {page}"),
    "cli.help_source": (
        "A folder of pictures or the name of a known set (see: makebelieve data list); other files with --kind.",
        "그림 폴더 또는 알려진 데이터 세트 이름 (makebelieve data list 참고). 다른 파일은 --kind와 함께.",
    ),
    "cli.help_source_any": (
        "A folder, a text or a table with the data, or the name of a known set (see: makebelieve data list).",
        "데이터가 있는 폴더, 글이나 표, 또는 알려진 데이터 세트 이름 (makebelieve data list 참고).",
    ),
    "cli.help_recipe": ("The game that is played: {known}.", "학습 방식: {known}."),
    "cli.help_resume": (
        "Finish interrupted training exactly where it stopped.",
        "중단된 학습을 멈춘 바로 그 자리에서 이어 끝냅니다.",
    ),
    "cli.help_generate": (
        "Make pictures with a trained run, or let a language model write.",
        "학습이 끝난 실행으로 그림을 만들거나 언어 모델로 글을 씁니다.",
    ),
    "cli.help_run": ("The folder of a run.", "실행 폴더."),
    "cli.help_forecast": (
        "Tell how the series of a run go on.",
        "학습이 끝난 실행의 시계열이 어떻게 이어질지 알려 줍니다.",
    ),
    "cli.help_forecast_number": (
        "How many rows [default: as many as the network gives at once].",
        "예측할 행의 수 [기본값: 네트워크가 한 번에 내는 만큼].",
    ),
    "cli.help_forecast_series": ("Which series, where there are several.", "시계열이 여럿일 때 그 이름."),
    "cli.help_forecast_out": (
        "File for the forecast: a table for .csv, else a picture.",
        "예측을 저장할 파일: .csv이면 표, 아니면 그림.",
    ),
    "cli.forecasts_nothing": (
        "{run} is a run of {system}, which makes no forecasts; take one of forecaster.",
        "{run}은(는) 예측을 하지 않는 {system}의 실행입니다. forecaster의 실행을 주십시오.",
    ),
    "cli.forecast_kept": ("The forecast is in {out}.", "예측을 {out}에 저장했습니다."),
    "cli.help_recommend": (
        "Tell what a user, or a newcomer, would like.",
        "사용자나 처음 온 사람이 좋아할 것을 알려 줍니다.",
    ),
    "cli.help_recommend_user": ("The user's id.", "사용자의 아이디."),
    "cli.help_recommend_rated": (
        "Instead of a user: what a newcomer gave an item, as 'Alien=5'; may be given several times.",
        "사용자 대신, 처음 온 사람이 준 평점. 'Alien=5'처럼 쓰며 여러 번 줄 수 있습니다.",
    ),
    "cli.help_recommend_number": ("How many.", "몇 개."),
    "cli.help_recommend_seen": (
        "Also what the user has in the training data.",
        "학습 데이터에서 이미 본 것도 포함합니다.",
    ),
    "cli.recommends_nothing": (
        "{run} is a run of {system}, which recommends nothing; take one of recommender.",
        "{run}은(는) 추천을 하지 않는 {system}의 실행입니다. recommender의 실행을 주십시오.",
    ),
    "cli.rated_form": (
        "--rated {given} can't be read: write an item and a number with = between, such as --rated 'Alien=5'.",
        "--rated {given}을(를) 읽을 수 없습니다. --rated 'Alien=5'처럼 항목과 수를 =로 이어 쓰십시오.",
    ),
    "cli.try_recommend": (
        "  makebelieve recommend {run} --user ID -n 10\n",
        "  makebelieve recommend {run} --user ID -n 10\n",
    ),
    "cli.help_text": (
        "A text itself, for a run of texts; of predict it may be given several times.",
        "글의 실행에 직접 주는 글. predict에서는 여러 번 줄 수 있습니다.",
    ),
    "cli.nothing_to_predict": (
        "{run} was given nothing to predict: name files or folders, or for a run of texts --text '…'.",
        "{run}에 예측할 것을 주지 않았습니다. 파일이나 폴더를, 글의 실행이면 --text '…'를 주십시오.",
    ),
    "cli.explain_text": (
        "{run} is a run of texts: give --text '…' or the path of a .txt file, and no --out, as the words are told here.",
        "{run}은(는) 글의 실행입니다. --text '…'나 .txt 파일의 경로를 주고 --out은 빼십시오. 낱말은 여기에 나옵니다.",
    ),
    "cli.no_picture": (
        "{name} has no pictures: leave --out away to read what it has.",
        "{name}에는 그림이 없습니다. --out을 빼면 무엇이 있는지 글로 보여 줍니다.",
    ),
    "cli.help_number": (
        "How many pictures [default: 64], or of a text how many tokens [default: 400].",
        "만들 그림의 수 [기본값: 64], 글이면 토큰의 수 [기본값: 400].",
    ),
    "cli.help_prompt": ("Of a text: what it goes on from.", "글: 이어서 쓸 첫머리."),
    "cli.help_temperature": (
        "Of a text: below 1 careful, above 1 daring, 0 always the likeliest [default: 0.5].",
        "글: 1보다 작으면 신중하게, 크면 과감하게 쓰고, 0이면 늘 가장 그럴듯한 것을 고릅니다 [기본값: 0.5].",
    ),
    "cli.help_greedy": ("Of a text: always the likeliest token.", "글: 늘 가장 그럴듯한 토큰을 고릅니다."),
    "cli.help_top_k": ("Of a text: only the k likeliest tokens.", "글: 가장 그럴듯한 토큰 k개에서만 고릅니다."),
    "cli.help_top_p": (
        "Of a text: only the likeliest tokens whose probabilities add up to p.",
        "글: 확률의 합이 p가 되는 가장 그럴듯한 토큰에서만 고릅니다.",
    ),
    "cli.help_min_p": (
        "Of a text: only tokens at least so likely, as a share of the likeliest.",
        "글: 가장 그럴듯한 토큰의 이 비율 이상인 토큰에서만 고릅니다.",
    ),
    "cli.help_repetition_penalty": (
        "Of a text: above 1, what is there already becomes less likely.",
        "글: 1보다 크면 이미 나온 것이 덜 나옵니다.",
    ),
    "cli.help_stop": (
        "Of a text: a word before which it ends; may be given several times.",
        "글: 이 낱말 앞에서 끝냅니다. 여러 번 줄 수 있습니다.",
    ),
    "cli.written": ("The text is in {out}.", "글을 {out}에 저장했습니다."),
    "cli.try_write": (
        "  makebelieve generate {run} --prompt '…' --temperature 0.5\n",
        "  makebelieve generate {run} --prompt '…' --temperature 0.5\n",
    ),
    "cli.try_forecast": ("  makebelieve forecast {run}\n", "  makebelieve forecast {run}\n"),
    "cli.usual_length": (
        "No length was given (--epochs, --steps or --minutes): {epochs} epochs are trained.",
        "길이(--epochs, --steps, --minutes)를 주지 않아 {epochs}에포크를 학습합니다.",
    ),
    "cli.help_out": (
        "File for the pictures, laid out as a grid [default: out.png], or for the text [default: the terminal].",
        "그림을 격자로 저장할 파일 [기본값: out.png], 또는 글을 저장할 파일 [기본값: 터미널].",
    ),
    "cli.help_seed": (
        "The same number gives the same pictures, or the same text, again.",
        "같은 값을 주면 같은 그림이나 글이 다시 나옵니다.",
    ),
    "cli.help_label": (
        "Which class to make, where the run was trained with --conditional.",
        "--conditional로 학습한 실행에서 만들 클래스.",
    ),
    "cli.help_truncation": (
        "The smaller (2, 1, 0.5), the more typical and the less varied the pictures.",
        "작을수록(2, 1, 0.5) 더 전형적이고 덜 다양한 그림이 나옵니다.",
    ),
    "cli.help_evaluate": (
        "Measure a trained run on held-out data, each figure beside its floor.",
        "학습이 끝난 실행을 검증 데이터로 평가하고, 수치마다 바닥값을 함께 보여 줍니다.",
    ),
    "cli.help_evaluate_n": (
        "How many pictures to judge by; by default 10,000 generated ones, or as many as the data allow.",
        "평가에 쓸 그림 수. 기본값은 생성한 그림 10,000장 또는 데이터가 허용하는 만큼입니다.",
    ),
    "cli.help_features": (
        "Features that pictures are compared in: those of the data set (auto), or of the standard Inception network (fid).",
        "그림을 비교할 특징: 데이터 세트의 특징(auto) 또는 표준 Inception 네트워크의 특징(fid).",
    ),
    "cli.help_evaluate_seed": (
        "Of all that is drawn; the same number gives the same figures again.",
        "무작위로 뽑는 모든 것의 시드. 같은 값을 주면 같은 수치가 다시 나옵니다.",
    ),
    "cli.evaluate_option": (
        "{option} was given {given!r}, which the evaluation of this run does not take; it takes: {known}.",
        "{option}에 {given!r}이(가) 주어졌지만 이 실행의 평가에는 쓰이지 않습니다. 쓸 수 있는 옵션: {known}.",
    ),
    "cli.help_force": ("Write over a file that is there already.", "이미 있는 파일을 덮어씁니다."),
    "cli.help_data": ("The known data sets.", "알려진 데이터 세트."),
    "cli.help_data_list": ("List the known sets, and which are here.", "알려진 세트와 이미 받은 세트를 보여 줍니다."),
    "cli.help_data_show": (
        "Describe a set or a folder of pictures, with examples if -o is given.",
        "세트나 그림 폴더를 설명하고, -o를 주면 예시 그림을 저장합니다.",
    ),
    "cli.help_data_name": ("A known set or a folder.", "알려진 세트 이름 또는 폴더."),
    "cli.help_data_out": ("File for a grid of examples.", "예시 그림을 격자로 저장할 파일."),
    "cli.help_report": ("Write the page of a run anew.", "실행의 보고서 페이지를 다시 만듭니다."),
    "cli.help_doctor": (
        "Tell what this machine and this installation can do.",
        "이 컴퓨터와 설치 상태로 무엇을 할 수 있는지 알려 줍니다.",
    ),
    "cli.language": (
        "--lang was given {given!r}; it is one of: {known}.",
        "--lang에 {given!r}이(가) 주어졌습니다. 다음 중 하나여야 합니다: {known}.",
    ),
    "cli.unreadable": (
        "{option} was given {given!r}, which it can't take; `makebelieve train SYSTEM --help` says what it takes.",
        "{option}에 {given!r}을(를) 쓸 수 없습니다. `makebelieve train SYSTEM --help`에서 쓸 수 있는 값을 확인하십시오.",
    ),
    "cli.help_option": (
        "A number of the recipe, such as penalty=10 of wgan_gp; may be given several times.",
        "레시피의 수치, 예를 들어 wgan_gp의 penalty=10. 여러 번 줄 수 있습니다.",
    ),
    "cli.option_form": (
        "--option was given {given!r}; write NAME=NUMBER, such as --option penalty=10.",
        "--option에 {given!r}이(가) 주어졌습니다. --option penalty=10처럼 이름=숫자로 쓰십시오.",
    ),
    "cli.file_refused": (
        "{path} can't be read or written ({reason}); mend that, or give another place.",
        "{path}을(를) 읽거나 쓸 수 없습니다({reason}). 원인을 고치거나 다른 위치를 주십시오.",
    ),
    "cli.system_refused": (
        "The operating system refused ({reason}); mend that and run the command again.",
        "운영 체제가 거부했습니다({reason}). 원인을 고치고 명령을 다시 실행하십시오.",
    ),
    "cli.output_refused": (
        "The result can't be written to standard output ({reason}); send it somewhere else.",
        "결과를 표준 출력에 쓸 수 없습니다({reason}). 다른 곳으로 보내십시오.",
    ),
    "cli.memory": (
        "Memory ran out; ask for less at once: a smaller --batch-size, --size or --number.",
        "메모리가 부족합니다. --batch-size, --size 또는 --number를 줄이십시오.",
    ),
    "cli.unknown_recipe": (
        "There is no recipe {given!r}; did you mean {near!r}? Known recipes: {known}.",
        "{given!r}라는 레시피는 없습니다. {near!r}을(를) 찾으셨습니까? 알려진 레시피: {known}.",
    ),
    "cli.exists": (
        "{path} is there already and stays as it is; give another name with -o, or --force to write over it.",
        "{path} 파일이 이미 있어 그대로 두었습니다. -o로 다른 이름을 주거나 --force로 덮어쓰십시오.",
    ),
    "cli.generated": ("{number} pictures are in {out}.", "그림 {number}장을 {out}에 저장했습니다."),
    "cli.report": ("The page is {page}.", "보고서 페이지는 {page}입니다."),
    "cli.interrupted": (
        "To go on exactly there: {command}",
        "바로 그 자리에서 이어 하려면: {command}",
    ),
    "cli.trained": (
        "\nSamples:  {samples}\nReport:   {page}\n\nNext, try:\n"
        "{more}  makebelieve evaluate {run}\n"
        "  makebelieve train gan digits --size 32 --epochs 5\n"
        "  makebelieve doctor",
        "\n샘플:   {samples}\n보고서: {page}\n\n다음으로 해 보십시오:\n"
        "{more}  makebelieve evaluate {run}\n"
        "  makebelieve train gan digits --size 32 --epochs 5\n"
        "  makebelieve doctor",
    ),
    "cli.set_here": ("ready", "준비됨"),
    "cli.set_away": ("to download", "받아야 함"),
    "cli.cache": (
        "Downloads are kept in {folder} (MAKEBELIEVE_DATA moves it).",
        "받은 데이터는 {folder}에 보관합니다 (MAKEBELIEVE_DATA로 옮길 수 있습니다).",
    ),
    "cli.examples": ("Examples are in {out}.", "예시 그림을 {out}에 저장했습니다."),
    "cli.doctor_devices": ("devices", "장치"),
    "cli.doctor_threads": ("threads", "스레드"),
    "cli.doctor_bf16": ("multiplies bf16 itself", "bf16 연산을 하드웨어로 지원하는 장치"),
    "cli.doctor_no_bf16": ("none; float32 is used", "없습니다. float32를 씁니다"),
    "cli.doctor_extras": ("extras", "추가 구성"),
    "cli.doctor_extra_lacks": ("{extra} (lacks {lacking})", "{extra} ({lacking} 없음)"),
    "cli.doctor_cache": ("data cache", "데이터 캐시"),
    "cli.doctor_sets": ("sets ready without a network", "네트워크 없이 쓸 수 있는 세트"),
    "cli.doctor_no_sets": (
        'none; pip install "makebelieve[samples]" brings two',
        '없습니다. pip install "makebelieve[samples]"로 두 가지를 설치할 수 있습니다',
    ),
    "cli.doctor_font": ("Hangul font for pictures", "그림용 한글 글꼴"),
    "cli.doctor_no_font": (
        'none found; pip install "makebelieve[korean]" brings one',
        '없습니다. pip install "makebelieve[korean]"으로 설치할 수 있습니다',
    ),
    "cli.doctor_disk": ("free disk at {path}", "{path}의 남은 디스크 공간"),
}
