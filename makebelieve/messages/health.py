"""What the watch over training says: key: (English, Korean). Each alarm has a figure, a reason and a remedy."""

MESSAGES: dict[str, tuple[str, str]] = {
    "health.unknown_condition": (
        'until="{given}" was given, which none of this learner\'s checks can tell; they know: {known}.',
        'until="{given}"이(가) 주어졌지만 이 학습기의 검사 가운데 그것을 판단할 수 있는 것이 없습니다. 알 수 있는 것은 다음과 같습니다: {known}.',
    ),
    "health.reached": (
        'Training ends at step {step}, because what until="{condition}" waits for has come about.',
        'until="{condition}"이(가) 기다리던 상태에 이르러 {step}단계에서 학습을 마칩니다.',
    ),
    "health.recovered": (
        "After the trouble at step {trouble}, training went back to step {step} and goes on from there with learning rates {rates} and "
        "clip {clip}.",
        "{trouble}단계에서 문제가 생겨 {step}단계로 되돌아갔으며, 학습률 {rates}, clip {clip}(으)로 이어 갑니다.",
    ),
    "health.dead_units": (
        "By step {step}, {share} of the units in a ReLU layer of {name} give zero for every item, so nothing reaches them any more; "
        "go back with a lower learning rate, or put leaky ReLUs or a normalisation there.",
        "{step}단계까지 {name}의 한 ReLU 층에서 유닛의 {share}이(가) 모든 항목에 0을 내어 더는 학습되지 않습니다. 학습률을 낮추어 되돌아가거나, Leaky ReLU 또는 정규화를 사용해 주십시오.",
    ),
    "health.over_fitting": (
        "By step {step} the validation loss of {name} is {valid}, and it was {least} after epoch {epoch}, while the training loss fell on to "
        "{train}: it learns the training items by heart; stop earlier, or use more data, augmentation or a smaller network.",
        "{step}단계까지 {name}의 검증 손실이 {valid}(으)로, {epoch}에포크 뒤의 {least}보다 높아졌지만 학습 손실은 {train}까지 계속 내려갔습니다. 학습 항목을 외우고 있습니다. 더 일찍 멈추거나, 데이터나 증강을 늘리거나, 더 작은 네트워크를 사용해 주십시오.",
    ),
    "health.under_fitting": (
        "After {step} steps the loss of {name} is {loss}, hardly below the {first} it began with: nothing much is learned; try another "
        "learning rate (ten times lower, then higher), a larger network, or look at the data with data.show_batch().",
        "{step}단계가 지났지만 {name}의 손실은 {loss}(으)로, 처음의 {first}에서 거의 줄지 않았습니다. 학습이 되지 않고 있습니다. 학습률을 10배 낮추거나 높여 보고, 더 큰 네트워크를 쓰거나, data.show_batch()로 데이터를 살펴봐 주십시오.",
    ),
}
