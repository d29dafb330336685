"""What the export room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "export.format": (
        "to={given!r} was given; it is one of: {known}, or None for weights, facts and card alone.",
        "to={given!r}이(가) 주어졌습니다. {known} 중 하나이거나, 가중치와 정보와 모델 카드만 쓰려면 None이어야 합니다.",
    ),
    "export.onnx_missing": (
        'To write ONNX, {package} is missing; install it with pip install "makebelieve[export]".',
        'ONNX를 쓰려면 {package}이(가) 필요합니다. pip install "makebelieve[export]"로 설치하십시오.',
    ),
    "export.untraceable": (
        "{program} can't be put in the form {format} ({why}); the folder without to=… keeps all of it for mb.load.",
        "{program}을(를) {format} 형식으로 바꿀 수 없습니다({why}). to=… 없이 내보내면 mb.load로 전부 다시 불러올 수 있습니다.",
    ),
    "export.exists": (
        "{folder} is there already and is no export, so it is left alone; choose a new folder.",
        "{folder}이(가) 이미 있고 내보낸 폴더가 아니므로 건드리지 않습니다. 새 폴더를 고르십시오.",
    ),
    "export.exists_export": (
        "{folder} holds an earlier export; force=True (--force) replaces it.",
        "{folder}에 이전에 내보낸 것이 있습니다. force=True(--force)를 주면 바꿉니다.",
    ),
    "export.nothing_told": (
        "The learner has neither data nor a run, so nothing says what it is for; export it where it was trained.",
        "학습기에 데이터도 실행도 없어 무엇을 위한 것인지 알 수 없습니다. 학습한 곳에서 내보내십시오.",
    ),
    "export.missing": (
        "There is no file {path}; an exported folder has model.safetensors and config.json.",
        "{path} 파일이 없습니다. 내보낸 폴더에는 model.safetensors와 config.json이 있습니다.",
    ),
    "export.file_large": (
        "{path} has {size:,} bytes, more than the {most:,} that it may have here; it is not read.",
        "{path}은(는) {size:,}바이트로, 여기서 허용하는 {most:,}바이트보다 크므로 읽지 않습니다.",
    ),
    "export.config": (
        "{path} describes no exported learner ({why}); export it anew.",
        "{path}은(는) 내보낸 학습기를 설명하지 않습니다({why}). 다시 내보내십시오.",
    ),
    "export.version": (
        "{path} has format {found}, and this version knows {known}; load it with the version that wrote it.",
        "{path}의 형식은 {found}이고 이 버전이 아는 형식은 {known}입니다. 쓴 버전으로 불러오십시오.",
    ),
    "export.system": (
        "{path} is of the system {system!r}, which mb.load doesn't know; make the learner in the program that has it.",
        "{path}은(는) mb.load가 모르는 시스템 {system!r}의 것입니다. 그 시스템이 있는 프로그램에서 학습기를 만드십시오.",
    ),
    "export.not_safetensors": (
        "{path} is no whole safetensors file, so nothing of it is loaded; get it again from where it came.",
        "{path}은(는) 온전한 safetensors 파일이 아니므로 아무것도 불러오지 않습니다. 처음 받은 곳에서 다시 받으십시오.",
    ),
    "export.too_large": (
        "{path} describes a learner that takes far more memory than its file of weights stands for; it is not made.",
        "{path}은(는) 가중치 파일에 비해 훨씬 많은 메모리를 쓰는 학습기를 설명하므로 만들지 않습니다.",
    ),
    "export.unfit": (
        "{path} holds no learner that this version can make ({why}); export it anew.",
        "{path}에는 이 버전이 만들 수 있는 학습기가 없습니다({why}). 다시 내보내십시오.",
    ),
    "export.other_tensor": (
        "{path} does not fit its config.json: the tensor {name} is to be {wanted} and is {found}; both must be of one export.",
        "{path}이(가) config.json과 맞지 않습니다. 텐서 {name}은(는) {wanted}이어야 하는데 {found}입니다. 둘은 같은 내보내기의 것이어야 합니다.",
    ),
    "export.altered": (
        "{path} is not the file that was written with its config.json (SHA-256 differs); get both again.",
        "{path}은(는) config.json과 함께 쓴 파일이 아닙니다(SHA-256이 다릅니다). 둘 다 다시 받으십시오.",
    ),
    "export.hub_name": (
        'The model {given} was asked for; a model of a hub is called "user/name", of letters, digits, ".", "_" and "-".',
        '모델 {given}이(가) 주어졌습니다. 허브의 모델은 글자, 숫자, ".", "_", "-"로 된 "사용자/이름"이어야 합니다.',
    ),
    "export.revision": (
        "revision={given} was given; it is the name of a branch or tag, or the hash of a commit.",
        "revision={given}이(가) 주어졌습니다. 브랜치나 태그의 이름, 또는 커밋의 해시여야 합니다.",
    ),
    "export.hub_missing": (
        'For models of a hub huggingface_hub is missing; install it with pip install "makebelieve[hub]".',
        '허브의 모델을 쓰려면 huggingface_hub가 필요합니다. pip install "makebelieve[hub]"로 설치하십시오.',
    ),
    "export.hub": (
        "The hub did not do what was asked with {name} ({why}); look at the name, the connection, and who is logged in.",
        "허브에서 {name}에 대한 요청이 이루어지지 않았습니다({why}). 이름과 연결, 로그인을 확인하십시오.",
    ),
    # what goes into and comes out of programs
    "export.z": ("a random point, each number from N(0, 1)", "무작위 점, 각 수는 N(0, 1)에서"),
    "export.z_uniform": ("a random point, each number from U(−1, 1)", "무작위 점, 각 수는 U(−1, 1)에서"),
    "export.z_mean": ("mean of q(z | x)", "q(z | x)의 평균"),
    "export.z_log_variance": ("logarithm of the variances of q(z | x)", "q(z | x)의 분산의 로그"),
    "export.code": ("what the encoder makes of a picture", "인코더가 그림에서 만드는 것"),
    "export.y": ("class of the picture, its place in `classes`", "그림의 클래스, `classes`에서의 자리"),
    "export.pictures": ("pictures, values in [0, 1]", "그림, 값은 [0, 1]"),
    "export.score": ("the critic's output, higher is more real", "비평자의 출력, 높을수록 진짜에 가까움"),
    "export.probabilities": (
        "probability of each class, in the order of `classes`",
        "각 클래스의 확률, `classes` 순서",
    ),
    "export.numbers": ("numbers in the units of the labels", "라벨의 단위로 된 수"),
    "export.x": ("an item as the data have it", "데이터에 있는 그대로의 항목"),
    "export.noise": ("noise, each number from N(0, 1)", "노이즈, 각 수는 N(0, 1)에서"),
    "export.way": (
        "a point of the way from noise (t = 0) to a picture in [−1, 1] (t = 1)",
        "노이즈(t = 0)에서 [−1, 1]의 그림(t = 1)으로 가는 길의 점",
    ),
    "export.time": ("time, from 0 to 1", "시간, 0에서 1까지"),
    "export.velocity": ("dz/dt there", "그곳의 dz/dt"),
    "export.ids": ("token ids, places in the vocabulary", "토큰 번호, 어휘에서의 자리"),
    "export.ids_padded": ("token ids, filled up at the end with 0", "토큰 번호, 끝은 0으로 채움"),
    "export.scores": (
        "score of each token to be the next; softmax makes probabilities",
        "각 토큰이 다음에 올 점수, 소프트맥스하면 확률",
    ),
    "export.state": ("state after the tokens before, zeros at the beginning", "앞 토큰까지의 상태, 처음에는 0"),
    "export.state_after": ("state after these tokens", "이 토큰까지의 상태"),
    "export.rows": ("the last rows known, in the units of the columns", "마지막으로 아는 행들, 열의 단위 그대로"),
    "export.calendar": (
        "sine and cosine of each calendar cycle, of rows known and ahead",
        "알고 있는 행과 앞으로의 행의 달력 주기별 사인과 코사인",
    ),
    "export.mean": ("mean of each column of the series", "계열의 열마다 평균"),
    "export.deviation": ("standard deviation of each column of the series", "계열의 열마다 표준편차"),
    "export.quantiles": (
        "quantiles of the targets, in their units, rising",
        "목표 열의 분위수, 그 단위 그대로, 오름차순",
    ),
    "export.users": ("places of users in `held.users.ids`", "`held.users.ids`에서 사용자의 자리"),
    "export.items": ("places of items in `held.items.ids`", "`held.items.ids`에서 항목의 자리"),
    "export.ratings": ("predicted ratings", "예측한 평점"),
    "export.preferences": ("scores that only order items", "항목의 순서만 정하는 점수"),
    # the card
    "export.card_autoencoder": (
        "An autoencoder: pictures by way of a few numbers and back.",
        "오토인코더입니다. 그림을 몇 개의 수를 거쳐 되돌립니다.",
    ),
    "export.card_classifier": (
        "A classifier: which class an item is of.",
        "분류기입니다. 항목이 어느 클래스인지 말합니다.",
    ),
    "export.card_diffusion": (
        "A diffusion model (flow matching): pictures out of noise.",
        "확산 모델(플로 매칭)입니다. 노이즈에서 그림을 만듭니다.",
    ),
    "export.card_forecaster": (
        "A forecaster: how series go on, in quantiles.",
        "예측기입니다. 계열이 어떻게 이어질지 분위수로 말합니다.",
    ),
    "export.card_gan": (
        "A generative adversarial network: pictures out of random points.",
        "생성적 적대 신경망입니다. 무작위 점에서 그림을 만듭니다.",
    ),
    "export.card_language_model": (
        "A language model: what comes next in a text.",
        "언어 모델입니다. 글에서 다음에 올 것을 말합니다.",
    ),
    "export.card_recommender": ("A recommender: who would like what.", "추천기입니다. 누가 무엇을 좋아할지 말합니다."),
    "export.card_regressor": (
        "A regressor: numbers that belong to an item.",
        "회귀 모델입니다. 항목에 속하는 수를 말합니다.",
    ),
    "export.card_stylizer": (
        "A stylizer: photos in the manner of a painting.",
        "화풍 변환기입니다. 사진을 그림의 화풍으로 바꿉니다.",
    ),
    "export.card_translator": (
        "A translator: from one picture to another of the same scene.",
        "그림 변환기입니다. 그림을 같은 장면의 다른 그림으로 바꿉니다.",
    ),
    "export.card_vae": (
        "A variational autoencoder: pictures to points and back, and new ones.",
        "변분 오토인코더입니다. 그림을 점으로, 점을 그림으로 바꾸고 새 그림을 만듭니다.",
    ),
    "export.card_other": ("A network of a program's own.", "프로그램이 직접 만든 네트워크입니다."),
    "export.card_data": ("Data", "데이터"),
    "export.card_name": ("name", "이름"),
    "export.card_count": ("items", "항목 수"),
    "export.card_split": ("split", "나눔"),
    "export.card_shape": ("shape of an item", "항목의 모양"),
    "export.card_classes": ("classes", "클래스"),
    "export.card_data_licence": ("licence of the data", "데이터 라이선스"),
    "export.card_unknown": ("not known", "알 수 없음"),
    "export.card_fingerprint": ("fingerprint (SHA-256)", "지문(SHA-256)"),
    "export.card_training": ("Training", "학습"),
    "export.card_system": ("system", "시스템"),
    "export.card_recipe": ("recipe", "레시피"),
    "export.card_arguments": ("options", "옵션"),
    "export.card_parameters": ("parameters", "매개변수"),
    "export.card_weights": ("weights", "가중치"),
    "export.card_steps": ("steps", "단계"),
    "export.card_settings": ("settings", "설정"),
    "export.card_versions": ("made with", "만든 환경"),
    "export.card_figures": ("Figures", "수치"),
    "export.card_last": ("At the end of training:", "학습을 마칠 때:"),
    "export.card_how": ("Measured so:", "측정 방법:"),
    "export.card_no_figures": ("None were measured.", "측정한 수치가 없습니다."),
    "export.card_health": ("Health", "건강"),
    "export.card_step": ("step {step:,}", "{step:,}단계"),
    "export.card_no_alarms": ("No alarm was given while it was trained.", "학습하는 동안 경보가 없었습니다."),
    "export.card_use": ("Use", "사용"),
    "export.card_own": (
        "Its network is of a program's own, so mb.load can't make it again: make it there, and load the weights into it; "
        "or use the program files, if there are some.",
        "네트워크를 프로그램이 직접 만들었으므로 mb.load로 다시 만들 수 없습니다. 그 프로그램에서 만들어 가중치를 넣거나, 프로그램 파일이 있으면 그것을 쓰십시오.",
    ),
    "export.card_programs": ("Without makebelieve", "makebelieve 없이"),
    "export.card_programs_text": (
        "These files need no Python class of anybody's. Open dimensions are named; the rest is fixed. They compute in "
        "float32.",
        "이 파일들은 다른 사람의 파이썬 클래스가 필요 없습니다. 열린 차원에는 이름이 있고 나머지는 고정입니다. float32로 계산합니다.",
    ),
    "export.card_limits": ("Limits", "한계"),
    "export.card_limits_text": (
        "It knows what was in its training data and nothing else: on other data the figures above do not hold. Before "
        "it decides anything about people, measure it on those people.",
        "이 모델은 학습 데이터에 있던 것만 압니다. 다른 데이터에서는 위의 수치가 성립하지 않습니다. 사람에 관한 결정에 쓰기 전에 그 사람들의 데이터로 측정하십시오.",
    ),
}
