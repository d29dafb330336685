"""What the door for ratings says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    # options
    "ratings.valid": (
        "valid must be a share from 0 up to but not including 1, 'time', 'time:0.1', 'last' or 'last:3', not {valid!r}.",
        "valid는 0 이상 1 미만의 비율이거나 'time', 'time:0.1', 'last', 'last:3' 중 하나여야 하는데 {valid!r}을(를) "
        "받았습니다.",
    ),
    "ratings.range": (
        "range must be two numbers, the lowest rating and the highest, such as (0.5, 5), not {range!r}.",
        "range는 (0.5, 5)처럼 가장 낮은 평점과 가장 높은 평점이어야 하는데 {range!r}을(를) 받았습니다.",
    ),
    "ratings.implicit": (
        "implicit must be True (events), False (ratings) or None (ratings where there is such a column), not "
        "{implicit!r}.",
        "implicit는 True(행동 기록), False(평점), None(평점 열이 있으면 평점) 중 하나여야 하는데 {implicit!r}을(를) "
        "받았습니다.",
    ),
    "ratings.weight_of_ratings": (
        "weight={weight!r} is for events, and the column {rating!r} holds ratings, which weigh the same: give "
        "implicit=True to take the rows as events, or leave weight= out.",
        "weight={weight!r}은(는) 행동 기록에 쓰는데 {rating!r} 열에 평점이 있고, 평점의 무게는 모두 같습니다. 각 행을 행동 "
        "기록으로 다루려면 implicit=True를 주고, 아니면 weight=를 빼십시오.",
    ),
    "ratings.fewest": (
        "{name} must be a whole number of at least 1, not {value!r}.",
        "{name}은(는) 1 이상의 정수여야 하는데 {value!r}을(를) 받았습니다.",
    ),
    "ratings.titles": (
        "titles must be a table (a file or a data frame) or a dict of titles by id, not {kind}.",
        "titles는 표(파일이나 데이터 프레임) 또는 id별 제목의 dict여야 하는데 {kind}을(를) 받았습니다.",
    ),
    # sources
    "ratings.source": (
        "ratings takes a known name, a file, a folder, a data frame, a dict of columns, a tuple of arrays (users, "
        "items[, ratings[, times]]), an array of two to four columns, or a sparse matrix, not {kind}.",
        "ratings에는 알려진 이름, 파일, 폴더, 데이터 프레임, 열의 dict, 배열의 튜플(사용자, 항목[, 평점[, 시각]]), "
        "열이 둘에서 넷인 배열, 또는 희소 행렬을 주어야 하는데 {kind}을(를) 받았습니다.",
    ),
    "ratings.missing": (
        "{source!r} is neither a file or folder nor a known name ({near}).",
        "{source!r}은(는) 파일도 폴더도 알려진 이름({near})도 아닙니다.",
    ),
    "ratings.folder": (
        "The folder {path} has no file called ratings (such as ratings.csv); give the file itself.",
        "{path} 폴더에 ratings.csv 같은 ratings 파일이 없습니다. 파일을 직접 지정하십시오.",
    ),
    "ratings.suffix": (
        "{path} is not called like a table of ratings ({known}); rename it, or give a data frame.",
        "{path}의 이름이 평점 표({known})의 것이 아닙니다. 이름을 바꾸거나 데이터 프레임을 주십시오.",
    ),
    "ratings.no_rows": (
        "{name} holds no ratings.",
        "{name}에 평점이 없습니다.",
    ),
    "ratings.table": ("The table", "표"),
    "ratings.no_column": (
        "{name} has no column {column!r} for {role}=; the nearest is {near!r} (columns: {columns}).",
        "{name}에 {role}=로 지정한 {column!r} 열이 없습니다. 가장 비슷한 열은 {near!r}입니다(열: {columns}).",
    ),
    "ratings.which_column": (
        "Which column of {name} holds the {role}? Give {role}= one of: {columns}.",
        "{name}의 어느 열이 {role}인지 알 수 없습니다. {role}=에 다음 중 하나를 주십시오: {columns}.",
    ),
    "ratings.no_titles": (
        "{name} (columns: {columns}) has no column of titles, such as title, beside one of ids, such as {item}.",
        "{name}(열: {columns})에 {item} 같은 id 열과 title 같은 제목 열이 함께 있지 않습니다.",
    ),
    "ratings.titles_apart": (
        "None of the items has a title: ids are like {item!r} with ratings and like {title!r} with titles",
        "제목이 있는 항목이 하나도 없습니다. 평점 쪽 id는 {item!r}, 제목 쪽 id는 {title!r}와(과) 같은 꼴입니다",
    ),
    # rows
    "ratings.no_id": (
        'Row {row} of the column "{column}" is empty: every rating needs a user and an item; mend that row or leave it '
        "out.",
        '"{column}" 열의 {row}번째 행이 비어 있습니다. 평점마다 사용자와 항목이 있어야 하니 그 행을 고치거나 빼십시오.',
    ),
    "ratings.text": (
        'Row {row} of the column "{column}" holds {text!r} where a number belongs; mend that row, or name another '
        "column.",
        '"{column}" 열의 {row}번째 행에 수가 있어야 할 자리에 {text!r}이(가) 있습니다. 그 행을 고치거나 다른 열을 '
        "지정하십시오.",
    ),
    "ratings.nan": (
        'Row {row} of the column "{column}" holds {value}, as {n} row(s) read so far do, where a finite number belongs; '
        "leave such rows out.",
        '"{column}" 열의 {row}번째 행이 유한한 수가 아니라 {value}입니다(지금까지 읽은 행 중 {n}개). 그런 행은 '
        "빼십시오.",
    ),
    "ratings.out_of_range": (
        'Row {row} of the column "{column}" holds {value}, outside the range {low} to {high}, as {n} row(s) read so far '
        "do; give the right range=, or leave such rows out.",
        '"{column}" 열의 {row}번째 행이 {value}(으)로 범위 {low}–{high}을(를) 벗어납니다(지금까지 읽은 행 중 {n}개). '
        "range=를 바르게 주거나 그런 행을 빼십시오.",
    ),
    "ratings.weight": (
        'Row {row} of the column "{column}" holds {value}, but what an event weighs is a number above 0; leave such '
        "rows out.",
        '"{column}" 열의 {row}번째 행이 {value}입니다. 행동 기록의 무게는 0보다 커야 하니 그런 행은 빼십시오.',
    ),
    "ratings.constant": (
        "All {n} ratings are {value}, which tells no taste; give implicit=True to take them as events, or range=.",
        "평점 {n}개가 모두 {value}(이)라 취향을 알 수 없습니다. implicit=True를 주어 행동 기록으로 다루거나 range=를 주십시오.",
    ),
    # what is left
    "ratings.one_user": (
        "All {n} ratings are of one user ({name!r}); a recommender learns from what several have in common. Is user= "
        "the right column?",
        "평점 {n}개가 모두 한 사용자({name!r})의 것입니다. 추천기는 여러 사용자의 공통점에서 배웁니다. user= 열이 "
        "맞는지 확인하십시오.",
    ),
    "ratings.one_item": (
        "All {n} ratings are of one item ({name!r}), so there is nothing to choose from. Is item= the right column?",
        "평점 {n}개가 모두 한 항목({name!r})의 것이라 고를 것이 없습니다. item= 열이 맞는지 확인하십시오.",
    ),
    "ratings.all_thin": (
        "None of the {n} ratings is left where a user must have {fewest_user} and an item {fewest_item}; make "
        "fewest_user= or fewest_item= smaller.",
        "사용자마다 {fewest_user}개, 항목마다 {fewest_item}개 이상이라는 조건에서 평점 {n}개 중 남는 것이 없습니다. "
        "fewest_user=나 fewest_item=을 줄이십시오.",
    ),
    "ratings.no_times": (
        "valid={valid!r} goes by time, but there is no column of times; name it with time=, or give a share.",
        "valid={valid!r}은(는) 시각으로 나누는데 시각 열이 없습니다. time=으로 지정하거나 비율을 주십시오.",
    ),
    "ratings.nothing_held": (
        "valid={valid!r} holds none of the {n} ratings back: 'last' takes from users with more than that many, a share "
        "needs at least one rating.",
        "valid={valid!r}(으)로는 평점 {n}개 중 검증용이 하나도 없습니다. 'last'는 그 수보다 평점이 많은 사용자에게서만 "
        "떼고, 비율은 평점 하나 이상이 되어야 합니다.",
    ),
    "ratings.repeated": (
        "{n} ratings of an item that the same user rated again later were left out",
        "같은 사용자가 같은 항목을 나중에 다시 평가하여 이전 평점 {n}개를 뺐습니다",
    ),
    "ratings.added": (
        "{n} events that repeat one of the same user and item were added to its weight",
        "같은 사용자와 항목의 반복된 행동 기록 {n}개를 그 무게에 더했습니다",
    ),
    "ratings.thin": (
        "{users} users with fewer than {fewest_user} ratings and {items} items with fewer than {fewest_item} were left "
        "out, {n} ratings in all",
        "평점이 {fewest_user}개 미만인 사용자 {users}명과 {fewest_item}개 미만인 항목 {items}개, 모두 평점 {n}개를 "
        "뺐습니다",
    ),
    # who and what
    "ratings.unknown_user": (
        "None of the {n} users is called {wanted!r}; the nearest: {near}. For someone new, give ratings= instead.",
        "사용자 {n}명 중에 {wanted!r}은(는) 없습니다. 가장 비슷한 것: {near}. 새 사용자라면 ratings=를 주십시오.",
    ),
    "ratings.unknown_item": (
        "None of the {n} items is called {wanted!r}; the nearest: {near}.",
        "항목 {n}개 중에 {wanted!r}은(는) 없습니다. 가장 비슷한 것: {near}.",
    ),
    "ratings.several_titles": (
        "{n} items are called {wanted!r}: {found}; give the id.",
        "{wanted!r}(이)라는 항목이 {n}개입니다: {found}. id를 주십시오.",
    ),
    # methods and figures
    "ratings.neighbours": (
        "k must be a whole number of neighbours of at least 1, not {k!r}.",
        "k는 1 이상의 정수 이웃 수여야 하는데 {k!r}을(를) 받았습니다.",
    ),
    "ratings.likeness": (
        "likeness must be one of {known}, not {likeness!r}.",
        "likeness는 {known} 중 하나여야 하는데 {likeness!r}을(를) 받았습니다.",
    ),
    "ratings.shrinkage": (
        "shrinkage must be a finite number of at least 0, not {shrinkage!r}.",
        "shrinkage는 0 이상의 유한한 수여야 하는데 {shrinkage!r}을(를) 받았습니다.",
    ),
    "ratings.decay": (
        "decay must be a finite number above 0, not {decay!r}.",
        "decay는 0보다 큰 유한한 수여야 하는데 {decay!r}을(를) 받았습니다.",
    ),
    "ratings.too_many_items": (
        "EASE compares all {items} items with all: that takes {needed} GiB, and this machine has {there} GiB; make "
        "fewest_item= larger, or take network='als' or 'item_neighbours'.",
        "EASE는 항목 {items}개를 서로 모두 비교하여 메모리 {needed} GiB가 필요한데 이 컴퓨터에는 {there} GiB가 있습니다. "
        "fewest_item=을 늘리거나 network='als' 또는 'item_neighbours'를 쓰십시오.",
    ),
    "ratings.scores_shape": (
        "Scores of {users} users and {items} items must have the shape ({users}, {items}), not {shape}.",
        "사용자 {users}명과 항목 {items}개의 점수는 모양이 ({users}, {items})여야 하는데 {shape}입니다.",
    ),
    "ratings.scores_nan": (
        "{n} of the scores of these users are NaN, so nothing can be ranked; has the recommender been fitted?",
        "이 사용자들의 점수 중 {n}개가 NaN이라 순위를 매길 수 없습니다. 추천기를 학습했는지 확인하십시오.",
    ),
    "ratings.none_relevant": (
        "None of the {n} held-out ratings counts as relevant ({rule}), so nothing can be measured.",
        "떼어 둔 평점 {n}개 중 관련 있다고 볼 것({rule})이 없어 측정할 수 없습니다.",
    ),
    # what data show
    "ratings.split_time": ("the last {percent} % by time for validation", "시각순으로 마지막 {percent} % 검증용"),
    "ratings.split_last": (
        "each user's last {n} by time for validation, those of one time drawn with seed {seed}",
        "사용자마다 시각순으로 마지막 {n}개 검증용(같은 시각이면 시드 {seed}(으)로 추첨)",
    ),
    "ratings.split_last_row": (
        "each user's last {n} by row for validation",
        "사용자마다 행 순서로 마지막 {n}개 검증용",
    ),
    "ratings.events": ("events", "행동 기록"),
    "ratings.user": ("user", "사용자"),
    "ratings.item": ("item", "항목"),
    "ratings.rating": ("rating", "평점"),
    "ratings.weight_of": ("weight", "무게"),
    "ratings.row_ratings": ("ratings", "평점"),
    "ratings.row_events": ("events", "행동 기록"),
    "ratings.row_users": ("users", "사용자"),
    "ratings.row_items": ("items", "항목"),
    "ratings.row_full": ("of all pairs", "전체 쌍 중"),
    "ratings.row_range": ("range", "범위"),
    "ratings.row_skipped": ("left out", "제외"),
    "ratings.range_of": (
        "{low} to {high}, mean {mean}, standard deviation {std}",
        "{low}–{high}, 평균 {mean}, 표준편차 {std}",
    ),
    "ratings.counts": (
        "{n}: {median} each in the middle, {most} at most; {thin} have fewer than {few}, {none} none in training",
        "{n}: 중앙값 {median}개, 최대 {most}개. {few}개 미만 {thin}, 학습용에 없는 것 {none}",
    ),
}
