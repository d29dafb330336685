"""What the translator room, and the door for pairs, say: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "translator.task": (
        "task={given} was given; it is one of {known}: what the translator is to do with pictures.",
        "task={given}이(가) 주어졌습니다. 번역기가 그림으로 할 일이며 {known} 중 하나여야 합니다.",
    ),
    "translator.not_pairs": (
        'task="{task}" needs pairs of pictures, and these are single ones: make the data with mb.pairs(inputs, targets).',
        'task="{task}"에는 짝지은 그림이 필요한데 데이터는 낱장 그림입니다. mb.pairs(inputs, targets)로 데이터를 만들어 주십시오.',
    ),
    "translator.are_pairs": (
        'task="{task}" makes its own inputs from single pictures, and these data are pairs: leave task= out for pairs, '
        "or make the data with mb.images.",
        'task="{task}"은(는) 낱장 그림에서 입력을 스스로 만드는데 데이터가 짝지은 그림입니다. 짝이면 task=를 빼고, '
        "아니면 mb.images로 데이터를 만들어 주십시오.",
    ),
    "translator.not_pictures": (
        "The data have items of shape {shape}; a translator needs pictures (channels, height, width), as mb.images and "
        "mb.pairs give.",
        "데이터 항목의 모양이 {shape}입니다. 번역기에는 mb.images나 mb.pairs가 주는 (채널, 높이, 너비) 그림이 필요합니다.",
    ),
    "translator.outside": (
        "The pictures have values from {low} to {high}; a translator needs values in [0, 1], so scale them into it.",
        "그림의 값이 {low}에서 {high}까지입니다. 번역기에는 [0, 1] 안의 값이 필요하므로 그 범위로 맞추어 주십시오.",
    ),
    "translator.channels": (
        "The pictures have {channels} channels; the task {task} learns from colour pictures of 3 (and all but colourise "
        "from grey ones of 1): give the data channels=3.",
        "그림의 채널이 {channels}개입니다. {task} 과제는 채널이 3개인 컬러 그림에서 배웁니다(colourise를 뺀 과제는 채널이 "
        "1개인 흑백 그림도 됩니다). 데이터에 channels=3을 지정하십시오.",
    ),
    "translator.no_wear": (
        "noise, scratches and dust are all 0, so there is nothing to restore from: give one of them, such as "
        "noise=25/255.",
        "noise, scratches, dust가 모두 0이어서 복원할 것이 없습니다. noise=25/255처럼 하나를 지정하십시오.",
    ),
    "translator.factor": (
        "factor={given} was given; pictures are enlarged by 2, 3 or 4.",
        "factor={given}이(가) 주어졌습니다. 그림은 2, 3, 4배로 확대할 수 있습니다.",
    ),
    "translator.number": (
        "{name}={given} was given; it is a number from {least} to {most}.",
        "{name}={given}이(가) 주어졌습니다. {least}에서 {most}까지의 수여야 합니다.",
    ),
    "translator.width": (
        "width={given} was given; it is a whole number of channels from 1 to 512, such as 48.",
        "width={given}이(가) 주어졌습니다. 1에서 512까지의 채널 수(정수)여야 하며, 예를 들어 48입니다.",
    ),
    "translator.network": (
        "network={given} was given; it is a torch module of your own, or left out for the U-Net.",
        "network={given}이(가) 주어졌습니다. 직접 만든 torch 모듈을 주거나, U-Net을 쓰려면 생략하십시오.",
    ),
    "translator.perceptual": (
        'perceptual={given} was given; it is the name of a VGG such as "vgg16", a name and a layer such as '
        '("squeezenet1_1", "features.3"), or left out.',
        'perceptual={given}이(가) 주어졌습니다. "vgg16"과 같은 VGG의 이름이나 ("squeezenet1_1", "features.3")처럼 이름과 층을 '
        "주거나, 생략하십시오.",
    ),
    "translator.no_backbone": (
        'backbone="{given}" was given; it is the name of a classifier and goes with the U-Net of the tasks colourise, '
        "restore and pairs: leave it out to enlarge and for a network of your own.",
        'backbone="{given}"이(가) 주어졌습니다. 분류기의 이름이며 colourise, restore, pairs 과제의 U-Net에만 쓰이므로 확대하거나 직접 만든 '
        "네트워크를 쓸 때는 생략하십시오.",
    ),
    "translator.backbone": (
        'backbone="{given}" lacks maps of {strides} times less than the picture\'s side: take another, such as '
        "mobilenet_v2 or resnet18.",
        'backbone="{given}"에는 그림 한 변의 {strides}분의 1 크기 맵이 모두 있지 않습니다. mobilenet_v2나 resnet18 같은 '
        "다른 네트워크를 주십시오.",
    ),
    "translator.own_network": (
        "The network makes {found} of two pictures of 32 × 32 pixels; this task needs {wanted}.",
        "네트워크가 32 × 32 픽셀 그림 두 장에서 {found}을(를) 만듭니다. 이 과제에는 {wanted}이(가) 필요합니다.",
    ),
    "translator.crop": (
        "crop={given} was given; the squares to learn from have a side from {least} to {side} pixels, the short side of "
        "the pictures, and a multiple of {factor}.",
        "crop={given}이(가) 주어졌습니다. 학습할 정사각형의 한 변은 {least}픽셀에서 그림의 짧은 변인 {side}픽셀까지이며 "
        "{factor}의 배수여야 합니다.",
    ),
    "translator.tile": (
        "tile={given} was given; a tile's side is a multiple of {unit} from {least} to {most} pixels, such as 640.",
        "tile={given}이(가) 주어졌습니다. 타일의 한 변은 {least}에서 {most}픽셀까지 {unit}의 배수이며, 예를 들어 640입니다.",
    ),
    "translator.saturation": (
        "saturation={given} was given to a translator for {task}; it is a factor from 0 to {most}, and other than 1 only "
        "where it colourises.",
        "{task} 번역기에 saturation={given}이(가) 주어졌습니다. 0에서 {most}까지의 배율이며, colourise가 아니면 1이어야 합니다.",
    ),
    "translator.no_picture": (
        "A {kind} was given where a picture is needed: a path, the bytes of a file, a PIL picture, an array, a tensor or "
        "Pictures.",
        "그림이 필요한 곳에 {kind}이(가) 주어졌습니다. 경로, 파일의 바이트, PIL 그림, 배열, 텐서 또는 Pictures를 주십시오.",
    ),
    "translator.film_out": (
        'The film {film} needs a place to be written to: translate(film, "out.mp4").',
        '영상 {film}에는 저장할 곳이 필요합니다. translate(film, "out.mp4")처럼 지정하십시오.',
    ),
    "translator.no_spoiling": (
        "This translator learned from pairs of pictures, so it can't spoil others itself.",
        "이 번역기는 짝지은 그림에서 배웠으므로 다른 그림을 스스로 망가뜨릴 수 없습니다.",
    ),
    "translator.too_small": (
        "The picture has {size} pixels; to be shrunk by {factor} it needs {factor} or more on each side.",
        "그림의 크기가 {size}픽셀입니다. {factor}배로 줄이려면 각 변이 {factor}픽셀 이상이어야 합니다.",
    ),
    "translator.how_many": (
        "{given} rows were asked for; ask for a whole number from 1 to 1,000,000.",
        "{given}줄이 요청되었습니다. 1에서 1,000,000까지의 정수를 주십시오.",
    ),
    "translator.pair_channels": (
        "channels={given} was given; for pairs they are two, of inputs and of targets, each 1, 3 or None, such as (1, 3).",
        "channels={given}이(가) 주어졌습니다. 짝에는 입력과 목표의 채널 두 개를 (1, 3)처럼 주며, 각각 1, 3 또는 None입니다.",
    ),
    "translator.pair_kinds": (
        "Inputs of type {inputs} and targets of type {targets} were given; both are to be folders, or both lists of paths, "
        "or both arrays.",
        "입력은 {inputs}, 목표는 {targets} 형식으로 주어졌습니다. 둘 다 폴더이거나, 경로 목록이거나, 배열이어야 합니다.",
    ),
    "translator.pair_counts": (
        "There are {inputs} inputs and {targets} targets; each input needs its target at the same place.",
        "입력이 {inputs}개, 목표가 {targets}개입니다. 입력마다 같은 자리에 목표가 하나씩 있어야 합니다.",
    ),
    "translator.pair_names": (
        'No picture in {inputs} is called like one in {targets} (the first are "{first}" and "{second}"): give the two '
        "files of a pair the same name and the same place in their folders; suffixes may differ.",
        '{inputs}와 {targets}에 이름이 같은 그림이 없습니다(첫 그림은 "{first}"와 "{second}"). 짝이 되는 두 파일에 같은 '
        "이름을 붙여 폴더 안 같은 위치에 두십시오. 확장자는 달라도 됩니다.",
    ),
    "translator.pair_twice": (
        'Two pictures in {folder} are called "{name}" but for their suffix, so it is not clear which is meant: rename or '
        "remove one.",
        '{folder}에 확장자만 다르고 이름이 "{name}"인 그림이 둘 있어 어느 것인지 알 수 없습니다. 하나의 이름을 바꾸거나 지우십시오.',
    ),
    "translator.pair_alone": (
        '{count} pictures have no partner of the same name and are left out, such as "{first}"; {kept} pairs remain.',
        '같은 이름의 짝이 없는 그림 {count}장을 제외합니다(예: "{first}"). 남은 짝은 {kept}쌍입니다.',
    ),
    "translator.bicubic": ("bicubic", "바이큐빅"),
    "translator.grey": ("grey", "흑백"),
    "translator.worn": ("input", "입력"),
    "translator.given": ("input", "입력"),
    "translator.output": ("output", "출력"),
    "translator.truth": ("truth", "원본"),
    "translator.better": (
        "{gain} dB PSNR over {plain} on pictures that it has not seen.",
        "학습에 쓰지 않은 그림에서 PSNR이 {plain}보다 {gain} dB 높습니다.",
    ),
    "translator.not_better": (
        "Not nearer to the truth than {plain} ({gain} dB PSNR): it needs more steps, or other pictures.",
        "{plain}보다 원본에 가깝지 않습니다(PSNR {gain} dB). 더 오래 학습하거나 다른 그림이 필요합니다.",
    ),
    "translator.nearer": (
        "Its colours are {ours} from the true ones (ΔE in Lab), nearer than grey and the mean colour ({best}).",
        "찾은 색이 원래 색에서 {ours}(Lab ΔE)만큼 떨어져, 흑백이나 평균색({best})보다 가깝습니다.",
    ),
    "translator.not_nearer": (
        "Its colours are {ours} from the true ones (ΔE in Lab), no nearer than grey or the mean colour ({best}): it needs "
        "more steps, or other pictures.",
        "찾은 색이 원래 색에서 {ours}(Lab ΔE)만큼 떨어져, 흑백이나 평균색({best})보다 가깝지 않습니다. 더 오래 학습하거나 "
        "다른 그림이 필요합니다.",
    ),
}
