"""What the command line says of pictures made from pictures: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "works.help_dream": (
        "Change a photo, or a film, until the layers of a network answer strongly to it.",
        "네트워크의 층이 강하게 반응할 때까지 사진이나 영상을 바꿉니다.",
    ),
    "works.help_photo": ("A photo, or a film.", "사진 또는 영상."),
    "works.help_style": (
        "Paint what a picture shows in the manner of one painting or several.",
        "그림 한 장의 내용을 다른 그림 하나 또는 여럿의 화풍으로 그립니다.",
    ),
    "works.help_content": (
        "What it shows, then the paintings whose manner it gets.",
        "내용이 될 그림, 그다음은 화풍을 가져올 그림들.",
    ),
    "works.help_shares": (
        "How much of each painting, such as 2,1; by default as much of all.",
        "각 그림의 몫(예: 2,1). 기본은 모두 똑같이.",
    ),
    "works.help_dream_out": (
        "Picture to write, or for a film the film. [default: {out}, or dream with the film's suffix]",
        "저장할 그림. 영상을 주면 영상. [기본: {out}, 영상이면 dream에 그 확장자]",
    ),
    "works.help_style_out": ("Picture to write. [default: {out}]", "저장할 그림. [기본: {out}]"),
    "works.help_frames": (
        "Also write how it came about, as a GIF or a film: frames.gif, frames.mp4.",
        "만들어지는 과정도 GIF나 영상으로 씁니다: frames.gif, frames.mp4.",
    ),
    "works.help_no_metadata": (
        "Leave out of the picture's file by what it was made, with which seed and settings.",
        "무엇으로, 어떤 시드와 설정으로 만들었는지를 그림 파일에 적지 않습니다.",
    ),
    "works.help_translate": (
        "Make new pictures or films of some by a translator: coloured, enlarged, restored.",
        "번역기로 그림이나 영상을 새로 만듭니다: 색을 입히거나, 키우거나, 복원합니다.",
    ),
    "works.help_stylise": (
        "Paint pictures or films in the style that a stylizer has learnt.",
        "스타일라이저가 배운 화풍으로 그림이나 영상을 그립니다.",
    ),
    "works.help_changed": ("Pictures or films.", "그림이나 영상."),
    "works.help_changed_out": (
        "File to write, or for several pictures the folder; by default files of like names here.",
        "쓸 파일, 여러 장이면 폴더. 기본은 여기에 비슷한 이름의 파일로.",
    ),
    "works.help_saturation": (
        "Of a colouriser: above 1 for colours more vivid than it dares to give.",
        "색을 입힐 때: 1보다 크면 네트워크가 내는 것보다 선명한 색.",
    ),
    "works.help_size": (
        "Pixels of the longer side, to which a larger picture is shrunk first.",
        "긴 변의 픽셀 수. 더 큰 그림은 먼저 줄입니다.",
    ),
    "works.help_steady": (
        "Of a film, in [0, 1): how much of the last frame stays where nothing moves, against flicker.",
        "영상에서, [0, 1): 움직이지 않는 곳에 앞 프레임이 남는 몫. 깜빡임을 줄입니다.",
    ),
    "works.try_translate": (
        "  makebelieve translate {run} PHOTO -o new.png\n",
        "  makebelieve translate {run} PHOTO -o new.png\n",
    ),
    "works.try_stylise": (
        "  makebelieve stylise {run} PHOTO -o new.png\n",
        "  makebelieve stylise {run} PHOTO -o new.png\n",
    ),
    "works.made": ("The picture is {out}.{more}", "그림을 {out}에 저장했습니다.{more}"),
    "works.frames_too": (" How it came about is {frames}.", " 만들어진 과정은 {frames}에 있습니다."),
    "works.work_interrupted": (
        "Stopped early; the picture as far as it got is {out}.",
        "일찍 멈추었습니다. 거기까지의 그림은 {out}에 있습니다.",
    ),
    "works.one_picture": (
        "{n} pictures were given; a dream is made of one photo or film.",
        "그림 {n}장을 받았습니다. 꿈은 사진이나 영상 하나로 만듭니다.",
    ),
    "works.no_painting": (
        "Only the content was given; name at least one painting after it, whose manner it gets.",
        "내용이 될 그림만 받았습니다. 그 뒤에 화풍을 가져올 그림을 하나 이상 주십시오.",
    ),
    "works.shares": (
        "--shares {given!r} was given for {n} paintings; give a number above 0 for each, such as 2,1.",
        "그림 {n}장에 --shares {given!r}을(를) 주었습니다. 그림마다 0보다 큰 수를 하나씩 주십시오(예: 2,1).",
    ),
    "works.cant_change": (
        "The run {run} is of a {system}, which can't {verb} pictures.",
        "실행 {run}은(는) {system}이며 그림에 {verb}을(를) 할 수 없습니다.",
    ),
    "works.many_to_one": (
        "{n} files were given, and -o {out} is the name of one file; give a folder, such as -o new.",
        "파일 {n}개를 받았는데 -o {out}은(는) 파일 하나의 이름입니다. -o new처럼 폴더를 주십시오.",
    ),
    "works.same_place": (
        "Two of the files would be written to {place}; give them one at a time, each with -o.",
        "두 파일의 결과가 {place}에 겹칩니다. 하나씩 -o와 함께 주십시오.",
    ),
}
