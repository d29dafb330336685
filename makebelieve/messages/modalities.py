"""What the doors for sounds, series, tracks and files say: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "sources.kind": (
        "{door} takes a folder, a list of paths, a data frame with a column of paths, or arrays, not {kind}.",
        "{door}에는 폴더, 경로 목록, 경로 열이 있는 데이터 프레임, 또는 배열을 주어야 하는데 {kind}을(를) 받았습니다.",
    ),
    "signals.amount": (
        "{name} takes an amount above 0 and up to {most}, not {amount!r}.",
        "{name}의 amount는 0보다 크고 {most} 이하여야 하는데 {amount!r}을(를) 받았습니다.",
    ),
    "signals.no_signals": (
        "{given!r} changes sounds or series, but {door} has pictures; give transforms such as random_flip().",
        "{given!r}은(는) 소리나 시계열을 바꾸는데 {door}에는 그림이 있습니다. random_flip() 같은 변환을 주십시오.",
    ),
    # sounds
    "audio.extra_missing": (
        "Sound files are read by the package soundfile, which is not installed: pip install 'makebelieve[audio]'",
        "소리 파일은 soundfile 패키지로 읽는데 설치되어 있지 않습니다: pip install 'makebelieve[audio]'",
    ),
    "audio.rate": (
        "rate must be a whole number of samples a second from {low} to {high}, such as 16000, not {rate!r}.",
        "rate는 16000처럼 {low}부터 {high}까지의 초당 샘플 수(정수)여야 하는데 {rate!r}을(를) 받았습니다.",
    ),
    "audio.rate_needed": (
        "Sounds given as arrays need rate=, their samples a second, such as rate=16000.",
        "배열로 준 소리에는 rate=16000처럼 초당 샘플 수 rate=가 필요합니다.",
    ),
    "audio.seconds_range": (
        "{name} must be a number of seconds from {least} to {most}, not {given!r}.",
        "{name}은(는) {least}초부터 {most}초까지의 수여야 하는데 {given!r}을(를) 받았습니다.",
    ),
    "audio.mels": (
        "mels must be a whole number from 1 to 512, not {mels!r}.",
        "mels는 1부터 512까지의 정수여야 하는데 {mels!r}을(를) 받았습니다.",
    ),
    "audio.mels_many": (
        "mels={mels} is too many for windows of {window} s at {rate} samples a second; give fewer, or a longer window.",
        "mels={mels}은(는) 초당 {rate} 샘플에 {window}초인 창에 비해 너무 많습니다. 줄이거나 window를 늘리십시오.",
    ),
    "audio.reach": (
        "reach must be a number of decibels from 10 to 120, not {reach!r}.",
        "reach는 10부터 120까지의 데시벨 수여야 하는데 {reach!r}을(를) 받았습니다.",
    ),
    "audio.no_sounds": (
        "None of the {n} files can be read as a sound; the first is {first}.",
        "파일 {n}개 중 소리로 읽을 수 있는 것이 없습니다. 첫 번째는 {first}입니다.",
    ),
    "audio.shape": (
        "a sound has shape (samples,) or (samples, channels), not {shape}",
        "소리의 모양은 (samples,)나 (samples, channels)여야 하는데 {shape}입니다",
    ),
    "audio.short": (
        "a sound needs 2 samples or more, this has {n}",
        "소리에는 샘플이 2개 이상 있어야 하는데 {n}개입니다",
    ),
    "audio.nan": (
        "it holds NaN or infinite samples",
        "NaN이나 무한대인 샘플이 있습니다",
    ),
    "audio.silent": (
        "it is silent from end to end",
        "처음부터 끝까지 소리가 없습니다",
    ),
    "audio.row": (
        "Sound {row} can't be used ({why}); leave it out or mend it.",
        "{row}번 소리를 쓸 수 없습니다({why}). 빼거나 고치십시오.",
    ),
    "audio.unreadable": (
        "{name} can't be read as a sound ({why}).",
        "{name}을(를) 소리로 읽을 수 없습니다({why}).",
    ),
    # series
    "series.how": (
        "how={how!r} is not among the pictures of series; there are: {known}.",
        "how={how!r}은(는) 시계열 그림의 종류가 아닙니다. 있는 종류: {known}.",
    ),
    "series.bins": (
        "bins must be a whole number from 2 to 256, not {bins!r}.",
        "bins는 2부터 256까지의 정수여야 하는데 {bins!r}을(를) 받았습니다.",
    ),
    "series.threshold": (
        "threshold must be a share above 0 and up to 1, such as 0.1, or None, not {threshold!r}.",
        "threshold는 0.1처럼 0보다 크고 1 이하인 비율이거나 None이어야 하는데 {threshold!r}을(를) 받았습니다.",
    ),
    "series.size": (
        "size must be a whole number of moments from 2 to {most}, not {size!r}.",
        "size는 2부터 {most}까지의 정수 시점 수여야 하는데 {size!r}을(를) 받았습니다.",
    ),
    "series.source": (
        "series takes an array (n, length) or (n, variables, length), a list of series, a data frame, or a file, not {kind}.",
        "series에는 (n, length)나 (n, variables, length) 배열, 시계열 목록, 데이터 프레임, 파일을 주어야 하는데 {kind}을(를) 받았습니다.",
    ),
    "series.numbers": (
        "Series {row} is no array of numbers ({why}).",
        "{row}번 시계열이 수의 배열이 아닙니다({why}).",
    ),
    "series.short": (
        "Series {row} has shape {shape}; it needs (length,) or (variables, length) with 2 values or more.",
        "{row}번 시계열의 모양이 {shape}입니다. 값이 2개 이상인 (length,)나 (variables, length)여야 합니다.",
    ),
    "series.nan": (
        "Series {row} has {wrong} of {n} values that are NaN or infinite; fill the gaps or leave the series out.",
        "{row}번 시계열의 값 {n}개 중 {wrong}개가 NaN이거나 무한대입니다. 빈 곳을 채우거나 그 시계열을 빼십시오.",
    ),
    "series.variables": (
        "Series {row} has {two} variables where {one} are expected; give all series the same variables.",
        "{row}번 시계열의 변수가 {two}개인데 {one}개여야 합니다. 모든 시계열의 변수를 같게 하십시오.",
    ),
    "series.empty_file": (
        "{path} holds no series.",
        "{path}에 시계열이 없습니다.",
    ),
    "series.not_text": (
        "{path} is no text file, so no series can be read from it.",
        "{path}은(는) 텍스트 파일이 아니어서 시계열을 읽을 수 없습니다.",
    ),
    "series.line": (
        "Line {line} of {path} is no series: a label, then numbers with commas, tabs or blanks between ({why}).",
        "{path}의 {line}번째 줄이 시계열이 아닙니다. 라벨 뒤에 쉼표, 탭, 빈칸으로 나눈 수가 와야 합니다({why}).",
    ),
    "series.variables_differ": (
        "The variables of {name} differ in length; bring them to the same moments.",
        "{name}의 변수들은 길이가 서로 다릅니다. 같은 시점으로 맞추십시오.",
    ),
    "series.time_stamps": (
        "{path} has time stamps, which are not read; write its values at equal steps of time.",
        "{path}에는 시각이 함께 들어 있어 읽을 수 없습니다. 같은 시간 간격의 값만 적으십시오.",
    ),
    "series.several": (
        "{path} holds {n} series; one is read at a time.",
        "{path}에 시계열이 {n}개 있습니다. 한 번에 하나만 읽습니다.",
    ),
    "series.no_pair": (
        "{folder} holds {n} training files called NAME_TRAIN with .txt, .tsv, .csv or .ts; one is needed, or give the file.",
        "{folder} 폴더에 NAME_TRAIN(.txt, .tsv, .csv, .ts) 학습 파일이 {n}개 있습니다. 하나여야 하니 파일을 직접 주십시오.",
    ),
    # tracks
    "traces.screen": (
        "screen must be (width, height), both above 0, such as (1280, 800), or None, not {screen!r}.",
        "screen은 (1280, 800)처럼 0보다 큰 (너비, 높이)이거나 None이어야 하는데 {screen!r}을(를) 받았습니다.",
    ),
    "traces.no_points": (
        "it holds no points",
        "점이 없습니다",
    ),
    "traces.point": (
        "point {i} lacks some of the values that the first has",
        "{i}번 점에 첫 번째 점이 가진 값 일부가 없습니다",
    ),
    "traces.shape": (
        "a track has shape (points, 3) or (points, 4), of t, x, y and maybe click, not {shape}",
        "궤적의 모양은 t, x, y(그리고 click)의 (points, 3)이나 (points, 4)여야 하는데 {shape}입니다",
    ),
    "traces.short": (
        "a track needs 2 points or more, this has {n}",
        "궤적에는 점이 2개 이상 있어야 하는데 {n}개입니다",
    ),
    "traces.nan": (
        "point {i} holds NaN or infinity",
        "{i}번 점에 NaN이나 무한대가 있습니다",
    ),
    "traces.backwards": (
        "time runs backwards at point {i}",
        "{i}번 점에서 시간이 거꾸로 갑니다",
    ),
    "traces.columns": (
        "t, x and y are needed, but there are only {columns}",
        "t, x, y가 필요한데 {columns}만 있습니다",
    ),
    "traces.lengths": (
        "t, x, y and click differ in length",
        "t, x, y, click의 길이가 서로 다릅니다",
    ),
    "traces.row": (
        "Track {row} can't be used ({why}); leave it out or mend it.",
        "{row}번 궤적을 쓸 수 없습니다({why}). 빼거나 고치십시오.",
    ),
    "traces.unreadable": (
        "{name} can't be read as a track ({why}).",
        "{name}을(를) 궤적으로 읽을 수 없습니다({why}).",
    ),
    "traces.no_tracks": (
        "{path} must hold a track a line, an object with lists t, x and y; or give a folder with a file a track.",
        "{path}에는 줄마다 t, x, y 목록이 든 궤적 객체가 있어야 합니다. 아니면 궤적마다 파일 하나인 폴더를 주십시오.",
    ),
    "traces.made_up": (
        "made up by the library: free, and no evidence about real people",
        "라이브러리가 만들어 낸 것으로 자유롭게 쓸 수 있으나 실제 사람에 대한 근거는 아닙니다",
    ),
    # files
    "binaries.how": (
        "how={how!r} is not among the looks of files; there are: {known}.",
        "how={how!r}은(는) 파일을 보는 방식이 아닙니다. 있는 방식: {known}.",
    ),
    "binaries.size": (
        "size must be a whole number of pixels from 8 to {most}, not {size!r}.",
        "size는 8부터 {most}까지의 정수 픽셀 수여야 하는데 {size!r}을(를) 받았습니다.",
    ),
    "binaries.most": (
        "most must be a whole number of bytes of at least 1, not {most!r}.",
        "most는 1 이상의 정수 바이트 수여야 하는데 {most!r}을(를) 받았습니다.",
    ),
    "binaries.empty": (
        "it is empty",
        "비어 있습니다",
    ),
    "binaries.irregular": (
        "it is no regular file",
        "일반 파일이 아닙니다",
    ),
    "binaries.unreadable": (
        "{name} can't be read as a picture of its bytes ({why}).",
        "{name}을(를) 바이트 그림으로 읽을 수 없습니다({why}).",
    ),
}
