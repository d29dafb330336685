"""What the data room says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    # pictures and grids
    "data.grid_shape": (
        "A grid takes pictures of shape (n, c, h, w) with n at least 1, but these have shape {shape}.",
        "격자는 (n, c, h, w) 모양이고 n이 1 이상인 그림을 받는데, 주어진 모양은 {shape}입니다.",
    ),
    "data.grid_options": (
        "A grid needs at least 1 column and padding of at least 0; given were columns={columns}, padding={padding}.",
        "격자에는 1 이상의 열과 0 이상의 여백이 필요한데, columns={columns}, padding={padding}을(를) 받았습니다.",
    ),
    "data.other_shape": (
        "The pictures have shape {given}; {expected} is needed.",
        "그림의 모양이 {given}입니다. {expected}이어야 합니다.",
    ),
    "data.outside_unit": (
        "The pictures have values from {low} to {high}; they must lie in [0, 1] (or be whole bytes, uint8).",
        "그림의 값이 {low}에서 {high}까지입니다. [0, 1] 안에 있거나 바이트(uint8)여야 합니다.",
    ),
    "data.pictures_shape": (
        "Pictures have shape (n, c, h, w) or (c, h, w) with c 1 or 3, but this tensor has shape {shape}.",
        "그림은 c가 1 또는 3인 (n, c, h, w)나 (c, h, w) 모양이어야 하는데, 이 텐서의 모양은 {shape}입니다.",
    ),
    "data.pictures_captions": (
        "There are {captions} captions for {pictures} pictures; give one a picture.",
        "그림 {pictures}장에 설명이 {captions}개입니다. 그림마다 하나씩 주십시오.",
    ),
    "data.save_one": (
        "as_='picture' writes exactly one picture, but there are {n}; use as_='grid' or as_='folder'.",
        "as_='picture'는 그림 한 장만 저장하는데 {n}장이 있습니다. as_='grid'나 as_='folder'를 쓰십시오.",
    ),
    "data.save_as": (
        "as_ must be 'picture', 'grid' or 'folder', not {given!r}.",
        "as_는 'picture', 'grid', 'folder' 중 하나여야 하는데 {given!r}을(를) 받았습니다.",
    ),
    "data.save_suffix": (
        "Can't write {path}: no picture format goes with the suffix {suffix!r}; use .png or .jpg.",
        "{path} 파일을 쓸 수 없습니다. 확장자 {suffix!r}에 맞는 그림 형식이 없으니 .png나 .jpg를 쓰십시오.",
    ),
    "data.no_hangul_font": (
        "No font with Hangul was found, so captions show boxes; install one with: pip install 'makebelieve[korean]'",
        "한글 글꼴을 찾지 못해 설명이 네모로 보입니다. 다음 명령으로 설치하십시오: pip install 'makebelieve[korean]'",
    ),
    # options
    "data.size": (
        "size must be a whole number of pixels or (height, width), each from 1 to {largest}, not {size!r}.",
        "size는 1부터 {largest}까지의 정수 픽셀 수이거나 (높이, 너비)여야 하는데 {size!r}을(를) 받았습니다.",
    ),
    "data.channels": (
        "channels must be 1 (grey) or 3 (colour), not {channels!r}.",
        "channels는 1(흑백) 또는 3(컬러)이어야 하는데 {channels!r}을(를) 받았습니다.",
    ),
    "data.valid_range": (
        "valid must be a share from 0 up to but not including 1, such as 0.2, not {valid!r}.",
        "valid는 0.2처럼 0 이상 1 미만의 비율이어야 하는데 {valid!r}을(를) 받았습니다.",
    ),
    "data.valid_places": (
        "valid names item {wrong}, but there are only {n} items, counted from 0.",
        "valid에 {wrong}번 항목이 있지만 항목은 0번부터 세어 {n}개뿐입니다.",
    ),
    "data.valid_needs_paths": (
        "valid is a function or pattern of file paths, but this source has none; give a share or the items' places.",
        "valid가 파일 경로를 보는 함수나 패턴인데 이 원본에는 경로가 없습니다. 비율이나 항목의 자리 번호를 주십시오.",
    ),
    "data.valid_none": (
        "valid={valid} holds back none of the {n} items; look at how their paths are written.",
        "valid={valid}에 해당하는 항목이 {n}개 중 하나도 없습니다. 경로가 어떻게 쓰여 있는지 확인하십시오.",
    ),
    "data.valid_pattern": (
        "valid={pattern!r} is no regular expression ({why}).",
        "valid={pattern!r}은(는) 정규식이 아닙니다({why}).",
    ),
    "data.valid_function": ("a function of the path", "경로의 함수"),
    "data.split_held_out": (
        "held out for validation by their path: {valid}",
        "경로로 골라 검증용으로 떼어 둠: {valid}",
    ),
    "data.no_such_files": (
        "The folder {folder} and the folders in it hold no such files ({suffixes}).",
        "{folder} 폴더와 그 아래 폴더에 그런 파일({suffixes})이 없습니다.",
    ),
    "data.nothing_to_train": (
        "All {n} items are held back for validation and none is left to train on; make valid= smaller.",
        "항목 {n}개가 모두 검증용이라 학습할 항목이 없습니다. valid= 값을 줄이십시오.",
    ),
    "data.flip_range": (
        "random_flip takes a probability from 0 to 1, not {p!r}.",
        "random_flip은 0부터 1까지의 확률을 받는데 {p!r}을(를) 받았습니다.",
    ),
    "data.crop_range": (
        "random_crop takes a whole number of pixels of at least 1, not {padding!r}.",
        "random_crop은 1 이상의 정수 픽셀 수를 받는데 {padding!r}을(를) 받았습니다.",
    ),
    "data.affine_range": (
        "random_affine takes {name} from 0 to {most}, not {value!r}.",
        "random_affine의 {name}은(는) 0부터 {most}까지인데 {value!r}을(를) 받았습니다.",
    ),
    "data.augment_kind": (
        "augment takes transforms such as random_flip() or random_crop(4): something callable that has `draws`; "
        "not {given!r}.",
        "augment에는 random_flip()이나 random_crop(4)처럼 호출할 수 있고 `draws`가 있는 변환이 와야 하는데 "
        "{given!r}을(를) 받았습니다.",
    ),
    "data.part": (
        "A part is 'train' or 'valid', not {part!r}.",
        "부분의 이름은 'train' 또는 'valid'여야 하는데 {part!r}을(를) 받았습니다.",
    ),
    "data.batch_size": (
        "The batch size must be a whole number of at least 1, not {size!r}.",
        "배치 크기는 1 이상의 정수여야 하는데 {size!r}을(를) 받았습니다.",
    ),
    "data.batch_small": (
        "A batch of {size} can't be shared by {world} processes; each needs at least one item.",
        "{size}개짜리 배치를 프로세스 {world}개가 나눌 수 없습니다. 프로세스마다 하나 이상 필요합니다.",
    ),
    "data.rank": (
        "rank must lie from 0 to world - 1; given were rank={rank}, world={world}.",
        "rank는 0부터 world - 1까지여야 하는데 rank={rank}, world={world}을(를) 받았습니다.",
    ),
    "data.other_order": (
        "The saved position in the data was made with {name}={saved}, but here it is {here}; "
        "go on with the same data, seed and batch size.",
        "저장된 데이터 위치는 {name}={saved}(으)로 만든 것인데 지금은 {here}입니다. "
        "같은 데이터, 시드, 배치 크기로 이어 가십시오.",
    ),
    # sources
    "data.unknown_name": (
        "There is no data set {name!r}; did you mean: {near}? Known are {all}; a folder or file needs to exist.",
        "{name!r}(이)라는 데이터가 없습니다. 혹시 다음을 뜻하셨습니까: {near}? 알려진 이름은 {all}이며, "
        "폴더라면 실제로 있어야 합니다.",
    ),
    "data.source_kind": (
        "images takes a known name, a folder, a list of paths, an array or tensor, a torch Dataset or a data frame, "
        "not {kind}.",
        "images는 알려진 이름, 폴더, 경로 목록, 배열이나 텐서, torch Dataset, 데이터 프레임을 받는데 "
        "{kind}을(를) 받았습니다.",
    ),
    "data.folder_missing": (
        "There is no folder {folder}; check the path.",
        "{folder} 폴더가 없습니다. 경로를 확인하십시오.",
    ),
    "data.file_not_folder": (
        "{path} is a file; give its folder, or a list of files.",
        "{path}은(는) 파일입니다. 그 폴더나 파일 목록을 주십시오.",
    ),
    "data.empty_folder": (
        "The folder {folder} and the folders in it hold no pictures ({suffixes}).",
        "{folder} 폴더와 그 아래 폴더에 그림({suffixes})이 없습니다.",
    ),
    "data.no_items": (
        "There are no items: the source is empty, or nothing in it could be read.",
        "항목이 없습니다. 원본이 비어 있거나 읽을 수 있는 것이 없습니다.",
    ),
    "data.empty_part": (
        "The part {part!r} holds no items; make the data with another valid= to have some.",
        "{part!r} 부분에 항목이 없습니다. 데이터를 만들 때 valid= 값을 바꾸십시오.",
    ),
    "data.no_numbers": (
        "The labels ({classes}, …) are classes, not numbers; use mb.classifier, or give labels that are numbers.",
        "레이블({classes}, …)이 수가 아니라 클래스입니다. mb.classifier를 쓰거나 레이블을 수로 지정하십시오.",
    ),
    "data.clusters": (
        "k is {given!r}; there can be from 2 to {n} clusters of {n} items.",
        "k가 {given!r}입니다. 항목 {n}개의 군집은 2개부터 {n}개까지입니다.",
    ),
    "data.file_missing": ("There is no file {path!r}.", "{path!r} 파일이 없습니다."),
    "data.no_picture": (
        "{path} can't be read as a picture ({why}); give the path of a picture file.",
        "{path}을(를) 그림으로 읽을 수 없습니다({why}). 그림 파일의 경로를 주십시오.",
    ),
    "data.unreadable": (
        "{name} can't be read as a picture ({why}).",
        "{name}을(를) 그림으로 읽을 수 없습니다({why}).",
    ),
    "data.other_numbers": (
        "The numbers have shape {given}; one item has {expected}.",
        "수의 모양이 {given}입니다. 항목 하나의 모양은 {expected}이어야 합니다.",
    ),
    "data.no_column": (
        "The data frame has no column {column!r}; it has {columns}.",
        "데이터 프레임에 {column!r} 열이 없습니다. 있는 열은 {columns}입니다.",
    ),
    "data.no_path_column": (
        "No column of the data frame holds file paths as text in every row; its columns are {columns}.",
        "모든 행에 파일 경로가 글자로 든 열이 데이터 프레임에 없습니다. 있는 열은 {columns}입니다.",
    ),
    "data.dataset_length": (
        "The Dataset {kind} must have a length of at least 1, so that its items can be drawn in any order.",
        "Dataset {kind}에는 1 이상의 길이가 있어야 항목을 아무 순서로나 꺼낼 수 있습니다.",
    ),
    # labels
    "data.labels_length": (
        "There are {labels} labels for {items} items; give one an item.",
        "항목 {items}개에 라벨이 {labels}개입니다. 항목마다 하나씩 주십시오.",
    ),
    "data.labels_missing": (
        "{missing} of {n} items have no label; give every item one, or labels=None.",
        "항목 {n}개 중 {missing}개에 라벨이 없습니다. 모두에 라벨을 주거나 labels=None으로 하십시오.",
    ),
    "data.labels_need_paths": (
        "labels={labels!r} looks at file paths, but this source has none; give a sequence of labels.",
        "labels={labels!r}은(는) 파일 경로를 보는데 이 원본에는 경로가 없습니다. 라벨 목록을 주십시오.",
    ),
    "data.outside_folders": (
        "labels='folder' needs every picture inside a class folder, but {path} lies directly in {folder}.",
        "labels='folder'라면 모든 그림이 클래스 폴더 안에 있어야 하는데 {path}은(는) {folder} 바로 아래에 있습니다.",
    ),
    "data.pattern_wrong": (
        "labels={pattern!r} is no regular expression ({why}); known words are 'auto' and 'folder'.",
        "labels={pattern!r}은(는) 정규식이 아닙니다({why}). 쓸 수 있는 낱말은 'auto'와 'folder'입니다.",
    ),
    "data.pattern_groups": (
        "The pattern {pattern!r} must have exactly one group in parentheses, which is the label; it has {groups}.",
        "패턴 {pattern!r}에는 라벨이 될 괄호 그룹이 꼭 하나 있어야 하는데 {groups}개 있습니다.",
    ),
    "data.pattern_misses": (
        "The pattern {pattern!r} is not found in {path}, so this item has no label.",
        "패턴 {pattern!r}이(가) {path}에서 발견되지 않아 이 항목에 라벨이 없습니다.",
    ),
    "data.unknown_class": (
        "There is no class {unknown}; there are: {classes}.",
        "{unknown} 클래스가 없습니다. 있는 클래스: {classes}.",
    ),
    "data.classes_without_labels": (
        "classes={classes!r} asks for classes, but these items have no labels; give labels=.",
        "classes={classes!r}(으)로 클래스를 골랐지만 항목에 라벨이 없습니다. labels=를 주십시오.",
    ),
    "data.classes_names": (
        "classes= gives {n} names for labels 0 to {n} - 1, but a label is {label!r}.",
        "classes=는 라벨 0부터 {n} - 1까지의 이름 {n}개인데 {label!r}(이)라는 라벨이 있습니다.",
    ),
    "data.labelled": (
        "labelled is how many training items keep their label, such as 100, or a list of their places; not {given}.",
        "labelled는 라벨을 남길 학습 항목의 수(예: 100)이거나 그 자리 번호의 목록이어야 하는데 {given}입니다.",
    ),
    "data.labelled_twice": (
        "labelled names place {place} twice; name each training item once.",
        "labelled에 {place}번 자리가 두 번 있습니다. 학습 항목마다 한 번만 적으십시오.",
    ),
    "data.labelled_without": (
        "labelled= hides labels of classes, but these items have no classes; give labels as text or whole numbers.",
        "labelled=는 클래스 라벨을 숨기는데 이 항목에는 클래스가 없습니다. 글자나 정수로 된 라벨을 주십시오.",
    ),
    "data.labelled_places": (
        "labelled names training item {wrong}, but there are only {n}, counted from 0.",
        "labelled에 {wrong}번 학습 항목이 있지만 학습 항목은 0번부터 세어 {n}개뿐입니다.",
    ),
    "data.labelled_class": (
        "None of the {n} items that labelled names is of class {name}; name at least one item of every class.",
        "labelled로 고른 항목 {n}개 중에 {name} 클래스가 없습니다. 클래스마다 하나 이상 고르십시오.",
    ),
    "data.labelled_many": (
        "labelled={asked} asks for more labels than the {n} training items; ask for fewer, or leave labelled out.",
        "labelled={asked}은(는) 학습 항목 {n}개보다 많습니다. 더 적게 주거나 labelled를 빼십시오.",
    ),
    "data.labelled_few": (
        "labelled={asked} is too few for {classes} classes; each needs at least one label.",
        "labelled={asked}은(는) 클래스 {classes}개에 부족합니다. 클래스마다 라벨이 하나 이상 필요합니다.",
    ),
    "data.targets_ragged": (
        "Numeric targets must be numbers, or lists of numbers of one length ({why}).",
        "수치 목표값은 수이거나 길이가 같은 수 목록이어야 합니다({why}).",
    ),
    "data.targets_nan": (
        "Some targets are NaN or infinite; remove those items or mend the values.",
        "목표값에 NaN이나 무한대가 있습니다. 그 항목을 빼거나 값을 고치십시오.",
    ),
    # reading
    "data.skipped": (
        "{broken} of {n} files could not be read and are skipped: {some}.",
        "파일 {n}개 중 {broken}개를 읽지 못해 건너뜁니다: {some}.",
    ),
    "data.too_many_broken": (
        "At least {broken} of {n} files can't be read, more than the share of {share} that max_broken allows; "
        "the first is {first}.",
        "파일 {n}개 중 적어도 {broken}개를 읽을 수 없어 max_broken이 허용하는 비율 {share}을(를) 넘습니다. "
        "첫 번째는 {first}입니다.",
    ),
    "data.broken_later": (
        "{name} could not be read while training ({why}); remove or replace it and make the data again.",
        "학습 중에 {name}을(를) 읽지 못했습니다({why}). 지우거나 바꾼 뒤 데이터를 다시 만드십시오.",
    ),
    "data.huge": (
        "{w} × {h} pixels are more than is safe to open",
        "{w} × {h} 픽셀은 안전하게 열 수 있는 크기를 넘습니다",
    ),
    "data.sizes_differ": (
        "Pictures differ in size: {first} is {one} and {other} is {two}; give size= to make them one size.",
        "그림 크기가 서로 다릅니다. {first}은(는) {one}, {other}은(는) {two}입니다. size=를 주어 크기를 맞추십시오.",
    ),
    "data.array_shape": (
        "Pictures in an array have shape (n, h, w), (n, h, w, c) or (n, c, h, w) with c 1, 3 or 4 and nothing empty, "
        "not {shape}.",
        "그림 배열은 c가 1, 3, 4이고 비어 있지 않은 (n, h, w), (n, h, w, c), (n, c, h, w) 모양이어야 하는데 "
        "{shape}입니다.",
    ),
    "data.array_kind": (
        "Pictures in an array must be numbers, not {kind}.",
        "그림 배열은 수여야 하는데 {kind}입니다.",
    ),
    "data.array_nan": (
        "{n} values are NaN or infinite; remove those items or mend the values.",
        "값 {n}개가 NaN이거나 무한대입니다. 그 항목을 빼거나 값을 고치십시오.",
    ),
    "data.array_whole": (
        "Whole-number pictures must lie in 0 to 255, but these run from {low} to {high}.",
        "정수 그림은 0부터 255까지여야 하는데 {low}부터 {high}까지입니다.",
    ),
    "data.array_range": (
        "Floating-point pictures must lie in 0 to 1, but these run from {low} to {high}; {advice}.",
        "실수 그림은 0부터 1까지여야 하는데 {low}부터 {high}까지입니다. {advice}.",
    ),
    "data.advice_255": (
        "divide them by 255, or give them as uint8",
        "255로 나누거나 uint8로 주십시오",
    ),
    "data.advice_scale": (
        "bring them into that range first, as (x + 1) / 2 does for -1 to 1",
        "-1부터 1까지라면 (x + 1) / 2처럼 먼저 그 범위로 옮기십시오",
    ),
    "data.array_empty": (
        "arrays needs x of shape (n, ...) with n at least 1, not {shape}.",
        "arrays에는 n이 1 이상인 (n, ...) 모양의 x가 필요한데 {shape}입니다.",
    ),
    "data.array_numbers": (
        "arrays needs x as numbers in one rectangular array ({why}).",
        "arrays의 x는 반듯한 배열 하나에 든 수여야 합니다({why}).",
    ),
    "data.not_pictures": (
        "Items of shape {shape} aren't pictures of 1 or 3 channels, so there is nothing to show.",
        "모양이 {shape}인 항목은 채널이 1 또는 3인 그림이 아니어서 보여 줄 것이 없습니다.",
    ),
    "data.stage": (
        "The stage {stage!r} failed on {item}: {why}",
        "{stage!r} 단계가 {item}에서 실패했습니다: {why}",
    ),
    # downloads
    "data.fetching": (
        "Fetching {name}: {file} from {url}; licence: {licence}",
        "{name} 받는 중: {url}의 {file}, 라이선스: {licence}",
    ),
    "data.offline": (
        "{name!r} could not be fetched from {url} ({why}); check the network, or use what works without one: {works}.",
        "{url}에서 {name!r}을(를) 받지 못했습니다({why}). 네트워크를 확인하거나, 네트워크 없이 되는 것을 쓰십시오: "
        "{works}.",
    ),
    "data.wrong_checksum": (
        "What came for {name!r} from {url} does not have the checksum {checksum} and was thrown away; try again.",
        "{url}에서 받은 {name!r} 파일의 체크섬이 {checksum}과(와) 달라 버렸습니다. 다시 시도하십시오.",
    ),
    "data.cannot_keep": (
        "{name!r} could not be kept in {folder} ({why}); set MAKEBELIEVE_DATA to a folder that can be written.",
        "{name!r}을(를) {folder}에 저장하지 못했습니다({why}). MAKEBELIEVE_DATA를 쓸 수 있는 폴더로 정하십시오.",
    ),
    "data.cache_only": (
        "{name!r} is not fetched from anywhere; it works where {path} exists (MAKEBELIEVE_DATA names the folder).",
        "{name!r}은(는) 내려받지 않으며 {path} 파일이 있을 때만 됩니다(폴더는 MAKEBELIEVE_DATA로 정합니다).",
    ),
    "data.not_idx": (
        "{path} is no idx file of bytes, or is cut short; remove it and try again.",
        "{path}은(는) 바이트 idx 파일이 아니거나 중간에 끊겼습니다. 지우고 다시 시도하십시오.",
    ),
    "data.extra_missing": (
        "{name!r} comes with the package {package}, which is not installed: pip install 'makebelieve[samples]'",
        "{name!r}은(는) 설치되지 않은 {package} 패키지에 들어 있습니다: pip install 'makebelieve[samples]'",
    ),
    # summary
    "data.none": ("none", "없음"),
    "data.row_what": ("data", "데이터"),
    "data.row_items": ("items", "항목"),
    "data.row_labelled": ("labels", "라벨"),
    "data.row_size": ("shape", "모양"),
    "data.row_split": ("split", "나누기"),
    "data.row_augment": ("augmentation", "증강"),
    "data.row_skipped": ("skipped files", "건너뛴 파일"),
    "data.row_licence": ("licence", "라이선스"),
    "data.row_class": ("class", "클래스"),
    "data.column_train": ("train", "학습"),
    "data.column_labelled": ("labelled", "라벨 있음"),
    "data.column_valid": ("valid", "검증"),
    "data.summary_counts": ("{train} train, {valid} valid", "학습 {train}, 검증 {valid}"),
    "data.summary_labelled": ("{n} of {items} training items have one", "학습 항목 {items}개 중 {n}개에 있음"),
    "data.summary_memory": ("in memory", "메모리에 있음"),
    "data.summary_disk": ("read from disk", "디스크에서 읽음"),
    "data.no_labels": ("no labels", "라벨 없음"),
    "data.targets": ("targets from {low} to {high}", "목표값 {low}부터 {high}까지"),
    "data.more_classes": ("… and {n} more classes", "… 그 밖에 클래스 {n}개"),
    "data.one_class": (
        "There is one class only, {name}: enough for generating, not for telling classes apart.",
        "클래스가 {name} 하나뿐입니다. 생성에는 충분하지만 분류에는 부족합니다.",
    ),
    "data.imbalance": (
        "The classes are unbalanced: {big} has {many} training items, {small} only {few}.",
        "클래스 균형이 맞지 않습니다. 학습 항목이 {big}에는 {many}개, {small}에는 {few}개뿐입니다.",
    ),
    "data.split_random": ("{percent} % for validation, drawn with seed {seed}", "{percent} % 검증용, 시드 {seed}"),
    "data.split_own": ("the source's own parts", "원본이 나눈 그대로"),
    "data.split_chosen": ("{n} items chosen for validation", "검증용으로 고른 항목 {n}개"),
    "data.items_first": ("{n} items; the first is {first}", "항목 {n}개, 첫 번째는 {first}"),
}
