"""What the door for texts says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    # options
    "text.level": (
        "level must be 'char', 'word' or 'bpe', not {level!r}.",
        "level은 'char', 'word', 'bpe' 중 하나여야 하는데 {level!r}을(를) 받았습니다.",
    ),
    "text.hangul": (
        "hangul must be 'syllable' or 'jamo', not {hangul!r}.",
        "hangul은 'syllable'(음절)이나 'jamo'(자모)여야 하는데 {hangul!r}을(를) 받았습니다.",
    ),
    "text.hangul_words": (
        "hangul='jamo' goes with level='char' or 'bpe': whole words are not taken apart.",
        "hangul='jamo'는 level='char'나 'bpe'와 함께 써야 합니다. 단어 단위에서는 음절을 나누지 않습니다.",
    ),
    "text.vocabulary": (
        "vocabulary must be a whole number of tokens of at least 4, or None, not {vocabulary!r}.",
        "vocabulary는 4 이상의 정수 토큰 수이거나 None이어야 하는데 {vocabulary!r}을(를) 받았습니다.",
    ),
    "text.bytes": (
        "Byte pairs need a vocabulary of at least {least} tokens, one for each byte; vocabulary={size} is too few.",
        "바이트 쌍에는 바이트마다 하나씩 토큰이 적어도 {least}개 필요한데 vocabulary={size}은(는) 너무 적습니다.",
    ),
    "text.floor": (
        "floor must be a whole number of at least 1, not {floor!r}.",
        "floor는 1 이상의 정수여야 하는데 {floor!r}을(를) 받았습니다.",
    ),
    "text.length": (
        "length must be a whole number of tokens of at least 1, or None, not {length!r}.",
        "length는 1 이상의 정수 토큰 수이거나 None이어야 하는데 {length!r}을(를) 받았습니다.",
    ),
    "text.window": (
        "window must be a whole number of tokens of at least 1, not {window!r}.",
        "window는 1 이상의 정수 토큰 수여야 하는데 {window!r}을(를) 받았습니다.",
    ),
    "text.step": (
        "step must be a whole number of tokens of at least 1, not {step!r}.",
        "step은 1 이상의 정수 토큰 수여야 하는데 {step!r}을(를) 받았습니다.",
    ),
    "text.valid_share": (
        "Of one continuous text the last share is held back: valid must be a number from 0 up to but not including 1, "
        "such as 0.1, not {valid!r}.",
        "이어진 글 하나는 마지막 부분을 검증용으로 떼어 둡니다. valid는 0.1처럼 0 이상 1 미만의 수여야 하는데 "
        "{valid!r}을(를) 받았습니다.",
    ),
    "text.encoding": (
        "There is no encoding called {encoding!r}; known ones are 'utf-8', 'cp949', 'utf-16', 'latin-1', …",
        "{encoding!r}(이)라는 인코딩은 없습니다. 'utf-8', 'cp949', 'utf-16', 'latin-1' 등을 쓸 수 있습니다.",
    ),
    "text.extra_missing": (
        "Words and byte pairs are made by the package tokenizers, which is not installed: "
        "pip install 'makebelieve[text]' (level='char' works without it).",
        "단어와 바이트 쌍은 tokenizers 패키지로 만드는데 설치되어 있지 않습니다: "
        "pip install 'makebelieve[text]' (level='char'는 없어도 됩니다).",
    ),
    # sources
    "text.source": (
        "text takes a known name, a file, a folder, a table, a data frame, a list of files or of strings, or a text "
        "itself, not {kind}.",
        "text에는 알려진 이름, 파일, 폴더, 표, 데이터 프레임, 파일이나 문자열의 목록, 또는 글 자체를 주어야 하는데 "
        "{kind}을(를) 받았습니다.",
    ),
    "text.missing": (
        "{source!r} is neither a file or folder nor a known name ({near}); a text itself needs a line break or more "
        "than 200 characters.",
        "{source!r}은(는) 파일도 폴더도 알려진 이름({near})도 아닙니다. 글 자체를 주려면 줄바꿈이 있거나 200자보다 "
        "길어야 합니다.",
    ),
    "text.label_folder": (
        "label={label!r} doesn't go with .txt files: give label='folder' to take each file's folder for its label, "
        "or labels in the order of a list of files.",
        "label={label!r}은(는) .txt 파일과 쓸 수 없습니다. 파일이 든 폴더를 라벨로 쓰려면 label='folder'를, 파일 "
        "목록이면 그 순서대로 라벨을 주십시오.",
    ),
    "text.label_strings": (
        "label={label!r} names a column, but the texts are a list of strings; give labels in their order.",
        "label={label!r}은(는) 열 이름인데 글이 문자열 목록입니다. 라벨을 같은 순서로 주십시오.",
    ),
    "text.no_column": (
        "{name} has no column {column!r}; the nearest is {near!r} (columns: {columns}).",
        "{name}에 {column!r} 열이 없습니다. 가장 비슷한 열은 {near!r}입니다(열: {columns}).",
    ),
    "text.which_column": (
        "Which column of {name} holds the texts? Give text= one of: {columns}.",
        "{name}의 어느 열에 글이 있는지 알 수 없습니다. text=에 다음 중 하나를 주십시오: {columns}.",
    ),
    "text.no_rows": (
        "{path} holds no rows below its head.",
        "{path}에 머리글 아래 행이 없습니다.",
    ),
    "text.row": (
        "Row {row} of {path} has {found} fields, its head has {columns}; quotes are literal in .tsv, use .csv for "
        "quoted fields.",
        "{path}의 {row}번째 행에 칸이 {found}개인데 머리글에는 {columns}개입니다. .tsv에서는 따옴표가 글자 그대로이니 "
        "따옴표로 묶은 칸은 .csv로 주십시오.",
    ),
    "text.object": (
        "Line {line} of {path} is no JSON object ({why}); a .jsonl file has one a line.",
        "{path}의 {line}번째 줄이 JSON 객체가 아닙니다({why}). .jsonl 파일은 줄마다 객체 하나입니다.",
    ),
    "text.column_twice": (
        "{name} has two columns called {column!r}; give each a name of its own.",
        "{name}에 이름이 {column!r}인 열이 둘 있습니다. 열마다 다른 이름을 주십시오.",
    ),
    "text.torn": (
        "{path} can't be read ({why}).",
        "{path}을(를) 읽을 수 없습니다({why}).",
    ),
    "text.parquet": (
        "{path} is read by the package pyarrow, which is not installed: pip install pyarrow; or give a data frame.",
        "{path}은(는) pyarrow 패키지로 읽는데 설치되어 있지 않습니다: pip install pyarrow. 또는 데이터 프레임을 주십시오.",
    ),
    "text.not_encoded": (
        "{path} is not {encoding}: the byte {byte} at position {position} (line {line}) doesn't fit; give its "
        "encoding, such as encoding={guess!r}.",
        "{path}은(는) {encoding} 파일이 아닙니다. 위치 {position}({line}번째 줄)의 바이트 {byte}을(를) 읽을 수 없으니 "
        "encoding={guess!r}처럼 인코딩을 주십시오.",
    ),
    "text.surrogate": (
        "Document {document} holds half a surrogate pair at character {position}, which no file can hold; mend or "
        "leave it out.",
        "{document}번 글의 {position}번째 글자가 반쪽 서로게이트라 저장할 수 없습니다. 고치거나 빼십시오.",
    ),
    "text.all_empty": (
        "None of the {n} documents of {name} has any text.",
        "{name}의 글 {n}개에 내용이 하나도 없습니다.",
    ),
    "text.several_labels": (
        "Each text may have one label, but these have lists of them.",
        "글마다 라벨은 하나여야 하는데 목록을 받았습니다.",
    ),
    "text.no_text": (
        "A text is a string or the path of a .txt file, not {kind}.",
        "글은 문자열이거나 .txt 파일의 경로여야 하는데 {kind}을(를) 받았습니다.",
    ),
    "text.empty": (
        "There is no text in {given!r}.",
        "{given!r}에 글이 없습니다.",
    ),
    # tokens
    "text.unknown": (
        "The vocabulary of {count} tokens lacks {missing}, which the text has.",
        "글에 있는 {missing}이(가) 토큰 {count}개인 어휘에 없습니다.",
    ),
    "text.no_tokens": (
        "No token comes {floor} times or more in the training part; give a smaller floor.",
        "학습용 글에 {floor}번 이상 나오는 토큰이 없습니다. floor를 줄이십시오.",
    ),
    "text.short": (
        "The {part} part has {n} tokens, too short for a window of {window}: it takes {needed} or more; give a "
        "smaller window or more text.",
        "{part} 부분의 토큰이 {n}개라 window={window}에 모자랍니다. {needed}개 이상 필요하니 window를 줄이거나 글을 "
        "늘리십시오.",
    ),
    # what data show
    "text.split_last": ("the last {percent} % for validation", "마지막 {percent} % 검증용"),
    "text.row_documents": ("documents", "글"),
    "text.row_characters": ("characters", "글자"),
    "text.row_tokens": ("tokens", "토큰"),
    "text.row_vocabulary": ("vocabulary", "어휘"),
    "text.row_common": ("most frequent", "가장 흔한 것"),
    "text.row_lengths": ("length", "길이"),
    "text.row_skipped": ("without text", "내용 없음"),
    "text.level_char": ("characters", "글자 단위"),
    "text.level_word": ("words", "단어 단위"),
    "text.level_bpe": ("byte pairs", "바이트 쌍 단위"),
    "text.jamo": ("Hangul by jamo", "한글 자모"),
    "text.lengths": (
        "{median} tokens in the middle, {long} at 95 %, {longest} at most",
        "중앙값 {median}토큰, 95 %가 {long}토큰 이하, 최대 {longest}토큰",
    ),
    "text.column_text": ("text", "글"),
    "text.column_place": ("token", "토큰"),
}
