"""What the networks room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "networks.too_small": (
        "Pictures of {height} × {width} pixels are too small for this network; the shorter side needs at least {least}.",
        "{height} × {width} 픽셀 그림은 이 네트워크에 너무 작습니다. 짧은 변이 {least}픽셀 이상이어야 합니다.",
    ),
    "networks.unknown": (
        "Neither torchvision nor timm has a classifier called {name!r}; did you mean one of: {near}?",
        "torchvision과 timm 어디에도 {name!r}(이)라는 분류기가 없습니다. 다음 중 하나를 뜻하셨습니까: {near}?",
    ),
    "networks.size": (
        "{network!r} can't take pictures of {height} × {width} pixels ({why}); its weights were learnt from {h} × {w}: load "
        "the data with size={h}.",
        "{network!r}에는 {height} × {width} 픽셀 그림을 넣을 수 없습니다({why}). 가중치는 {h} × {w}에서 학습되었으니 "
        "데이터를 size={h}로 불러오십시오.",
    ),
    "networks.no_layers": (
        "layers={given!r} names no layer; give the name of one or several, as mb.layers(…) lists them.",
        "layers={given!r}에는 층의 이름이 없습니다. mb.layers(…)가 보여 주는 이름을 하나 이상 주십시오.",
    ),
    "networks.no_backbone": (
        "backbone={given!r} was given; it is the name of a classifier of torchvision or timm, or a module.",
        "backbone={given!r}이(가) 주어졌습니다. torchvision이나 timm 분류기의 이름 또는 모듈이어야 합니다.",
    ),
    "networks.pretrained": (
        "pretrained={given!r} was given; it is True for published weights, False for random ones, or the path of a "
        "safetensors file.",
        "pretrained={given!r}이(가) 주어졌습니다. 공개된 가중치는 True, 무작위 가중치는 False, 아니면 safetensors 파일의 경로를 주십시오.",
    ),
    "networks.layers_size": (
        "size={given!r} was given; it is the pixels a side, a whole number from 1 up, or (height, width).",
        "size={given!r}이(가) 주어졌습니다. 한 변의 픽셀 수(1 이상의 정수) 또는 (높이, 너비)여야 합니다.",
    ),
    "networks.unknown_layer": (
        'There is no layer "{given}"; there are, for instance: {near} (mb.layers lists all).',
        '"{given}" 층은 없습니다. 예를 들어 다음과 같은 층이 있습니다: {near} (mb.layers가 모두 보여 줍니다).',
    ),
    "networks.no_maps": (
        'The layer "{given}" gives no maps (n, channels, height, width), or does not run; mb.layers lists those that do.',
        '"{given}" 층은 맵(n, 채널, 높이, 너비)을 내지 않거나 실행되지 않습니다. mb.layers가 맵을 내는 층을 보여 줍니다.',
    ),
    "networks.short_weights": (
        "The weights in {source} reach only to {last}, and not to {asked}; name layers up to that one, or give "
        "weights that reach further.",
        "{source}의 가중치는 {last}까지만 있고 {asked}에는 닿지 않습니다. 그 층까지의 이름을 주거나 더 깊이 닿는 가중치를 주십시오.",
    ),
    "networks.cant_see": (
        "{network} can't take pictures of {height} × {width} pixels ({why}); give it larger ones, or ask for layers that "
        "lie less deep.",
        "{network}에는 {height} × {width} 픽셀 그림을 넣을 수 없습니다({why}). 더 큰 그림을 주거나 덜 깊은 층을 요청하십시오.",
    ),
    "networks.no_features": (
        "Without its classifier {network!r} gives a tensor of shape {shape} for one picture, and (1, features) is needed; "
        "choose another network.",
        "{network!r}에서 분류기를 떼면 그림 한 장에 모양이 {shape}인 텐서가 나오는데 (1, 특징 수)가 필요합니다. 다른 네트워크를 "
        "고르십시오.",
    ),
    "networks.channels": (
        "{network!r} can't be made to take pictures of {channels} channels; give it pictures of 1 or 3.",
        "{network!r}은(는) 채널이 {channels}개인 그림을 받도록 바꿀 수 없습니다. 채널이 1개나 3개인 그림을 주십시오.",
    ),
    "networks.none_published": (
        "pretrained=True was given with {name!r}, for which no weights are published; give pretrained=False, or the name of "
        "a network of torchvision or timm.",
        "{name!r}에 pretrained=True를 주었지만 공개된 가중치가 없습니다. pretrained=False로 하거나 torchvision 또는 timm의 "
        "네트워크 이름을 주십시오.",
    ),
    "networks.own_pretrained": (
        "pretrained={pretrained!r} was given with a network of your own ({network}); load its weights yourself before you "
        "hand it over, and leave pretrained out.",
        "직접 만든 네트워크({network})에 pretrained={pretrained!r}을(를) 주었습니다. 가중치는 넘기기 전에 직접 불러오고 pretrained는 "
        "빼십시오.",
    ),
    "networks.own_fails": (
        "Your network {network} was tried with two black pictures of shape {shape} and failed: {why}.",
        "네트워크 {network}에 모양이 {shape}인 검은 그림 두 장을 넣어 보았더니 실패했습니다: {why}.",
    ),
    "networks.own_shape": (
        "Your network {network} gave {given} for two black pictures of shape {shape}; it has to give a tensor of shape "
        "{wanted}.",
        "네트워크 {network}에 모양이 {shape}인 검은 그림 두 장을 넣었더니 {given}이(가) 나왔습니다. 모양이 {wanted}인 텐서가 나와야 "
        "합니다.",
    ),
    "networks.no_file": (
        "There is no file of weights at {path}; give the path of a safetensors file, or pretrained=True to fetch "
        "published ones.",
        "{path}에 가중치 파일이 없습니다. safetensors 파일의 경로를 주거나, 공개된 가중치를 받으려면 pretrained=True를 주십시오.",
    ),
    "networks.not_safetensors": (
        "{path} is not a whole safetensors file ({why}); pickles such as .pth are not opened here: convert it with "
        "safetensors.torch.save_file, or fetch it again.",
        "{path}은(는) 온전한 safetensors 파일이 아닙니다({why}). .pth 같은 피클은 열지 않으니 safetensors.torch.save_file로 바꾸거나 "
        "다시 받으십시오.",
    ),
    "networks.other_weights": (
        "The weights in {source} are not of {network}: {missing} tensors are missing, {unknown} are unknown and {odd} have "
        "another shape, first {first} ({given} in the file, {wanted} in the network).",
        "{source}의 가중치는 {network}의 것이 아닙니다. 없는 텐서가 {missing}개, 모르는 텐서가 {unknown}개, 모양이 다른 텐서가 "
        "{odd}개이고 첫째는 {first}입니다(파일에서 {given}, 네트워크에서 {wanted}).",
    ),
    "networks.absent": ("absent", "없음"),
    "networks.fetching": (
        "Fetching the weights of {network} from {url}, once; their publisher's licence holds.",
        "{network}의 가중치를 {url}에서 한 번만 받습니다. 공개한 곳의 라이선스를 따릅니다.",
    ),
    "networks.offline": (
        "The weights of {network} are neither at {place} nor at {kept}, and {url} can't be reached ({why}); lay them "
        "there as safetensors, or give a path or pretrained=False.",
        "{network}의 가중치가 {place}에도 {kept}에도 없고 {url}에 접속할 수 없습니다({why}). 그 자리에 safetensors로 두거나, 경로 "
        "또는 pretrained=False를 주십시오.",
    ),
    "networks.no_url": (
        "No weights of {network} are published in a form that can be checked and opened safely; lay them at {place} as "
        "safetensors, or give a path or pretrained=False.",
        "{network}에는 검사하고 안전하게 열 수 있는 형태로 공개된 가중치가 없습니다. {place}에 safetensors로 두거나, 경로 또는 "
        "pretrained=False를 주십시오.",
    ),
    "networks.wrong_checksum": (
        "What came from {url} has a SHA-256 that begins with {found}, and {wanted} was expected: nothing was kept; try "
        "again later or give a path.",
        "{url}에서 온 파일의 SHA-256은 {found}(으)로 시작하는데 {wanted}(이)어야 합니다. 아무것도 저장하지 않았습니다. 나중에 다시 "
        "시도하거나 경로를 주십시오.",
    ),
    "networks.not_weights": (
        "What came from {url} has the right checksum but holds more or other than tensors by name, and is not opened; give "
        "the path of a safetensors file.",
        "{url}에서 온 파일은 체크섬은 맞지만 이름 붙은 텐서가 아닌 것이 들어 있어 열지 않습니다. safetensors 파일의 경로를 "
        "주십시오.",
    ),
    "networks.cannot_keep": (
        "The weights can't be kept in {folder} ({why}); let MAKEBELIEVE_DATA name a folder that can be written.",
        "{folder}에 가중치를 저장할 수 없습니다({why}). MAKEBELIEVE_DATA에 쓸 수 있는 폴더를 지정하십시오.",
    ),
    "networks.unknown_language": (
        "network={name!r} is no language model; give one of {known}, or a module of your own.",
        "network={name!r}(이)라는 언어 모델은 없습니다. {known} 중 하나나 직접 만든 모듈을 주십시오.",
    ),
    "networks.language_size": (
        "{name}={given!r} was given for a language model, and a whole number of at least 1 is needed.",
        "언어 모델에 {name}={given!r}을(를) 주었지만 1 이상의 정수가 필요합니다.",
    ),
    "networks.not_its_option": (
        "{name}={given!r} was given with network={network!r}, which has none; leave it out.",
        "network={network!r}에는 {name}이(가) 없는데 {name}={given!r}을(를) 주었습니다. 빼십시오.",
    ),
    "networks.dropout": (
        "dropout={given!r} was given, and a share of at least 0 and below 1 is needed; 0 drops nothing.",
        "dropout={given!r}을(를) 주었지만 0 이상 1 미만의 비율이 필요합니다. 0이면 아무것도 버리지 않습니다.",
    ),
    "networks.heads": (
        "{width} features can't be split among {heads} heads of attention; give a multiple of {least}.",
        "특징 {width}개를 어텐션 헤드 {heads}개에 나눌 수 없습니다. {least}의 배수를 주십시오.",
    ),
    "networks.context": (
        "A window of {length} tokens was given to a network whose context is {context}; give at most that many, or make the "
        "network with window={length}.",
        "문맥이 {context}인 네트워크에 토큰 {length}개짜리 창을 주었습니다. 그 이하로 주거나 window={length}(으)로 네트워크를 "
        "만드십시오.",
    ),
}
