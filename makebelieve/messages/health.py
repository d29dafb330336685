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
    "health.warnings": ("{count} warning(s)", "경고 {count}건"),
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
    "health.critic_saturated": (
        "By step {step} the critic tells real from made pictures in {accuracy} of pairs, and the generator's gradient is down to {share} "
        "of its greatest: it learns nothing any more; lower the critic's learning rate, or take a recipe whose gradient does not fade "
        "(hinge, minimax, wgan_gp).",
        "{step}단계까지 비평자가 진짜와 만든 그림을 {accuracy}의 쌍에서 가려내고, 생성자의 그래디언트는 가장 컸을 때의 {share}(으)로 줄어 더는 배우지 못합니다. 비평자의 학습률을 낮추거나, 그래디언트가 사라지지 않는 레시피(hinge, minimax, wgan_gp)를 사용해 주십시오.",
    ),
    "health.critic_over_fitting": (
        "By step {step} the critic rates held-out pictures {share} of the way down from training pictures to made ones: it knows the "
        "training pictures by heart; use more data or augmentation, or stop here.",
        "{step}단계까지 비평자가 매긴 검증 그림의 점수가 학습 그림에서 만든 그림까지의 거리 가운데 {share}만큼 내려가 있습니다. 학습 그림을 외우고 있습니다. 데이터나 증강을 늘리거나 여기서 멈추어 주십시오.",
    ),
    "health.mode_collapse": (
        "By step {step} the samples have {diversity} of the data's diversity and cover {coverage} of held-out pictures (at best it was {best}): "
        "it has collapsed to few pictures; go back with lower learning rates, and for a GAN try another recipe (hinge, r3gan, wgan_gp).",
        "{step}단계까지 만든 그림의 다양성은 데이터의 {diversity}이고 검증 그림의 {coverage}만 포괄합니다(가장 좋았을 때 {best}). 몇 가지 그림으로 붕괴했습니다(모드 붕괴). 학습률을 낮추어 되돌아가고, GAN이라면 다른 레시피(hinge, r3gan, wgan_gp)도 시도해 주십시오.",
    ),
    "health.memorised": (
        "By step {step}, {share} of the samples are copies of training pictures: the training pictures are known by heart; use more data or "
        "augmentation, a smaller network, or stop earlier.",
        "{step}단계까지 만든 그림의 {share}이(가) 학습 그림의 복사본입니다. 학습 그림을 외우고 있습니다. 데이터나 증강을 늘리거나, 더 작은 네트워크를 쓰거나, 더 일찍 멈추어 주십시오.",
    ),
    "health.posterior_collapse": (
        "By step {step}, {unused} of {units} units of z carry less than 0.01 nats and all together {nats}: the decoder ignores z, so every "
        "picture is reconstructed alike; lower beta, let it grow with warm_up=, give free_bits=, or take a weaker decoder.",
        "{step}단계까지 z의 유닛 {units}개 가운데 {unused}개가 0.01나트보다 적은 정보를 담고, 모두 합쳐도 {nats}나트입니다. 디코더가 z를 무시하여 모든 그림이 똑같이 복원됩니다. beta를 낮추거나, warm_up=으로 서서히 키우거나, free_bits=를 주거나, 더 약한 디코더를 사용해 주십시오.",
    ),
    "health.exploding_gradient": (
        "By step {step} the gradient of {name} reached a norm of {norm}, {times} times what it is clipped to: learning is thrown about; "
        "lower the learning rate (ten times lower).",
        "{step}단계까지 {name}의 그래디언트 노름이 {norm}에 이르러 자르는 값의 {times}배입니다. 학습이 흔들리고 있습니다. 학습률을 10배 낮추어 주십시오.",
    ),
}
