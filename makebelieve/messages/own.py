"""What the room for learners of one's own says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "own.not_data": (
        "The data given are {given}; pass what a data door such as mb.images(…) gives, or a pair (x, y) of arrays.",
        "데이터로 {given}이(가) 주어졌습니다. mb.images(…) 같은 데이터 문이 주는 것이나 배열의 쌍 (x, y)를 넘겨 주십시오.",
    ),
    "own.no_pair": (
        "{given} was given where inputs and targets (x, y) are wanted: pass a pair of arrays; of several inputs x is a "
        "tuple of arrays.",
        "입력과 목표 (x, y)가 필요한 곳에 {given}이(가) 주어졌습니다. 배열 두 개의 쌍을 넘겨 주십시오. 입력이 여러 개면 x는 배열의 튜플입니다.",
    ),
    "own.pair_lengths": (
        "x has {x:,} rows and y has {y:,}: each row of x needs its target.",
        "x는 {x:,}행이고 y는 {y:,}행입니다. x의 행마다 목표가 하나씩 있어야 합니다.",
    ),
    "own.lengths": (
        "The arrays of {what} have {lengths} rows; give them under text names and with as many rows each.",
        "{what}의 배열들이 각각 {lengths}행입니다. 이름은 글자로 하고 행 수는 모두 같게 주십시오.",
    ),
    "own.no_numbers": (
        "{what} can't be read as numbers ({why}): give arrays whose rows have one shape; classes as whole numbers 0, 1, ….",
        "{what}을(를) 숫자로 읽을 수 없습니다({why}). 행의 모양이 모두 같은 배열을 주시고, 클래스는 0, 1, … 정수로 주십시오.",
    ),
    "own.empty": (
        "{what} has shape {shape}: it needs at least one row, (n, …).",
        "{what}의 모양이 {shape}입니다. 적어도 한 행이 있는 (n, …) 모양이어야 합니다.",
    ),
    "own.not_finite": (
        "{what} holds {n:,} values that are NaN or infinite: leave those rows out or fill them in.",
        "{what}에 NaN이나 무한대인 값이 {n:,}개 있습니다. 그 행을 빼거나 값을 채워 주십시오.",
    ),
    "own.no_valid": (
        "The data have no validation part: give valid= a share such as 0.2, or other (x, y).",
        "데이터에 검증 부분이 없습니다. valid=에 0.2 같은 비율이나 다른 (x, y)를 주십시오.",
    ),
    "own.valid": (
        "valid={given} was given; it is a share of the rows in [0, 1), such as 0.2, or other (x, y) to judge by.",
        "valid={given}이(가) 주어졌습니다. 0.2처럼 [0, 1) 안의 행 비율이거나, 검증에 쓸 다른 (x, y)여야 합니다.",
    ),
    "own.valid_twice": (
        "valid={given} was given, but these data have a split of their own: give valid= to the data door.",
        "valid={given}이(가) 주어졌지만 이 데이터는 이미 나뉘어 있습니다. valid=는 데이터 문에 주십시오.",
    ),
    "own.valid_shapes": (
        "Rows for training are {train}, and those for validation {valid}: they must be alike.",
        "학습용 행은 {train}이고 검증용 행은 {valid}입니다. 서로 같아야 합니다.",
    ),
    "own.few_labels": (
        "The data were made with labelled=, so most items have no label, and a loss needs one for each: leave labelled= out.",
        "데이터가 labelled=로 만들어져 대부분의 항목에 라벨이 없는데, 손실에는 항목마다 라벨이 필요합니다. labelled=를 빼 주십시오.",
    ),
    "own.no_targets": (
        "The data have no labels to compare outputs with: give the door labels=, or a pair (x, y); to give back the "
        "input itself, (x, x).",
        "데이터에 출력과 비교할 라벨이 없습니다. 데이터 문에 labels=를 주거나 (x, y) 쌍을 주십시오. 입력 자체를 되돌리려면 (x, x)입니다.",
    ),
    "own.model": (
        "{given} was given as the network; pass a torch.nn.Module that is made already, such as nn.Linear(784, 10).",
        "네트워크로 {given}이(가) 주어졌습니다. nn.Linear(784, 10)처럼 이미 만들어진 torch.nn.Module을 넘겨 주십시오.",
    ),
    "own.model_fails": (
        "The network {network} can't take rows of {inputs}: {why}. Give the data the shape that its first layer wants.",
        "네트워크 {network}은(는) {inputs} 행을 받지 못합니다: {why}. 첫 층이 바라는 모양으로 데이터를 주십시오.",
    ),
    "own.model_whole": (
        "The network {network} can't take rows of {inputs}: {why}. Whole numbers stay int64, for embeddings; layers that "
        "multiply want floats: give x.astype('float32'), of pixels divided by 255.",
        "네트워크 {network}은(는) {inputs} 행을 받지 못합니다: {why}. 정수는 임베딩을 위해 int64로 남습니다. 곱하는 층에는 실수가 "
        "필요하니 x.astype('float32')를, 픽셀이면 255로 나눈 값을 주십시오.",
    ),
    "own.outputs": (
        "The network gives {given}; a loss by name compares tensors: let it give a tensor, a tuple or a dict of them, or "
        "give a loss function of your own.",
        "네트워크가 {given}을(를) 줍니다. 이름으로 고른 손실은 텐서를 비교합니다. 텐서나 텐서의 튜플·사전을 주게 하거나 직접 만든 손실 함수를 주십시오.",
    ),
    "own.how_many": (
        "The network gives {outputs} outputs and y has {targets} targets: give one target for each, or one loss function of "
        "all outputs and targets.",
        "네트워크의 출력은 {outputs}개인데 y의 목표는 {targets}개입니다. 출력마다 목표를 하나씩 주거나, 모든 출력과 목표를 받는 손실 함수 하나를 주십시오.",
    ),
    "own.names": (
        "The network's outputs are called {outputs}, and the targets {targets}: call the targets like the outputs.",
        "네트워크의 출력 이름은 {outputs}이고 목표 이름은 {targets}입니다. 목표 이름을 출력 이름과 같게 해 주십시오.",
    ),
    "own.names_order": (
        "The network's outputs are {outputs}, in this order, and the targets {targets}: give the targets by the same names "
        "in the same order.",
        "네트워크의 출력은 차례대로 {outputs}인데 목표는 {targets}입니다. 같은 이름을 같은 차례로 주십시오.",
    ),
    "own.loss": (
        "loss={given} was given; it is a name ({known}), a function (prediction, target) to a scalar, or a loss module made "
        "already, such as nn.MSELoss().",
        "loss={given}이(가) 주어졌습니다. 이름({known}), (prediction, target)에서 스칼라를 내는 함수, 또는 nn.MSELoss()처럼 이미 만든 손실 모듈이어야 합니다.",
    ),
    "own.loss_name": (
        'loss="{given}" was given; did you mean {near}? There are {known}; or give a function.',
        'loss="{given}"이(가) 주어졌습니다. {near}을(를) 뜻하셨습니까? {known}이(가) 있으며, 함수를 줄 수도 있습니다.',
    ),
    "own.loss_learns": (
        "The loss {given} has weights of its own that would learn: put it into the network and let that give what the loss "
        "compares.",
        "손실 {given}에는 학습할 가중치가 있습니다. 그것을 네트워크 안에 넣고, 손실이 비교할 값을 네트워크가 내게 해 주십시오.",
    ),
    "own.loss_fails": (
        "The loss can't compare what the network gives with targets of {targets}: {why}.",
        "손실이 네트워크의 출력을 {targets} 목표와 비교하지 못합니다: {why}.",
    ),
    "own.loss_names": (
        "Losses were given for {given}; give one for each of {known}.",
        "{given}에 대한 손실이 주어졌습니다. {known} 각각에 하나씩 주십시오.",
    ),
    "own.no_scalar": (
        "The loss gives {given}; it must give one number, such as the mean over the batch.",
        "손실이 {given}을(를) 줍니다. 배치의 평균처럼 숫자 하나를 주어야 합니다.",
    ),
    "own.shapes": (
        "The loss {loss} can't compare outputs of shape {outputs} with targets of shape {targets}: change the last layer or y.",
        "손실 {loss}은(는) 모양이 {outputs}인 출력을 {targets}인 목표와 비교하지 못합니다. 마지막 층이나 y를 고쳐 주십시오.",
    ),
    "own.classes_whole": (
        "The loss {loss} wants class numbers 0, 1, … as whole numbers, and the targets are floats: give y.astype(int).",
        "손실 {loss}에는 클래스 번호 0, 1, …이 정수로 필요한데 목표가 실수입니다. y.astype(int)를 주십시오.",
    ),
    "own.class_range": (
        "The targets go from {low} to {high}, and the network tells {classes} classes apart, 0 to the last: change the last "
        "layer or the class numbers.",
        "목표는 {low}에서 {high}까지인데 네트워크는 0부터 시작하는 클래스 {classes}개를 구별합니다. 마지막 층이나 클래스 번호를 고쳐 주십시오.",
    ),
    "own.softmax_twice": (
        "The network's outputs already add up to 1, as after a softmax, and {loss} takes them before it: leave the softmax "
        "out; learn.probabilities(x) gives it back.",
        "네트워크의 출력이 소프트맥스를 거친 듯 이미 합이 1인데, {loss}은(는) 그 앞의 값을 받습니다. 소프트맥스를 빼 주십시오. 확률은 learn.probabilities(x)가 줍니다.",
    ),
    "own.not_log": (
        "The loss {loss} takes log-probabilities, and e to the power of these outputs adds up to {sum}, not 1: end the network "
        'in a log_softmax, or take "cross_entropy".',
        '손실 {loss}은(는) 로그 확률을 받는데, e의 출력 제곱을 더하면 1이 아니라 {sum}입니다. 네트워크를 log_softmax로 끝내거나 "cross_entropy"를 쓰십시오.',
    ),
    "own.not_probabilities": (
        "The loss {loss} takes probabilities in [0, 1], and outputs go from {low} to {high}: end the network in a sigmoid, or "
        'take "binary_cross_entropy_with_logits".',
        '손실 {loss}은(는) [0, 1]의 확률을 받는데 출력이 {low}에서 {high}까지입니다. 네트워크를 시그모이드로 끝내거나 "binary_cross_entropy_with_logits"를 쓰십시오.',
    ),
    "own.metric": (
        "{given} was given as a metric; it is a name ({known}) or a function (scores, target) to a number.",
        "지표로 {given}이(가) 주어졌습니다. 이름({known})이나 (scores, target)에서 숫자를 내는 함수여야 합니다.",
    ),
    "own.metric_fails": (
        "The metric {given} can't judge what the network gives: {why}. It gets tensors, scores and targets, and gives a number.",
        "지표 {given}이(가) 네트워크의 출력을 판정하지 못합니다: {why}. 지표는 점수와 목표를 텐서로 받아 숫자 하나를 내야 합니다.",
    ),
    "own.metric_name": (
        'metrics has "{given}"; did you mean {near}? There are {known}; or give a function.',
        'metrics에 "{given}"이(가) 있습니다. {near}을(를) 뜻하셨습니까? {known}이(가) 있으며, 함수를 줄 수도 있습니다.',
    ),
    "own.metric_twice": (
        'Two figures would be called "{given}": give the metric function another name.',
        '"{given}"이라는 수치가 둘이 됩니다. 지표 함수의 이름을 바꿔 주십시오.',
    ),
    "own.metrics_names": (
        "Metrics were given for {given}; the outputs are {known}.",
        "{given}에 대한 지표가 주어졌습니다. 출력은 {known}입니다.",
    ),
    "own.one_each": (
        "{what}={given} was given for a network of {n} outputs: give a list of {n}, or a dict by their names.",
        "출력이 {n}개인 네트워크에 {what}={given}이(가) 주어졌습니다. {n}개의 리스트나 이름별 사전을 주십시오.",
    ),
    "own.weight": (
        "The loss of {output} has the weight {given}; a weight is a number from 0 up.",
        "{output}의 손실 가중치가 {given}입니다. 가중치는 0 이상의 숫자입니다.",
    ),
    "own.optimizer": (
        "optimizer={given} was given; it is a name ({known}), a class of torch.optim, or a function of the parameters.",
        "optimizer={given}이(가) 주어졌습니다. 이름({known}), torch.optim의 클래스, 또는 매개변수를 받는 함수여야 합니다.",
    ),
    "own.optimizer_name": (
        'optimizer="{given}" was given; did you mean {near}? There are {known}; or give a class of torch.optim.',
        'optimizer="{given}"이(가) 주어졌습니다. {near}을(를) 뜻하셨습니까? {known}이(가) 있으며, torch.optim의 클래스를 줄 수도 있습니다.',
    ),
    "own.optimizer_made": (
        "The optimizer given, {name}, is made already; the learner makes its own: pass partial(torch.optim.{name}, lr=…).",
        "이미 만들어진 옵티마이저 {name}이(가) 주어졌습니다. 학습기가 직접 만드니 partial(torch.optim.{name}, lr=…)을 넘겨 주십시오.",
    ),
    "own.other_inputs": (
        "The inputs given are {given}; the network learned from {wanted}: give as many, in the same form.",
        "주어진 입력은 {given}입니다. 네트워크는 {wanted}로 학습했으니 같은 수를 같은 꼴로 주십시오.",
    ),
    "own.other_targets": (
        "The targets given are {given}; the network gives {n} outputs: give as many, in the form that it learned from.",
        "주어진 목표는 {given}입니다. 네트워크의 출력은 {n}개이니 학습할 때와 같은 꼴로 같은 수를 주십시오.",
    ),
    "own.refused": (
        "The network can't take inputs of {inputs}: {why}.",
        "네트워크가 {inputs} 입력을 받지 못합니다: {why}.",
    ),
    "own.no_probabilities": (
        "The loss {loss} knows of no probabilities: take learn.predict(x).",
        "손실 {loss}에는 확률이 없습니다. learn.predict(x)를 쓰십시오.",
    ),
    "own.no_sklearn": (
        "mb.sklearn needs scikit-learn, which is not installed: pip install 'makebelieve[samples]'.",
        "mb.sklearn에는 scikit-learn이 필요한데 설치되어 있지 않습니다: pip install 'makebelieve[samples]'.",
    ),
    "own.output": ("what the network gives", "네트워크가 내는 값"),
    "own.estimator_model": (
        'model={given} was given; it is "mlp", a torch.nn.Module, or a function (features, outputs) that makes one.',
        'model={given}이(가) 주어졌습니다. "mlp", torch.nn.Module, 또는 그것을 만드는 함수 (features, outputs)여야 합니다.',
    ),
}
