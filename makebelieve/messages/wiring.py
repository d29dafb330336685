"""What functional wiring says: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "wiring.batch": ("batch", "배치"),
    "wiring.time": ("time", "시간"),
    "wiring.one_number": ("a number", "수 하나"),
    "wiring.space_1d": ("length", "길이"),
    "wiring.space_2d": ("height, width", "높이, 너비"),
    "wiring.space_3d": ("depth, height, width", "깊이, 높이, 너비"),
    "wiring.at_least": (" of at least {sizes}", " (적어도 {sizes})"),
    "wiring.whole_numbers": (
        'whole numbers below {below}, as mb.Input(…, dtype="int64") has them',
        '{below}보다 작은 정수(mb.Input(…, dtype="int64")처럼)',
    ),
    "wiring.misfit": (
        "{layer} got a value of shape {got} and needs {needs}.",
        "{layer}에 모양이 {got}인 값이 들어왔지만 {needs} 값이 필요합니다.",
    ),
    "wiring.refused": (
        "{layer} can't take values of shape {got} (tried with a batch of {batch}): {why}.",
        "{layer}에는 모양이 {got}인 값을 넣을 수 없습니다(크기 {batch}의 배치로 시험): {why}.",
    ),
    "wiring.brackets": (
        "{layer}(…) was given a wired value where its options belong: make the layer first, then call it on the value, as in "
        "mb.{layer}(…)(x).",
        "{layer}(…)의 옵션 자리에 배선 값이 들어왔습니다. mb.{layer}(…)(x)처럼 층을 먼저 만든 다음 그 층에 값을 넣어 호출하십시오.",
    ),
    "wiring.activation_class": (
        '{layer}: activation is the class {name}; give one that is made, {name}(), or a name such as "relu".',
        '{layer}: activation에 클래스 {name}이(가) 들어왔습니다. {name}()처럼 만든 것이나 "relu" 같은 이름을 주십시오.',
    ),
    "wiring.channels_last": (
        "{layer} got pictures of shape {got}, whose channels seem to stand last; here they stand first: {better}, and "
        "x.permute(0, 3, 1, 2) of the data.",
        "{layer}에 모양이 {got}인 그림이 들어왔는데, 채널이 마지막 축에 있는 것 같습니다. 여기서는 채널이 먼저입니다. {better}로 쓰고 데이터는 "
        "x.permute(0, 3, 1, 2)로 바꾸십시오.",
    ),
    "wiring.needs_numbers": (
        "What {layer} gives for values of shape {got} depends on numbers or on a device, which are not there while wiring "
        "({why}); do it inside a module, or with the tensors before and after the network.",
        "모양이 {got}인 값에 대한 {layer}의 결과는 배선하는 동안에는 없는 수나 장치에 달려 있습니다({why}). 모듈 안에서 하거나, "
        "네트워크 앞뒤에서 텐서로 하십시오.",
    ),
    "wiring.none_given": (
        "{layer} was given None for a number ({why}): the batch size in x.shape is None while wiring; pass x.size(0) on, or "
        "write -1 or flatten(1).",
        "{layer}에 수 대신 None이 들어왔습니다({why}). 배선하는 동안 x.shape의 배치 크기는 None입니다. x.size(0)을 넘기거나 "
        "-1 또는 flatten(1)을 쓰십시오.",
    ),
    "wiring.one_batch": (
        "{layer} takes values of shape {got} at one batch size only ({why}), but a network is wired for batches of any size: "
        "write -1, flatten(1) or x.size(0) where a number stands for the batch.",
        "{layer}에는 모양이 {got}인 값을 한 가지 배치 크기에서만 넣을 수 있습니다({why}). 네트워크는 모든 배치 크기에 맞게 "
        "배선되므로 배치를 뜻하는 수 자리에 -1, flatten(1), x.size(0)을 쓰십시오.",
    ),
    "wiring.batch_number": (
        "The batch size is not a number while wiring, so {what} can't be worked out; it may be added to, multiplied and passed "
        "on, as in x.reshape(x.size(0), -1).",
        "배선하는 동안 배치 크기는 수가 아니므로 {what}의 결과를 알 수 없습니다. 더하고 곱하고 x.reshape(x.size(0), -1)처럼 "
        "넘길 수는 있습니다.",
    ),
    "wiring.no_value": (
        "A wired value of shape {shape} has no numbers yet, so one can't have {what}; make a network with "
        "mb.Model(inputs, outputs) and call that with a tensor.",
        "배선 중인 모양 {shape}의 값에는 아직 수가 없어 얻을 수 없습니다: {what}. mb.Model(inputs, outputs)로 네트워크를 만든 "
        "뒤 텐서를 넣어 호출하십시오.",
    ),
    "wiring.in_place": (
        "{what} writes into a value that is being wired; use what gives a new value instead: {instead}.",
        "{what}은(는) 배선 중인 값에 덮어씁니다. 새 값을 내는 방법을 쓰십시오: {instead}.",
    ),
    "wiring.always_training": (
        "{what}(…, training=True) would be wired as it is and go on in eval(); use the layer or module instead, such as "
        "mb.Dropout(rate) or nn.Dropout(p).",
        "{what}(…, training=True)은(는) 그대로 배선되어 eval()에서도 작동합니다. mb.Dropout(rate)이나 nn.Dropout(p) 같은 층이나 "
        "모듈을 쓰십시오.",
    ),
    "wiring.in_place_shared": (
        "{layer} writes into the value it gets, which is used elsewhere too ({other}); build it with inplace=False.",
        "{layer}이(가) 받은 값에 덮어쓰는데, 그 값은 다른 곳({other})에서도 쓰입니다. inplace=False로 만드십시오.",
    ),
    "wiring.keywords": (
        "{layer} was given wired values by keyword only ({names}); give at least the first by position.",
        "{layer}에 배선 중인 값이 키워드({names})로만 들어왔습니다. 적어도 첫 값은 위치 인자로 주십시오.",
    ),
    "wiring.result_kind": (
        "{layer} gives a {kind}, which can't be wired; it must give tensors, numbers, or tuples, lists or dictionaries of these.",
        "{layer}의 결과인 {kind}은(는) 배선할 수 없습니다. 텐서, 수, 또는 이들의 튜플, 리스트, 사전이어야 합니다.",
    ),
    "wiring.input_shape": (
        "mb.Input(shape={given!r}): a shape is a whole number above 0 or several, without the batch, as in mb.Input((1, 28, 28)).",
        "mb.Input(shape={given!r}): 모양은 배치를 뺀 1 이상의 정수 하나 또는 여럿입니다(예: mb.Input((1, 28, 28))).",
    ),
    "wiring.dtype": (
        "dtype={given!r} is no type of numbers of torch; give torch.float32, torch.int64, … or its name.",
        "dtype={given!r}은(는) torch의 수 형식이 아닙니다. torch.float32, torch.int64 등이나 그 이름을 주십시오.",
    ),
    "wiring.count": (
        "{layer}: {option}={given!r} must be a whole number of at least {least}.",
        "{layer}: {option}={given!r}은(는) {least} 이상의 정수여야 합니다.",
    ),
    "wiring.pair": (
        "{layer}: {option}={given!r} must be a whole number of at least {least}, or {many} of them.",
        "{layer}: {option}={given!r}은(는) {least} 이상의 정수 하나 또는 {many}개여야 합니다.",
    ),
    "wiring.share": (
        "{layer}: {option}={given!r} must be at least 0 and below 1.",
        "{layer}: {option}={given!r}은(는) 0 이상 1 미만이어야 합니다.",
    ),
    "wiring.choice": (
        "{layer}: {option}={given!r} is not known; did you mean {near!r}? There are: {known}.",
        "{layer}: {option}={given!r}은(는) 없습니다. {near!r}을(를) 뜻하셨습니까? 쓸 수 있는 것: {known}.",
    ),
    "wiring.stride_dilation": (
        "{layer}: strides={strides!r} and dilation_rate={dilation!r} can't both be above 1.",
        "{layer}: strides={strides!r}와(과) dilation_rate={dilation!r}을(를) 함께 1보다 크게 할 수 없습니다.",
    ),
    "wiring.both_ways": (
        "{layer}: return_state=True and bidirectional=True don't go together; take two layers, one on x.flip(1).",
        "{layer}: return_state=True와 bidirectional=True는 함께 쓸 수 없습니다. 층을 둘로 나누고 하나는 x.flip(1)에 쓰십시오.",
    ),
    "wiring.divides": (
        "{layer}: groups={groups} must divide the {channels} channels it gets and the {filters} it gives.",
        "{layer}: groups={groups}은(는) 받는 채널 {channels}개와 내는 채널 {filters}개를 모두 나누어떨어지게 해야 합니다.",
    ),
    "wiring.reshape": (
        "{layer}: target_shape={given!r} doesn't hold the {size} numbers of shape {got}; sizes are whole numbers above 0, one "
        "of them may be -1, and the batch is left out.",
        "{layer}: target_shape={given!r}에는 모양 {got}의 수 {size}개가 맞지 않습니다. 크기는 1 이상의 정수이고 하나는 -1일 수 "
        "있으며 배치는 쓰지 않습니다.",
    ),
    "wiring.permute": (
        "{layer}: dims={given!r} must hold each of 1 to {most} once; the batch is not counted.",
        "{layer}: dims={given!r}에는 1부터 {most}까지 한 번씩 있어야 합니다. 배치는 세지 않습니다.",
    ),
    "wiring.several": (
        "{layer} needs a list of values, at least {least}, such as [a, b]; it got {given}.",
        "{layer}에는 [a, b]처럼 값이 {least}개 이상인 리스트가 필요하지만 {given}이(가) 들어왔습니다.",
    ),
    "wiring.axis": (
        "axis={given!r} is not an axis of values of shape {got}; 0 is the batch, 1 the channels.",
        "axis={given!r}은(는) 모양이 {got}인 값의 축이 아닙니다. 0은 배치, 1은 채널입니다.",
    ),
    "wiring.not_a_value": (
        "{layer} was called with {given}; it takes a tensor or a wired value, as mb.Input(…) gives, or a layer that is called "
        "on one: mb.Dense(…)(x).",
        "{layer}에 {given}이(가) 들어왔습니다. 텐서나 배선 값을 넣으십시오. 배선 값은 mb.Input(…)이나, 값에 호출한 층 mb.Dense(…)(x)가 "
        "줍니다.",
    ),
    "wiring.none": (
        "mb.Model needs at least one of its {what}.",
        "mb.Model에는 {what}이(가) 하나 이상 필요합니다.",
    ),
    "wiring.inputs": ("inputs", "입력"),
    "wiring.outputs": ("outputs", "출력"),
    "wiring.not_symbols": (
        "mb.Model: its {what} must be wired values, one, or a list or dictionary of them; {given} is none.",
        "mb.Model: {what}은(는) 배선 값 하나이거나 그 리스트 또는 사전이어야 합니다. {given}은(는) 배선 값이 아닙니다.",
    ),
    "wiring.missing_input": (
        "The outputs depend on {missing}, which is not among the inputs of mb.Model.",
        "출력은 {missing}에 의존하는데, mb.Model의 입력에 없습니다.",
    ),
    "wiring.unused_input": (
        "No output of mb.Model depends on input {name!r} of shape {shape}; leave it out or use it.",
        "mb.Model의 어떤 출력도 모양 {shape}인 입력 {name!r}에 의존하지 않습니다. 빼거나 사용하십시오.",
    ),
    "wiring.same_input": (
        "mb.Model was given the same input twice (shape {shape}).",
        "mb.Model에 같은 입력(모양 {shape})이 두 번 들어왔습니다.",
    ),
    "wiring.name_taken": (
        "Two different parts of the network are called {name!r}; give each a name of its own.",
        "네트워크의 서로 다른 두 부분의 이름이 {name!r}(으)로 같습니다. 각각 다른 이름을 주십시오.",
    ),
    "wiring.bad_name": (
        "name={name!r} can't name a part of a network: it must be letters, digits and underscores, a letter first, no word of Python's, and no "
        "name that torch modules use themselves.",
        "name={name!r}은(는) 네트워크 부분의 이름이 될 수 없습니다. 글자로 시작해 글자, 숫자, 밑줄로만 쓰고, 파이썬의 예약어나 torch 모듈이 "
        "쓰는 이름은 피하십시오.",
    ),
    "wiring.sequence_start": (
        "mb.Sequential must begin with mb.Input(shape), or get input_shape=, so that the sizes of its layers are known; it "
        "begins with {given}.",
        "mb.Sequential은 층의 크기를 알 수 있도록 mb.Input(shape)으로 시작하거나 input_shape=를 받아야 하지만 {given}(으)로 "
        "시작합니다.",
    ),
    "wiring.sequence_layer": (
        "mb.Sequential: {given} is no layer; give layers, modules or functions of one tensor.",
        "mb.Sequential: {given}은(는) 층이 아닙니다. 층, 모듈, 텐서 하나를 받는 함수를 주십시오.",
    ),
    "wiring.sequence_result": (
        "mb.Sequential: {layer} gives {given}, but each layer must give the one value that the next one takes.",
        "mb.Sequential: {layer}의 결과는 {given}이지만, 각 층은 다음 층이 받을 값 하나를 내야 합니다.",
    ),
    "wiring.layer": ("layer", "층"),
    "wiring.shape": ("output shape", "출력 모양"),
    "wiring.parameters": ("parameters", "매개변수"),
    "wiring.multiply_adds": ("multiply-adds", "곱셈-덧셈"),
    "wiring.shared": ("(shared)", "(공유)"),
    "wiring.total": (
        "{parameters} parameters, {trainable} of them trainable; {products} multiply-adds for one item of the batch.",
        "매개변수 {parameters}개 중 학습되는 것 {trainable}개. 배치의 항목 하나에 곱셈-덧셈 {products}번.",
    ),
    "wiring.output": ("output", "출력"),
    "wiring.input": ("input", "입력"),
    "wiring.picture": (
        "A network of {count} parts, from {inputs} to {outputs}",
        "{inputs}에서 {outputs}(으)로 가는, 부분 {count}개의 네트워크",
    ),
}
