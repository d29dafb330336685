"""What the film room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "film.missing": (
        "Films need ffmpeg, and none was found: pip install makebelieve[film] brings it, or install ffmpeg itself; GIFs do "
        "without.",
        "영상을 다루려면 ffmpeg가 필요한데 찾지 못했습니다. pip install makebelieve[film]으로 함께 설치하거나 ffmpeg를 직접 설치하십시오. "
        "GIF에는 필요하지 않습니다.",
    ),
    "film.no_file": (
        "There is no film at {path}; give the path of a file such as film.mp4.",
        "{path}에 영상이 없습니다. film.mp4처럼 있는 파일의 경로를 주십시오.",
    ),
    "film.no_video": (
        "{path} has sound but no moving pictures; give a film.",
        "{path}에는 소리만 있고 움직이는 그림이 없습니다. 영상을 주십시오.",
    ),
    "film.unreadable": (
        "{path} can't be read as a film ({why}); see whether it plays, or convert it to .mp4.",
        "{path}을(를) 영상으로 읽을 수 없습니다({why}). 재생되는지 확인하거나 .mp4로 바꾸십시오.",
    ),
    "film.breaks_off": (
        "{path} breaks off after {frames} frames ({why}); those were read.",
        "{path}은(는) {frames}프레임 뒤에서 끊깁니다({why}). 거기까지 읽었습니다.",
    ),
    "film.rate": (
        "fps={given!r} was given, and a number of frames a second above 0 and up to 1000 is needed, such as 25.",
        "fps={given!r}을(를) 주었지만 0보다 크고 1000 이하인 초당 프레임 수가 필요합니다. 예를 들면 25입니다.",
    ),
    "film.gif_rate": (
        "A GIF shows at most {most} frames a second, and {given} were to be written; give fps=25, or write .mp4.",
        "GIF는 초당 {most}프레임까지 보여 주는데 {given}프레임을 쓰려 했습니다. fps=25를 주거나 .mp4로 저장하십시오.",
    ),
    "film.suffix": (
        "A film can't be written as {path}: its name has to end in one of {known}.",
        "{path}(으)로는 영상을 저장할 수 없습니다. 이름이 {known} 중 하나로 끝나야 합니다.",
    ),
    "film.frame": (
        "A frame has shape {shape}; it has to be (3, h, w), or (1, h, w) for grey.",
        "프레임의 모양이 {shape}입니다. (3, h, w)이거나 흑백이면 (1, h, w)여야 합니다.",
    ),
    "film.sizes": (
        "Frame {number} has size {given} and those before it {first}; all frames of a film have one size.",
        "{number}번째 프레임의 크기는 {given}인데 그 앞은 {first}입니다. 한 영상의 프레임은 크기가 모두 같아야 합니다.",
    ),
    "film.no_frames": (
        "{path} was to be written without a single frame; give at least one.",
        "{path}을(를) 프레임 없이 저장하려 했습니다. 적어도 한 프레임을 주십시오.",
    ),
    "film.cannot_write": (
        "{path} can't be written ({why}); nothing of it was kept. See whether the disk has room and the folder can be "
        "written.",
        "{path}을(를) 저장할 수 없습니다({why}). 파일은 남지 않았습니다. 디스크에 공간이 있는지, 폴더에 쓸 수 있는지 확인하십시오.",
    ),
    "film.cannot_keep": (
        "Frames can't be kept in {folder} ({why}); {frames} are there and stay: make room, and the same call goes on.",
        "{folder}에 프레임을 저장할 수 없습니다({why}). 이미 저장된 {frames}프레임은 남아 있으니, 공간을 마련한 뒤 같은 명령을 다시 "
        "실행하면 이어집니다.",
    ),
    "film.itself": (
        "{path} is the film that is read; give another name for the film to be.",
        "{path}은(는) 지금 읽는 영상입니다. 새 영상에는 다른 이름을 주십시오.",
    ),
    "film.steady": (
        "steady={given!r} was given, and a share of at least 0 and below 1 is needed; 0 leaves every frame as it is.",
        "steady={given!r}을(를) 주었지만 0 이상 1 미만의 비율이 필요합니다. 0이면 모든 프레임을 그대로 둡니다.",
    ),
    "film.interrupted": (
        "Interrupted after {frames} frames of {out}; they are kept, and the same call goes on from there.",
        "{out}의 {frames}프레임까지 만들고 중단되었습니다. 저장되어 있으니 같은 명령을 다시 실행하면 이어집니다.",
    ),
    "film.others": (
        "{folder} holds frames of another film or of other settings; they are thrown away.",
        "{folder}에 다른 영상이나 다른 설정으로 만든 프레임이 있어 버립니다.",
    ),
    "film.goes_on": (
        "{frames} frames are in {folder} already; the rest is made.",
        "{folder}에 이미 {frames}프레임이 있어 나머지만 만듭니다.",
    ),
}
