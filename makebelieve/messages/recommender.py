"""What recommenders say: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "recommender.not_ratings": (
        "A recommender learns from ratings or events, and was given {given}: make them with mb.ratings(…), such as mb.ratings('ratings.csv') "
        "or mb.ratings('synthetic').",
        "추천기는 평점이나 행동 기록을 배우는데 {given}을(를) 받았습니다. mb.ratings('ratings.csv')나 mb.ratings('synthetic')처럼 mb.ratings(…)로 데이터를 만들어 주십시오.",
    ),
    "recommender.network": (
        "There is no network {given!r} for recommenders: take one of {known}, or give a torch module.",
        "추천기에는 {given!r}(이)라는 네트워크가 없습니다. {known} 가운데 고르거나 torch 모듈을 주십시오.",
    ),
    "recommender.own_network": (
        "The module {given} was called with 2 users and 2 items, places as int64 of shape (2,) each, and gave {found}: it must give (2,), "
        "a number for each pair.",
        "모듈 {given}에 사용자 2명과 항목 2개(각각 (2,) 모양의 int64 자리)를 넣었더니 {found}을(를) 내놓았습니다. 쌍마다 수 하나, 곧 (2,) 모양을 내놓아야 합니다.",
    ),
    "recommender.own_newcomer": (
        "Newcomers can't be placed in the module {given}, as it does not tell what in it belongs to a user: recommend to users of the training "
        "data, or take a network of the library.",
        "모듈 {given} 안에서 무엇이 사용자의 몫인지 알 수 없어 새 사용자를 넣을 수 없습니다. 학습 데이터의 사용자에게 추천하거나 라이브러리의 네트워크를 쓰십시오.",
    ),
    "recommender.bayesian_events": (
        'network="bayesian" explains ratings, and these data are events: take network="ease" or "als".',
        'network="bayesian"은 평점을 설명하는데 이 데이터는 행동 기록입니다. network="ease"나 "als"를 쓰십시오.',
    ),
    "recommender.loss": (
        "There is no loss {given!r}: take one of {known}.",
        "{given!r}(이)라는 손실은 없습니다. {known} 가운데 고르십시오.",
    ),
    "recommender.loss_of_solved": (
        "loss={given!r} is for networks trained by gradients, and network={network!r} is not: leave it out, or take 'dot' or 'mlp'.",
        "loss={given!r}은(는) 기울기로 학습하는 네트워크의 것인데 network={network!r}은(는) 그렇지 않습니다. 빼거나 'dot', 'mlp'를 고르십시오.",
    ),
    "recommender.loss_of_events": (
        "loss='squared_error' needs ratings, and these data are events: take loss='softmax' or 'bpr'.",
        "loss='squared_error'에는 평점이 있어야 하는데 이 데이터는 행동 기록입니다. loss='softmax'나 'bpr'를 쓰십시오.",
    ),
    "recommender.factors": (
        "factors= is a whole number from 1 to 4,096, and {given!r} was given: leave it out to get what is usual for the network.",
        "factors=는 1에서 4,096까지의 정수여야 하는데 {given!r}을(를) 받았습니다. 빼면 네트워크에 맞는 값이 됩니다.",
    ),
    "recommender.neighbours": (
        "neighbours= is a whole number from 1 to 100,000, and {given!r} was given: leave it out to get what is usual for the network.",
        "neighbours=는 1에서 100,000까지의 정수여야 하는데 {given!r}을(를) 받았습니다. 빼면 네트워크에 맞는 값이 됩니다.",
    ),
    "recommender.number": (
        "{name}={given!r} can't be used: it is a finite number from 0 up.",
        "{name}={given!r}은(는) 사용할 수 없습니다. 0 이상의 유한한 수여야 합니다.",
    ),
    "recommender.no_rate": (
        "network={network!r} is solved, not trained by gradients: it has no learning rate to be found; call fit().",
        "network={network!r}은(는) 기울기로 학습하지 않고 풀어서 구하므로 찾을 학습률이 없습니다. fit()을 부르십시오.",
    ),
    "recommender.no_data": (
        "This recommender has no data: load the run with mb.resume(…) to train or to evaluate it.",
        "이 추천기에는 데이터가 없습니다. 학습하거나 평가하려면 mb.resume(…)으로 불러오십시오.",
    ),
    "recommender.names_torn": (
        "The users and items in {path} can't be read: names.json and seen.safetensors belong to a run, copy them with it.",
        "{path}에서 사용자와 항목을 읽을 수 없습니다. names.json과 seen.safetensors는 실행 폴더에 속하므로 함께 복사해 주십시오.",
    ),
    "recommender.nothing_held_back": (
        "No ratings were held back for validation, so there is nothing to evaluate on: make the data with valid=0.2 or valid='last'.",
        "검증용으로 남겨 둔 평점이 없어 평가할 수 없습니다. valid=0.2나 valid='last'로 데이터를 만들어 주십시오.",
    ),
    "recommender.pairs": (
        "{users:,} users and {items:,} items can't be paired: give as many of each, or one of the one.",
        "사용자 {users:,}명과 항목 {items:,}개는 짝지을 수 없습니다. 수를 같게 하거나 한쪽을 하나만 주십시오.",
    ),
    "recommender.how_many": (
        "The number wanted is a whole number from 1 to 1,000,000, and {given!r} was given: n=10 is usual.",
        "원하는 개수는 1에서 1,000,000까지의 정수여야 하는데 {given!r}을(를) 받았습니다. 보통은 n=10입니다.",
    ),
    "recommender.rounds": (
        "rounds= is a whole number from 1 to 1,000, and {given!r} was given: 5 are usual.",
        "rounds=는 1에서 1,000까지의 정수여야 하는데 {given!r}을(를) 받았습니다. 보통은 5입니다.",
    ),
    "recommender.share": (
        "share= is a share of the users, above 0 and up to 1, and {given!r} was given.",
        "share=는 0보다 크고 1 이하인 사용자 비율이어야 하는데 {given!r}을(를) 받았습니다.",
    ),
    "recommender.who": (
        "Say for whom: a user's id, or ratings={{'item': rating, …}} of a newcomer, and not both.",
        "누구에게 추천할지 알려 주십시오. 사용자 id나 새 사용자의 ratings={{'항목': 평점, …}} 가운데 하나만 주십시오.",
    ),
    "recommender.newcomer": (
        "A newcomer is known by ratings of items, {{'Alien': 5}}, or where the data are events by a list of items; {given} was given.",
        "새 사용자는 {{'Alien': 5}} 같은 항목별 평점으로, 데이터가 행동 기록이면 항목의 목록으로 알려 주어야 하는데 {given}을(를) 받았습니다.",
    ),
    "recommender.out_of_range": (
        "{item!r} was rated {given!r}, and ratings go from {low} to {high}.",
        "{item!r}의 평점이 {given!r}인데, 평점은 {low}에서 {high}까지입니다.",
    ),
    "recommender.weight": (
        "{item!r} was given {given!r}, but what an event weighs is a number above 0: 1 is usual; leave out what did not happen.",
        "{item!r}에 {given!r}을(를) 받았는데 행동 기록의 무게는 0보다 큰 수여야 합니다. 보통은 1이며, 없었던 일은 빼십시오.",
    ),
    "recommender.twice": (
        "{item!r} is given twice, by id or under several titles: give each item once.",
        "{item!r}이(가) id나 다른 제목으로 두 번 들어 있습니다. 항목마다 한 번만 주십시오.",
    ),
    "recommender.nothing_speaks": (
        "None of what user {user} has in the training data speaks for {item}.",
        "학습 데이터에 있는 사용자 {user}의 기록 중 {item}을(를) 뒷받침하는 것이 없습니다.",
    ),
    "recommender.no_reasons": (
        "User {user!r} has no other ratings in the training data, so nothing speaks for or against an item.",
        "사용자 {user!r}에게는 학습 데이터에 다른 평점이 없어 항목을 뒷받침하거나 반대하는 근거가 없습니다.",
    ),
    "recommender.you": ("you", "지금 매긴 평점의 주인"),
    "recommender.no_vectors": (
        "This network has no vectors of items to be drawn: take 'bayesian', 'als', 'dot' or 'mlp'.",
        "이 네트워크에는 그릴 항목 벡터가 없습니다. 'bayesian', 'als', 'dot', 'mlp' 가운데 고르십시오.",
    ),
    "recommender.cold_user": (
        "User {user!r} has no ratings in the training data: this is what suits most people.",
        "사용자 {user!r}은(는) 학습 데이터에 평점이 없습니다. 대부분의 사람에게 맞는 항목을 보여 드립니다.",
    ),
    "recommender.because": (
        "What speaks for {item} with user {user}:",
        "사용자 {user}에게 {item}을(를) 추천하는 근거:",
    ),
    "recommender.adds": ("adds", "기여"),
    "recommender.rated": ("rated", "매긴 평점"),
    "recommender.mean": ("mean", "평균"),
    "recommender.count": ("ratings", "평점 수"),
    "recommender.likeness": ("likeness", "유사도"),
    "recommender.predicted": ("rating", "예상 평점"),
    "recommender.score": ("score", "점수"),
    "recommender.round": ("round", "회차"),
    "recommender.column_id": ("id", "id"),
    "recommender.column_title": ("item", "항목"),
    "recommender.column_user": ("user", "사용자"),
    "recommender.column_items": ("best first", "좋은 것부터"),
    "recommender.top_lists": ("The best {n} for {users} users", "사용자 {users}명의 상위 {n}개"),
    "recommender.narrower": (
        "After {rounds} rounds recommendations are narrower: entropy fell from {before} to {after} bits, and {last} of the catalogue is "
        "recommended, after {first} at first.",
        "{rounds}회 뒤 추천의 폭이 좁아졌습니다. 엔트로피가 {before}에서 {after}비트로 줄었고, 추천되는 항목은 처음 {first}에서 {last}이(가) 되었습니다.",
    ),
    "recommender.not_narrower": (
        "After {rounds} rounds recommendations are not narrower: entropy went from {before} to {after} bits, and {last} of the catalogue is "
        "recommended, after {first} at first.",
        "{rounds}회 뒤에도 추천의 폭은 좁아지지 않았습니다. 엔트로피는 {before}에서 {after}비트, 추천되는 항목은 처음 {first}에서 {last}이(가) 되었습니다.",
    ),
    "recommender.better_errors": (
        "It predicts ratings better than each user's mean: {name} {own} against {other}, {share} less.",
        "사용자별 평균보다 평점을 잘 예측합니다. {name} {own} 대 {other}, {share} 낮습니다.",
    ),
    "recommender.no_better_errors": (
        "It predicts ratings no better than each user's mean: {name} {own} against {other}.",
        "사용자별 평균보다 평점을 더 잘 예측하지 못합니다. {name} {own} 대 {other}입니다.",
    ),
    "recommender.better_ranking": (
        "Its lists are better than the most popular items for everybody: {name} {own} against {other}, {share} more.",
        "모두에게 인기 항목을 보여 주는 것보다 목록이 낫습니다. {name} {own} 대 {other}, {share} 높습니다.",
    ),
    "recommender.no_better_ranking": (
        "Its lists are no better than the most popular items for everybody: {name} {own} against {other}; for ratings that is common, as "
        "predicting them well is another matter than knowing what people choose.",
        "목록이 모두에게 인기 항목을 보여 주는 것보다 낫지 않습니다. {name} {own} 대 {other}입니다. 평점 데이터에서는 흔한 일로, 평점을 잘 맞히는 것과 무엇을 고를지 아는 것은 다른 문제입니다.",
    ),
    "recommender.collapsed": (
        "By step {step} all users get the same: {share} of two users' best ten items are the same, so that popularity is all it knows; take "
        "fewer factors or less decay=, a higher learning rate, or train longer.",
        "{step}단계까지 모든 사용자에게 같은 것을 추천합니다. 두 사용자의 상위 10개 가운데 {share}이(가) 같아 인기만 배운 셈입니다. factors=나 decay=를 줄이거나, 학습률을 높이거나, 더 오래 학습해 주십시오.",
    ),
}
