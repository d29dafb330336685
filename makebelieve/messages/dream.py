"""What dreams and frames say: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "dream.number": (
        "{name}={given!r} was given; it is a number from {low} to {high}.",
        "{name}={given!r}이(가) 주어졌습니다. {low}에서 {high}까지의 수여야 합니다.",
    ),
    "dream.whole_number": (
        "{name}={given!r} was given; it is a whole number from {low} to {high}.",
        "{name}={given!r}이(가) 주어졌습니다. {low}에서 {high}까지의 정수여야 합니다.",
    ),
    "dream.layers": (
        'layers={given!r} was given; give a layer\'s name, several, or weights by name such as {{"Mixed_6c": 1.0}}.',
        'layers={given!r}이(가) 주어졌습니다. 층의 이름 하나나 여럿, 또는 {{"Mixed_6c": 1.0}}처럼 이름별 가중치를 주십시오.',
    ),
    "dream.which_layers": (
        "No layers are known to be good for dreams with {backbone}; choose some with layers=…, mb.layers(…) lists them.",
        "{backbone}에는 꿈에 알맞다고 알려진 층이 없습니다. layers=…로 고르십시오. mb.layers(…)가 층을 보여 줍니다.",
    ),
    "dream.channel": (
        'channel={given} was given, and layer "{layer}" has {count} channels: 0 to {last}.',
        'channel={given}이(가) 주어졌지만 "{layer}" 층의 채널은 {count}개(0에서 {last}까지)입니다.',
    ),
    "dream.guide_or_channel": (
        "Both a guide and channel={channel} were given; a dream follows one of them.",
        "guide와 channel={channel}이(가) 함께 주어졌습니다. 꿈은 둘 중 하나만 따릅니다.",
    ),
    "dream.fewer_octaves": (
        "A photo of {height} × {width} pixels is too small for {asked} octaves with these layers; {used} are used.",
        "{height} × {width} 픽셀 사진은 이 층들로 옥타브 {asked}개를 쓰기에 너무 작아서 {used}개만 씁니다.",
    ),
    "dream.disk": (
        "The run's folder {run} can't be written ({why}); this is the picture so far.",
        "실행 폴더 {run}에 쓸 수 없습니다({why}). 지금까지의 그림을 돌려드립니다.",
    ),
    "dream.out_for_films": (
        "out={out} was given, which is for films; save the picture that comes back, as by .save({out!r}).",
        "out={out}은(는) 영상에 쓰는 인자입니다. 돌아온 그림을 .save({out!r})처럼 저장하십시오.",
    ),
    "dream.film_needs_out": (
        'A film was given, {photo}, and no file for the result; say out="dream.mp4".',
        '영상 {photo}이(가) 주어졌지만 결과를 쓸 파일이 없습니다. out="dream.mp4"처럼 지정하십시오.',
    ),
    "dream.film_run": (
        "A film goes on by the same call, from the frames beside {out}; leave out run={run}.",
        "영상은 {out} 옆의 프레임에서 같은 호출로 이어집니다. run={run}을(를) 빼십시오.",
    ),
    "dream.no_frames": (
        "{path} was to be a film of frames, and none were kept; dream with frames=100.",
        "프레임으로 {path}을(를) 만들려 했지만 보관한 프레임이 없습니다. frames=100으로 만드십시오.",
    ),
    "dream.frames_lost": (
        "Frames can't be written to {folder} any more ({why}); the picture itself goes on.",
        "{folder}에 프레임을 더 쓸 수 없습니다({why}). 그림은 계속 만듭니다.",
    ),
}
