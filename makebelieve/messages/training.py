"""What the training room says: ``key: (English, Korean)``."""

MESSAGES: dict[str, tuple[str, str]] = {
    "training.unknown_network": (
        "The recipe asks for nets.{name}, but this game's networks are: {known}.",
        "레시피가 nets.{name}을(를) 찾지만 이 게임의 네트워크는 다음과 같습니다: {known}.",
    ),
    "training.no_player": (
        "There is no player {given!r}; the players of this learner are: {known}.",
        "{given!r}(이)라는 플레이어가 없습니다. 이 학습기의 플레이어는 다음과 같습니다: {known}.",
    ),
    "training.unknown_player": (
        "The recipe yielded {given}, but a turn is (player, loss) or (player, loss, metrics) with a player among: {known}.",
        "레시피가 {given}을(를) 내놓았지만, 한 차례는 (player, loss) 또는 (player, loss, metrics)이어야 하고 player는 다음 중 하나입니다: {known}.",
    ),
    "training.recipe_not_callable": (
        "The recipe given is {given}; pass a generator function such as mb.recipes.hinge.",
        "레시피로 {given}이(가) 주어졌습니다. mb.recipes.hinge 같은 제너레이터 함수를 넘겨 주십시오.",
    ),
    "training.no_noise": (
        "The recipe calls run.noise, but this learner was made without a law for it; pass noise= to the learner.",
        "레시피가 run.noise를 부르지만 이 학습기에는 노이즈 분포가 없습니다. 학습기에 noise=를 넘겨 주십시오.",
    ),
    "training.leaked_no_grad": (
        "The recipe yielded inside `with torch.no_grad():`; close that block before the yield.",
        "레시피가 `with torch.no_grad():` 안에서 yield했습니다. yield 전에 그 블록을 닫아 주십시오.",
    ),
    "training.leaked_autocast": (
        "The recipe yielded inside `with torch.autocast(...):`; close that block before the yield.",
        "레시피가 `with torch.autocast(...):` 안에서 yield했습니다. yield 전에 그 블록을 닫아 주십시오.",
    ),
    "training.stale_graph": (
        "The loss of player {player} was computed before another player's step changed its weights in place; compute it after the "
        "last yield, or detach what comes from the other network.",
        "{player}의 손실을 계산한 뒤 다른 플레이어의 단계에서 가중치가 제자리(in-place)로 바뀌었습니다. 마지막 yield 뒤에 계산하거나 다른 네트워크에서 온 값을 detach해 주십시오.",
    ),
    "training.graph_twice": (
        "The loss of player {player} goes back through a graph that an earlier turn has used up; detach it in the earlier turn "
        "or compute it anew.",
        "{player} 플레이어의 손실이 앞선 차례에서 이미 써 버린 그래프를 거슬러 갑니다. 앞선 차례에서 detach하거나 새로 계산해 주십시오.",
    ),
    "training.no_gradient": (
        "The loss of player {player} depends on no parameter; was it detached or computed under no_grad?",
        "{player} 플레이어의 손실이 어떤 매개변수에도 의존하지 않습니다. detach되었거나 no_grad 안에서 계산되지 않았는지 확인해 주십시오.",
    ),
    "training.nothing_to_train": (
        "Player {player} has no parameter that learns; unfreeze its network or leave the player out.",
        "{player} 플레이어에는 학습할 매개변수가 없습니다. 네트워크의 고정을 해제하거나 플레이어를 빼 주십시오.",
    ),
    "training.needs_callable": (
        "The optimizer of player {player} evaluates the loss again; yield a function without arguments that gives the loss.",
        "{player} 플레이어의 옵티마이저는 손실을 다시 계산합니다. 손실을 돌려주는 인자 없는 함수를 yield해 주십시오.",
    ),
    "training.needs_whole_batch": (
        "The optimizer of player {player} evaluates the loss again, which can't be done in parts or over several processes; leave accumulate at 1 "
        "and train in one process.",
        "{player} 플레이어의 옵티마이저는 손실을 다시 계산하므로 나누어 계산하거나 여러 프로세스에서 계산할 수 없습니다. accumulate를 1로 두고 한 프로세스에서 학습해 주십시오.",
    ),
    "training.out_of_step": (
        "The parts of one batch took different turns (at player {player}); whose turn it is may depend on run.step, not on the data.",
        "한 배치의 부분들의 차례가 서로 다릅니다({player} 플레이어). 차례는 데이터가 아니라 run.step에 따라야 합니다.",
    ),
    "training.world_size": (
        "WORLD_SIZE asks for {asked} processes, but {found} train together; start the script with torchrun.",
        "WORLD_SIZE는 {asked}개의 프로세스를 요구하지만 {found}개가 함께 학습합니다. torchrun으로 시작해 주십시오.",
    ),
    "training.world": (
        "This is process {rank} of {size} that train together.",
        "함께 학습하는 {size}개 프로세스 중 {rank}번입니다.",
    ),
    "training.device": (
        'device="{device}" can\'t be used here ({reason}); "auto" picks one that can.',
        'device="{device}"은(는) 여기서 쓸 수 없습니다({reason}). "auto"는 쓸 수 있는 장치를 고릅니다.',
    ),
    "training.precision": (
        'precision="{given}" is not known; it is one of: {known}.',
        'precision="{given}"은(는) 알 수 없는 값입니다. 다음 중 하나입니다: {known}.',
    ),
    "training.learning_rate": (
        "A learning rate of {given} was given; it is a finite number of 0 or more, such as 0.0002.",
        "학습률로 {given}이(가) 주어졌습니다. 0.0002처럼 0 이상의 유한한 수여야 합니다.",
    ),
    "training.positive": (
        "{name}={given} was given; it must be a number above zero.",
        "{name}={given}이(가) 주어졌습니다. 0보다 큰 수여야 합니다.",
    ),
    "training.compile": (
        'compile={given} was given; it is True, False or "auto".',
        'compile={given}이(가) 주어졌습니다. True, False, "auto" 중 하나여야 합니다.',
    ),
    "training.on_trouble": (
        'on_trouble="{given}" was given; it is "tell" or "recover".',
        'on_trouble="{given}"이(가) 주어졌습니다. "tell" 또는 "recover"여야 합니다.',
    ),
    "training.unknown_option": (
        "There is no option {name}; those of training are: {known}.",
        "{name} 옵션은 없습니다. 학습 옵션은 다음과 같습니다: {known}.",
    ),
    "training.not_data": (
        "The data given are {given}; pass what mb.images(…) gives.",
        "데이터로 {given}이(가) 주어졌습니다. mb.images(…)가 주는 것을 넘겨 주십시오.",
    ),
    "training.no_run_to_report": (
        "There is no run to report on yet: call fit first, and let it have a folder.",
        "아직 보고서를 쓸 실행이 없습니다. 먼저 폴더가 있는 실행에서 fit을 불러 주십시오.",
    ),
    "training.no_page": (
        "No callback of this learner writes a page: give callbacks=[WriteReport()] of makebelieve.report.",
        "이 학습기에는 페이지를 쓰는 콜백이 없습니다. makebelieve.report의 WriteReport를 callbacks=[WriteReport()]로 주십시오.",
    ),
    "training.own_parts": (
        "The run has a recipe or networks of the program's own, which a file can't hold; make them there and call "
        "learn.resume(run).",
        "실행에 프로그램이 직접 만든 레시피나 네트워크가 있어 파일에 담을 수 없습니다. 그 프로그램에서 만들고 learn.resume(run)을 불러 주십시오.",
    ),
    "training.compile_twice": (
        "compile=True was asked for, but the recipe {recipe} differentiates twice, which compiled networks can't; leave it off.",
        "compile=True가 주어졌지만 {recipe} 레시피는 두 번 미분하며, 컴파일된 네트워크는 그렇게 할 수 없습니다. compile을 꺼 주십시오.",
    ),
    "training.player_without_network": (
        'The recipe has a player "{player}", but there is no network of that name among: {known}.',
        '레시피에 "{player}" 플레이어가 있지만 그런 이름의 네트워크가 없습니다: {known}.',
    ),
    "training.no_data": (
        "This learner was loaded without data, so it can be used but not trained; mb.resume(run) of a run brings its data along, "
        "which an exported folder has not.",
        "이 학습기는 데이터 없이 불러왔으므로 쓸 수는 있지만 학습할 수는 없습니다. 실행이라면 mb.resume(run)이 데이터도 함께 불러오며, 내보낸 "
        "폴더에는 데이터가 없습니다.",
    ),
    "training.fit_how_long": (
        "fit was called with {given}; say exactly one of epochs, steps=… and minutes=….",
        "fit이 {given}(으)로 불렸습니다. epochs, steps=…, minutes=… 중 정확히 하나를 주십시오.",
    ),
    "training.custom_schedule": (
        "The interrupted fit had a schedule of its own, which a file can't hold; pass it again: learn.resume(run, schedule=…).",
        "중단된 fit에는 사용자의 스케줄이 있었고 파일에는 담을 수 없습니다. 다시 넘겨 주십시오: learn.resume(run, schedule=…).",
    ),
    "training.nothing_to_resume": (
        "There is no run to go on with yet; call fit first, or resume(run) with a run's folder.",
        "아직 이어 갈 실행이 없습니다. 먼저 fit을 부르거나 실행 폴더로 resume(run)을 불러 주십시오.",
    ),
    "training.other_data": (
        "The run {path} was trained on other data than this learner has; make the data as they were then.",
        "실행 {path}은(는) 이 학습기와 다른 데이터로 학습되었습니다. 그때와 같은 데이터를 만들어 주십시오.",
    ),
    "training.other_choice": (
        "The run was made with {name}={there}, this learner with {name}={here}; make the learner as it was then.",
        "실행은 {name}={there}(으)로, 이 학습기는 {name}={here}(으)로 만들어졌습니다. 학습기를 그때와 같이 만들어 주십시오.",
    ),
    "training.other_networks": (
        "The checkpoint does not fit this learner's networks ({reason}); make them as they were when the run began.",
        "체크포인트가 이 학습기의 네트워크와 맞지 않습니다({reason}). 실행을 시작할 때와 같이 만들어 주십시오.",
    ),
    "training.checkpoint_format": (
        "{path} has format {found}; this version of makebelieve reads format {known}.",
        "{path}의 형식은 {found}이지만 이 버전의 makebelieve는 형식 {known}을(를) 읽습니다.",
    ),
    "training.checkpoint_altered": (
        "The checkpoint {path} was altered after it was written (its SHA-256 differs), so it is not used.",
        "체크포인트 {path}은(는) 기록된 뒤에 바뀌었으므로(SHA-256이 다름) 쓰지 않습니다.",
    ),
    "training.checkpoint_torn": (
        "The checkpoint {path} is incomplete or not a checkpoint, so it is not used.",
        "체크포인트 {path}은(는) 온전하지 않거나 체크포인트가 아니므로 쓰지 않습니다.",
    ),
    "training.checkpoint_passed_over": (
        "{reason} The one before it is tried.",
        "{reason} 그 앞의 체크포인트를 시도합니다.",
    ),
    "training.no_checkpoint": (
        "There is no checkpoint in {path}; the run has to be started anew.",
        "{path}에 체크포인트가 없습니다. 실행을 새로 시작해야 합니다.",
    ),
    "training.no_run": (
        "{path} is not the folder of a run (it has no config.json).",
        "{path}은(는) 실행 폴더가 아닙니다(config.json이 없음).",
    ),
    "training.config_torn": (
        "{path} can't be read as the configuration of a run.",
        "{path}을(를) 실행의 설정으로 읽을 수 없습니다.",
    ),
    "training.run_exists": (
        "{path} holds a run already; go on with it (makebelieve resume {path}, or learn.resume) or give another folder.",
        "{path}에는 이미 실행이 있습니다. 이어 가거나(makebelieve resume {path} 또는 learn.resume) 다른 폴더를 주십시오.",
    ),
    "training.folder_in_use": (
        "{path} is there already and is not an empty folder; give the run a folder of its own.",
        "{path}은(는) 이미 있으며 빈 폴더가 아닙니다. 실행에 따로 폴더를 주십시오.",
    ),
    "training.own_system": (
        "The run {path} was made by a learner of the program's own; make it there and call learn.resume(run).",
        "실행 {path}은(는) 프로그램이 직접 만든 학습기의 것입니다. 그 프로그램에서 만들고 learn.resume(run)을 불러 주십시오.",
    ),
    "training.own_data": (
        "The data of the run {path} were made by the program (arrays, a Dataset), which a file can't hold; make data and learner "
        "there and call learn.resume(run).",
        "실행 {path}의 데이터는 프로그램이 만든 것(배열, Dataset)이어서 파일에 담을 수 없습니다. 그 프로그램에서 데이터와 학습기를 만들고 learn.resume(run)을 불러 주십시오.",
    ),
    "training.history_short": (
        "{path} has {length} bytes, but the checkpoint goes with {expected}; the run's files do not belong together.",
        "{path}은(는) {length}바이트이지만 체크포인트는 {expected}바이트와 짝을 이룹니다. 실행의 파일들이 서로 맞지 않습니다.",
    ),
    "training.history_torn": (
        "{path} is missing or can't be read as a history, so the run can't go on.",
        "{path}이(가) 없거나 기록으로 읽을 수 없어 실행을 이어 갈 수 없습니다.",
    ),
    "training.run_busy": (
        "{path} is being trained by another process; wait for it or stop it first.",
        "{path}은(는) 다른 프로세스가 학습하고 있습니다. 끝나기를 기다리거나 먼저 멈추어 주십시오.",
    ),
    "training.lead_refused": (
        "The first process can't begin the run; its message says why.",
        "첫 번째 프로세스가 실행을 시작할 수 없습니다. 까닭은 그 프로세스의 메시지에 있습니다.",
    ),
    "training.world_size_number": (
        "WORLD_SIZE={given} is not a number of processes; torchrun sets it.",
        "WORLD_SIZE={given}은(는) 프로세스 수가 아닙니다. torchrun이 정해 줍니다.",
    ),
    "training.whole_steps": (
        "steps={given} was given; it is a whole number of batches.",
        "steps={given}이(가) 주어졌습니다. 배치의 수는 정수여야 합니다.",
    ),
    "training.no_such_player": (
        '"{given}" is not a player of this recipe; its players are: {known}.',
        '"{given}"은(는) 이 레시피의 플레이어가 아닙니다. 플레이어는 다음과 같습니다: {known}.',
    ),
    "training.groups_incomplete": (
        "The groups that the network of player {player} gives hold {found} parameters, but {count} can learn; parameter_groups() must name each just once.",
        "{player} 플레이어의 네트워크가 주는 그룹에는 매개변수가 {found}개 있지만 학습할 수 있는 것은 {count}개입니다. parameter_groups()는 각각을 정확히 한 번씩 포함해야 합니다.",
    ),
    "training.no_groups": (
        "Nothing can be frozen: among the networks of this game ({known}) not just one has two groups of parameters or more; train with fit or "
        "fit_one_cycle, or give the network a method parameter_groups() with lists of its parameters from the input to the head.",
        "고정할 수 있는 것이 없습니다. 이 게임의 네트워크({known}) 가운데 매개변수 그룹이 둘 이상인 것이 정확히 하나가 아닙니다. fit이나 fit_one_cycle로 학습하거나, 네트워크에 입력에서 헤드까지의 매개변수 목록을 돌려주는 parameter_groups() 메서드를 만들어 주십시오.",
    ),
    "training.freeze_groups": (
        "freeze({given}) was called; give how many groups of parameters are frozen, 0 to {most}, or with -1 all but the last one, "
        "which must learn.",
        "freeze({given})이(가) 불렸습니다. 고정할 매개변수 그룹의 수를 0부터 {most}까지로 주십시오. -1은 학습해야 하는 마지막 그룹만 남기고 모두 고정합니다.",
    ),
    "training.stage": (
        "Stage {number} of {stages}: {frozen} of {groups} groups of parameters frozen, learning rate up to {rate}.",
        "{stages}개 구간 중 {number}번째: 매개변수 그룹 {groups}개 중 {frozen}개 고정, 최고 학습률 {rate}.",
    ),
    "training.one_player": (
        "{asked} is for games with one player; this one has: {known}.",
        "{asked}은(는) 플레이어가 하나인 게임에만 쓸 수 있습니다. 이 게임의 플레이어는 다음과 같습니다: {known}.",
    ),
    "training.patience_data": (
        "patience={given} was given, but there are no validation data to wait for; hold some out (valid=0.2) or leave patience off.",
        "patience={given}이(가) 주어졌지만 지켜볼 검증 데이터가 없습니다. 일부를 떼어 두거나(valid=0.2) patience를 빼 주십시오.",
    ),
    "training.best": (
        "The weights of epoch {epoch} are in place, whose validation loss was the least ({loss}); in the {waited} epochs after it there was none better.",
        "검증 손실이 가장 작았던({loss}) 에포크 {epoch}의 가중치를 되돌려 놓았습니다. 그 뒤 {waited}개 에포크에서는 더 나아지지 않았습니다.",
    ),
    "training.rates_all_lost": (
        "The loss of {player} is no finite number even at the smallest learning rate, so no rate can be suggested; look at the data and the loss.",
        "가장 작은 학습률에서도 {player}의 손실이 유한한 수가 아니므로 학습률을 제안할 수 없습니다. 데이터와 손실을 확인해 주십시오.",
    ),
    "training.not_a_generator": (
        "The recipe {given} is not a generator function; it must yield (player, loss). Give options of a recipe with options=.",
        "레시피 {given}은(는) 제너레이터 함수가 아닙니다. (player, loss)를 yield해야 합니다. 레시피의 옵션은 options=로 주십시오.",
    ),
    "training.no_tensorboard": (
        'TensorBoard needs an extra package: pip install "makebelieve[tensorboard]".',
        'TensorBoard에는 추가 패키지가 필요합니다: pip install "makebelieve[tensorboard]".',
    ),
    "training.not_a_number": (
        "The loss or a weight of {name} became {value} by step {step}, so training was stopped; go back to the last checkpoint "
        "with a lower learning rate, learn.resume(learning_rate=…), or clipped gradients, learn.resume(clip=1.0).",
        "{step}단계에서 {name}의 손실이나 가중치가 {value}이(가) 되어 학습을 멈추었습니다. 학습률을 낮추거나(learn.resume(learning_rate=…)) 그래디언트 클리핑을 적용하여(learn.resume(clip=1.0)) 마지막 체크포인트에서 다시 시작해 주십시오.",
    ),
    "training.explosion": (
        "The loss of {name} grew to {value} by step {step}; a lower learning rate or clip=1.0 usually helps.",
        "{step}단계에서 {name}의 손실이 {value}까지 커졌습니다. 대개 학습률을 낮추거나 clip=1.0을 주면 나아집니다.",
    ),
    "training.fitting": ("fitting", "학습 중"),
    "training.rate": ("{rate} steps/s", "초당 {rate}단계"),
    "training.epoch": ("epoch {epoch} (step {step})  {figures}", "에포크 {epoch} ({step}단계)  {figures}"),
    "training.interrupted": (
        "Stopped after step {step}; nothing is lost. Go on with learn.resume() here, or: makebelieve resume {run}",
        "{step}단계 뒤에 멈추었습니다. 잃은 것은 없습니다. 여기서는 learn.resume()으로, 명령줄에서는 다음으로 이어 갑니다: makebelieve resume {run}",
    ),
    "training.interrupted_here": (
        "Stopped after step {step}; what there is so far stays. Go on with learn.resume().",
        "{step}단계 뒤에 멈추었습니다. 지금까지의 결과는 그대로 있습니다. learn.resume()으로 이어 갑니다.",
    ),
    "training.summary_head": (
        "recipe {recipe} on {device} in {precision}; network, parameters, optimizer, learning rate:",
        "레시피 {recipe}, 장치 {device}, 정밀도 {precision}. 네트워크, 매개변수, 옵티마이저, 학습률:",
    ),
}
