"""What the tools on points z say: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "latent.how_many": (
        "{given} pictures were asked for; ask for a whole number from 1 to 1,000,000.",
        "그림 {given}장이 요청되었습니다. 1에서 1,000,000까지의 정수를 주십시오.",
    ),
    "latent.truncation": (
        "truncation={given} was given; it is a number above zero (smaller means more typical pictures), or None.",
        "truncation={given}이(가) 주어졌습니다. 0보다 큰 수(작을수록 전형적인 그림) 또는 None이어야 합니다.",
    ),
    "latent.not_conditional": (
        "label={label} was asked for, but this model was made without labels; make it with conditional=True.",
        "label={label}이(가) 요청되었지만 이 모델은 레이블 없이 만들어졌습니다. conditional=True로 만들어 주십시오.",
    ),
    "latent.label_count": (
        "{given} labels were given for {n} pictures; give one for all, or one for each.",
        "그림 {n}장에 레이블 {given}개가 주어졌습니다. 모두에 하나를 주거나 그림마다 하나씩 주십시오.",
    ),
    "latent.unknown_label": (
        "There is no class {label}; the classes are: {known}.",
        "{label} 클래스는 없습니다. 클래스는 다음과 같습니다: {known}.",
    ),
    "latent.steps": (
        "steps={given} was given; a way from one picture to another has at least 2.",
        "steps={given}이(가) 주어졌습니다. 한 그림에서 다른 그림으로 가려면 적어도 2가 필요합니다.",
    ),
    "latent.expression": (
        'The expression "{given}" is not names with + and - between them, such as "a - b + c".',
        '"{given}"은(는) "a - b + c"처럼 이름을 +와 -로 이은 식이 아닙니다.',
    ),
    "latent.unknown_group": (
        'The expression names a group "{name}" that was not given; given are: {known}.',
        '식에 나온 "{name}" 묶음이 주어지지 않았습니다. 주어진 것: {known}.',
    ),
    "latent.size": (
        "latent={given} was given; the size of z is a whole number from 1 to 65,536, such as 64.",
        "latent={given}이(가) 주어졌습니다. z의 크기는 64처럼 1에서 65,536까지의 정수입니다.",
    ),
    "latent.label_needed": (
        "This model is conditional, so it needs to be told the class: pass label=.",
        "이 모델은 레이블을 조건으로 하므로 클래스를 알려 주어야 합니다. label=을 넘겨 주십시오.",
    ),
    "latent.side": (
        "A plane of {given} points a side was asked for; ask for 2 or more.",
        "한 변에 점 {given}개인 평면이 요청되었습니다. 2개 이상을 요청해 주십시오.",
    ),
    "latent.axes": (
        "axes={given} was given; they are two different entries of z, counted from 0, and z has {latent}.",
        "axes={given}이(가) 주어졌습니다. 0부터 세는 z의 서로 다른 두 성분이어야 하며, z의 크기는 {latent}입니다.",
    ),
    "latent.empty_concept": (
        "A concept needs pictures with it and without it; {having} and {lacking} were given.",
        "개념에는 그것이 있는 그림과 없는 그림이 모두 필요한데 {having}장과 {lacking}장이 주어졌습니다.",
    ),
}
