"""What serving says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    # starting
    "serving.extra_missing": (
        "Serving needs the package {package}, which is not installed: pip install makebelieve[serve].",
        "서버를 열려면 {package} 패키지가 필요한데 설치되어 있지 않습니다. pip install makebelieve[serve]로 설치해 주십시오.",
    ),
    "serving.limit": (
        "The limit {name} was given as {given}; it must be a number above 0.",
        "한도 {name}에 {given}이(가) 주어졌습니다. 0보다 큰 수여야 합니다.",
    ),
    "serving.no_verb": (
        "A learner of the system {system} has no verb that can be served; generators, recognisers, recommenders, "
        "forecasters, language models, autoencoders, translators and stylizers have.",
        "{system} 시스템의 학습기에는 서버로 열 수 있는 동사가 없습니다. 생성기, 인식기, 추천기, 예측기, 언어 모델, "
        "오토인코더, 번역기, 화풍 변환기에는 있습니다.",
    ),
    "serving.token_needed": (
        "host={host} can be reached by other machines, so callers must name a token: give a file that holds one with "
        "token_file= (--token-file), or leave host out to serve this machine alone.",
        "host={host}에는 다른 컴퓨터가 접속할 수 있으므로 호출자가 토큰을 대야 합니다. token_file=(--token-file)로 토큰이 든 "
        "파일을 주거나, host를 빼고 이 컴퓨터에서만 쓰십시오.",
    ),
    "serving.token_file": (
        "The token's file {path} can't be read ({why}); give a text file whose one line is the token.",
        "토큰 파일 {path}을(를) 읽을 수 없습니다({why}). 토큰 한 줄이 든 텍스트 파일을 주십시오.",
    ),
    "serving.token_short": (
        "The file {path} holds no usable token: one line of at least {least} letters and digits without blanks is needed, "
        "such as `openssl rand -hex 32` writes.",
        "{path} 파일에 쓸 만한 토큰이 없습니다. 공백 없이 글자와 숫자 {least}자 이상인 한 줄이어야 하며, `openssl rand -hex 32`로 "
        "만들 수 있습니다.",
    ),
    "serving.address": (
        "{host}:{port} can't be listened at ({why}); give another port, or 0 for a free one.",
        "{host}:{port}에서 접속을 받을 수 없습니다({why}). 다른 포트를 주거나 0을 주어 빈 포트를 쓰십시오.",
    ),
    "serving.listening": (
        "serving {run} at {url} (Ctrl-C ends it)",
        "{run}을(를) {url}에서 서비스합니다(Ctrl-C로 끝냅니다)",
    ),
    "serving.ended": (
        "serving has ended: {n} requests were answered, {cut} of them cut off at the end",
        "서비스를 끝냈습니다. 요청 {n}개에 응답했고, 그중 {cut}개는 끝날 때 중단되었습니다",
    ),
    # what routes do
    "serving.title": ("makebelieve: {system}", "makebelieve: {system}"),
    "serving.health": ("That the process answers", "프로세스가 응답하는지"),
    "serving.ready": ("Whether the networks take requests", "신경망이 요청을 받을 준비가 되었는지"),
    "serving.model": ("What is served", "무엇을 서비스하는지"),
    "serving.metrics": ("Counts and times in Prometheus' text form", "Prometheus 텍스트 형식의 횟수와 시간"),
    "serving.generate": (
        "New pictures: one as a PNG, several as a sheet, or numbers",
        "새 그림: 한 장이면 PNG, 여러 장이면 한 판, 또는 숫자",
    ),
    "serving.decode": ("Pictures of points z", "점 z의 그림"),
    "serving.encode": ("Points z of pictures", "그림의 점 z"),
    "serving.reconstruct": ("Pictures by way of z and back", "z를 거쳐 되돌린 그림"),
    "serving.denoise": ("Noisy pictures, cleaned", "잡음을 걷어 낸 그림"),
    "serving.predict_files": ("What uploaded files are (kind: {kind})", "올린 파일이 무엇인지(종류: {kind})"),
    "serving.predict_arrays": ("What items given as numbers are", "숫자로 준 항목이 무엇인지"),
    "serving.predict_texts": ("What texts are", "글이 무엇인지"),
    "serving.call": ("What the network gives for numbers", "숫자에 신경망이 내놓는 값"),
    "serving.recommend": (
        "The best items for a user, or for a newcomer by a few ratings",
        "사용자에게, 또는 평점 몇 개로 알려진 새 사람에게 가장 좋은 항목",
    ),
    "serving.similar_items": ("Items that the same people like", "같은 사람들이 좋아하는 항목"),
    "serving.similar_users": ("Users who like the same things", "같은 것을 좋아하는 사용자"),
    "serving.forecast": ("How series go on", "시계열이 어떻게 이어지는지"),
    "serving.write": ("What comes after a prompt", "프롬프트 다음에 올 글"),
    "serving.write_stream": (
        "The same piece by piece while it is written, as server-sent events",
        "쓰는 대로 조각조각 보내는 같은 글(서버 전송 이벤트)",
    ),
    "serving.stylise": ("A picture in the learned style", "배운 화풍으로 바꾼 그림"),
    "serving.translate": ("A picture, translated", "번역한 그림"),
    # refusals, as OpenAPI tells them
    "serving.told_413": (
        "The body, or a picture in it, is larger than allowed.",
        "본문이나 그 안의 그림이 허용된 것보다 큽니다.",
    ),
    "serving.told_415": ("The file is of no kind that is read here.", "여기서 읽지 않는 종류의 파일입니다."),
    "serving.told_421": (
        "The Host or Origin header names another server.",
        "Host나 Origin 헤더가 다른 서버를 가리킵니다.",
    ),
    "serving.told_422": (
        "A value can't be used; the sentence says which and why.",
        "쓸 수 없는 값이 있습니다. 무엇이 왜 그런지 문장에 있습니다.",
    ),
    "serving.told_429": (
        "There are too many requests; ask again after Retry-After seconds.",
        "요청이 너무 많습니다. Retry-After초 뒤에 다시 요청해 주십시오.",
    ),
    "serving.told_503": (
        "The networks are not ready, or memory is short.",
        "신경망이 준비되지 않았거나 메모리가 모자랍니다.",
    ),
    "serving.told_504": ("It took longer than allowed.", "허용된 시간보다 오래 걸렸습니다."),
    # refusals
    "serving.malformed": (
        "The request can't be read as HTTP with a body of the documented form; /openapi.json says which form that is.",
        "요청을 문서에 적힌 형식의 본문을 가진 HTTP로 읽을 수 없습니다. 형식은 /openapi.json에 있습니다.",
    ),
    "serving.no_route": (
        "There is no such route; /openapi.json names all.",
        "그런 경로가 없습니다. 모든 경로는 /openapi.json에 있습니다.",
    ),
    "serving.no_method": (
        "This route has another method; /openapi.json says which.",
        "이 경로의 메서드는 다릅니다. 어느 것인지는 /openapi.json에 있습니다.",
    ),
    "serving.no_json": (
        "The body is no JSON; send one JSON document.",
        "본문이 JSON이 아닙니다. JSON 문서 하나를 보내 주십시오.",
    ),
    "serving.missing": ("{place} is missing; name it.", "{place}이(가) 빠졌습니다. 함께 보내 주십시오."),
    "serving.unknown": (
        "{place} is not known here; leave it out, or look for its name in /openapi.json.",
        "{place}은(는) 모르는 이름입니다. 빼거나 /openapi.json에서 이름을 찾아 주십시오.",
    ),
    "serving.value": ("{place} can't be {given}: {why}.", "{place}에 {given}을(를) 쓸 수 없습니다: {why}."),
    "serving.type": (
        "The body came as {given}, and this route takes {expected}; name that as the Content-Type.",
        "본문이 {given}(으)로 왔지만 이 경로는 {expected}을(를) 받습니다. Content-Type을 그렇게 적어 주십시오.",
    ),
    "serving.host": (
        "The request was made for {host}, and only {known} are served here; use one of these names.",
        "요청이 {host} 앞으로 왔지만 여기서는 {known}만 서비스합니다. 이 이름 중 하나를 쓰십시오.",
    ),
    "serving.token_wrong": (
        "A token is needed, and none or another one was named; send it as Authorization: Bearer TOKEN.",
        "토큰이 필요한데 없거나 다른 토큰이 왔습니다. Authorization: Bearer 토큰 헤더로 보내 주십시오.",
    ),
    "serving.full": (
        "{queue} requests are being answered or wait, and no more are taken; ask again in a second.",
        "요청 {queue}개가 처리 중이거나 기다리고 있어 더 받지 않습니다. 1초 뒤에 다시 요청해 주십시오.",
    ),
    "serving.streams": (
        "{most} texts are being streamed, and no more are at the same time; ask again in a second.",
        "글 {most}개를 이미 흘려보내고 있어 더 받지 않습니다. 1초 뒤에 다시 요청해 주십시오.",
    ),
    "serving.large": (
        "The body is larger than {limit:,} bytes, the most that is taken; send less at once.",
        "본문이 받을 수 있는 {limit:,}바이트보다 큽니다. 한 번에 더 적게 보내 주십시오.",
    ),
    "serving.late": (
        "The answer was not there after {seconds} s and was given up; ask for less at once, or ask again.",
        "{seconds}초 안에 답이 나오지 않아 그만두었습니다. 한 번에 더 적게 요청하거나 다시 요청해 주십시오.",
    ),
    "serving.gone": ("The caller has left.", "호출자가 떠났습니다."),
    "serving.memory": (
        "There is too little memory for this request at the moment; ask for less, or again later.",
        "지금은 이 요청을 처리할 메모리가 모자랍니다. 더 적게, 또는 나중에 다시 요청해 주십시오.",
    ),
    "serving.not_ready": (
        "The networks are not ready yet; ask again in a second.",
        "신경망이 아직 준비되지 않았습니다. 1초 뒤에 다시 요청해 주십시오.",
    ),
    "serving.broken": (
        "Something broke in the server, and nothing was done; its log says more.",
        "서버에 문제가 생겨 요청을 처리하지 못했습니다. 자세한 내용은 서버 기록에 있습니다.",
    ),
    "serving.broken_log": ("a request ended with {kind}", "요청이 {kind}(으)로 끝났습니다"),
    "serving.no_picture": (
        "The file is no picture that is read here; send one of {known}.",
        "파일이 여기서 읽는 그림이 아닙니다. {known} 중 하나로 보내 주십시오.",
    ),
    "serving.pixels": (
        "The picture has {w:,} × {h:,} pixels, and with what is made of it (factor {factor}) that is more than {limit:,}; "
        "send a smaller one.",
        "그림이 {w:,} × {h:,}픽셀인데, 만들어질 그림까지 따지면(배율 {factor}) 한도 {limit:,}픽셀을 넘습니다. 더 작은 그림을 보내 주십시오.",
    ),
    "serving.bomb": (
        "The picture says that it has far more than {limit:,} pixels, the most that is taken; send a smaller one.",
        "그림이 한도 {limit:,}픽셀을 훨씬 넘는다고 적혀 있습니다. 더 작은 그림을 보내 주십시오.",
    ),
    "serving.no_sound": (
        "The file is no sound that is read here; send WAV, FLAC, OGG or MP3.",
        "파일이 여기서 읽는 소리가 아닙니다. WAV, FLAC, OGG, MP3로 보내 주십시오.",
    ),
    "serving.rate": (
        "The sound has {rate:,} samples a second; from {least:,} to {most:,} are read here.",
        "소리의 표본율이 초당 {rate:,}개입니다. 여기서는 {least:,}개에서 {most:,}개까지 읽습니다.",
    ),
    "serving.channels": (
        "The sound has {channels:,} channels; at most {most} are read here.",
        "소리의 채널이 {channels:,}개입니다. 여기서는 {most}개까지 읽습니다.",
    ),
    "serving.tokens": (
        "The texts come to {n:,} tokens, each counted as long as the longest, and at most {limit:,} are taken; send "
        "shorter or fewer ones.",
        "가장 긴 글의 길이로 셈하면 글이 모두 {n:,}토큰입니다. {limit:,}토큰까지 받으니 더 짧게, 또는 더 적게 보내 주십시오.",
    ),
    "serving.numbers": (
        "The pictures have {n:,} numbers, and JSON has at most {limit:,} here; ask for format=npy or format=png.",
        "그림이 수 {n:,}개로 되어 있는데 여기서 JSON은 {limit:,}개까지입니다. format=npy나 format=png로 요청해 주십시오.",
    ),
    "serving.track": (
        "The track has {n:,} points; at most {points:,} are taken, and {way:,} pixels along the way, drawn at the network's "
        "size. Send a shorter one, or leave out what lies far off the screen.",
        "궤적의 점이 {n:,}개입니다. 점은 {points:,}개까지, 길이는 신경망의 크기로 그렸을 때 {way:,}픽셀까지 받습니다. 더 짧은 "
        "궤적을 보내거나 화면에서 멀리 벗어난 점을 빼 주십시오.",
    ),
    "serving.ragged": (
        "An item must be numbers in lists of equal length, all of them finite; these are not.",
        "항목은 길이가 같은 목록에 든 유한한 수여야 하는데 그렇지 않습니다.",
    ),
    "serving.columns": (
        "The columns differ in length; give each a value for every row.",
        "열의 길이가 서로 다릅니다. 모든 행에 값을 주십시오.",
    ),
    "serving.no_series": (
        "The columns can't be read as a series ({why}); give numbers, and times as ISO 8601 has them.",
        "열을 시계열로 읽을 수 없습니다({why}). 숫자와 ISO 8601 형식의 시각을 주십시오.",
    ),
}
