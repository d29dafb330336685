"""What forecasting says, of its data and of its figures: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    # reading tables
    "forecast.source": (
        "Series to forecast come as a .csv or .tsv file, a data frame, a dict of columns, or an array (time,) or (time, variables), "
        "not as {kind}.",
        "예측할 시계열은 .csv나 .tsv 파일, 데이터 프레임, 열의 dict, (시간,)이나 (시간, 변수) 배열로 주어야 하는데 {kind}을(를) 받았습니다.",
    ),
    "forecast.array": (
        "The array has shape {shape}; one series is (time,), several variables are (time, variables).",
        "배열의 모양이 {shape}입니다. 시계열 하나는 (시간,), 변수 여러 개는 (시간, 변수) 모양이어야 합니다.",
    ),
    "forecast.suffix": (
        "{path} is no table that can be read here; give one of {known}, or a data frame.",
        "{path}은(는) 여기서 읽을 수 있는 표가 아닙니다. {known} 파일이나 데이터 프레임을 주십시오.",
    ),
    "forecast.no_rows": (
        "The table has no rows; a forecast needs some that were measured.",
        "표에 행이 없습니다. 예측하려면 측정된 행이 있어야 합니다.",
    ),
    "forecast.lengths": (
        "The columns differ in length ({lengths}); give each a value for every row.",
        "열의 길이가 서로 다릅니다({lengths}). 모든 행에 값을 주십시오.",
    ),
    "forecast.row_length": (
        "Row {row} of {path} has {found} values where the first line has {expected} names; mend that line.",
        "{path}의 {row}번째 행에 값이 {found}개 있지만 첫 줄의 이름은 {expected}개입니다. 그 줄을 고쳐 주십시오.",
    ),
    "forecast.encoding": (
        "{path} is not UTF-8; it has been read as {encoding}.",
        "{path}은(는) UTF-8이 아니어서 {encoding}(으)로 읽었습니다.",
    ),
    "forecast.no_column": (
        'The table has no column "{column}"; the nearest is "{near}", and there are: {columns}.',
        '표에 "{column}" 열이 없습니다. 가장 비슷한 열은 "{near}"이며, 있는 열은 {columns}입니다.',
    ),
    "forecast.text": (
        'Row {row} of the column "{column}" holds {text!r} where a number belongs; mend that row, or take another column.',
        '"{column}" 열의 {row}번째 행에 수가 있어야 할 자리에 {text!r}이(가) 있습니다. 그 행을 고치거나 다른 열을 쓰십시오.',
    ),
    "forecast.no_target": (
        "Say which column to forecast with target=, each once; columns of numbers are: {columns}.",
        "예측할 열을 target=으로 한 번씩 지정해 주십시오. 수가 있는 열은 {columns}입니다.",
    ),
    "forecast.target_is_time": (
        'The column "{column}" holds the times or the names of the series, so it can\'t be the target; take another one.',
        '"{column}" 열은 시각이나 시계열의 이름이므로 target이 될 수 없습니다. 다른 열을 지정해 주십시오.',
    ),
    "forecast.input_taken": (
        'inputs= names the column "{column}", which is a target, the times or the names already, or is there twice; leave it out.',
        'inputs=의 "{column}" 열은 이미 target이나 시각, 이름으로 쓰이거나 두 번 적혀 있습니다. 빼 주십시오.',
    ),
    # options
    "forecast.rows": (
        "{name} must be a whole number of rows from 1 to {most:,}, not {given!r}.",
        "{name}은(는) 1부터 {most:,}까지의 정수 행 수여야 하는데 {given!r}을(를) 받았습니다.",
    ),
    "forecast.valid": (
        "Of series to forecast, valid is the last share of the time, from 0 up to but not including 1, such as 0.2, not {given!r}.",
        "예측할 시계열에서 valid는 마지막 기간의 비율로, 0.2처럼 0 이상 1 미만이어야 하는데 {given!r}을(를) 받았습니다.",
    ),
    "forecast.gaps_option": (
        "gaps={given!r} is not known; it is one of {known}.",
        "gaps={given!r}은(는) 알 수 없습니다. {known} 중 하나여야 합니다.",
    ),
    "forecast.for_pictures": (
        "{name}= belongs to series that are told apart as pictures; leave it out together with target=, past= or ahead=.",
        "{name}=은(는) 그림으로 구별하는 시계열의 옵션입니다. target=, past=, ahead=와 함께 쓸 때에는 빼 주십시오.",
    ),
    # times
    "forecast.of_series": (' of the series "{name}"', ' (시계열 "{name}")'),
    "forecast.no_time": (
        'Row {row} of the column "{column}" holds {text!r}, which is no time such as 2024-01-31 or 2024-01-31 09:30; mend it, or name '
        "the column of times with time=.",
        '"{column}" 열의 {row}번째 행에 있는 {text!r}은(는) 2024-01-31이나 2024-01-31 09:30 같은 시각이 아닙니다. 고치거나 시각의 열을 time=으로 지정해 주십시오.',
    ),
    "forecast.day_or_month": (
        'Dates of the column "{column}" such as {text!r} do not tell the day from the month; write them as 2024-01-31.',
        '"{column}" 열의 {text!r} 같은 날짜로는 일과 월을 구별할 수 없습니다. 2024-01-31처럼 적어 주십시오.',
    ),
    "forecast.sorted": (
        'The rows{where} were not in the order of "{column}"; they have been sorted.',
        '행이 "{column}" 순서가 아니어서 정렬했습니다{where}.',
    ),
    "forecast.repeated": (
        'The times{where} in "{column}" are repeated {n} times, first {first}: keep one row a time, or name the column that tells several '
        "series apart with by=.",
        '"{column}"의 시각이 {n}번 되풀이되며{where} 처음은 {first}입니다. 시각마다 한 행만 남기거나, 여러 시계열을 구별하는 열을 by=로 지정해 주십시오.',
    ),
    "forecast.gaps": (
        "The rows{where} should be {step} apart, but {n} are missing in {gaps} gaps, the first after {after} and before {before}: put them in, "
        'or give gaps="fill" for straight lines, or gaps="ignore" to take rows as they follow each other.',
        '행 사이의 간격은 {step}이어야 하는데{where} 빈 곳 {gaps}군데에 행 {n}개가 없습니다. 첫 번째는 {after}과(와) {before} 사이입니다. 행을 넣거나, 직선으로 채우려면 gaps="fill", 있는 순서대로 쓰려면 gaps="ignore"를 주십시오.',
    ),
    "forecast.irregular": (
        'The rows{where} are not evenly spaced: most are {step} apart, but {n} are not, first from {first} to {second}; give gaps="fill" for '
        'even steps by straight lines, or gaps="ignore" to take rows as they follow each other.',
        '행의 간격이 고르지 않습니다{where}. 대부분 {step} 간격이지만 {n}군데가 다르고, 처음은 {first}에서 {second}까지입니다. 직선으로 고른 간격을 만들려면 gaps="fill", 있는 순서대로 쓰려면 gaps="ignore"를 주십시오.',
    ),
    "forecast.missing_values": (
        'The column "{column}"{where} has no number at {time} ({n} values are NaN, infinite or empty in all): put them in, or give '
        'gaps="fill" for straight lines between their neighbours.',
        '"{column}" 열에{where} {time}의 값이 없습니다(모두 {n}개가 NaN이거나 무한대이거나 비어 있습니다). 값을 넣거나, 이웃한 값 사이를 직선으로 채우려면 gaps="fill"을 주십시오.',
    ),
    "forecast.step_months": ("{n} month(s)", "{n}개월"),
    "forecast.step_weekday": ("a weekday", "평일 하루"),
    # rows
    "forecast.few_rows": (
        "There are {n} rows{where} with values; a series needs {needed} at least.",
        "값이 있는 행이{where} {n}개입니다. 시계열에는 적어도 {needed}개가 있어야 합니다.",
    ),
    "forecast.too_few": (
        "There are {rows} rows{where}, {train} of them to learn from, but a window of past={past} and ahead={ahead} takes {needed}: give a "
        "smaller past=, a smaller valid=, or more rows.",
        "행이{where} {rows}개이고 그중 학습에 쓰는 것은 {train}개인데, past={past}와 ahead={ahead}인 창 하나에 {needed}개가 필요합니다. past=나 valid=를 줄이거나 행을 늘려 주십시오.",
    ),
    "forecast.no_windows": (
        "Not one window of past={past} and ahead={ahead} could be cut from the training rows without values that were filled in: give a smaller "
        "past= or ahead=, or data with fewer gaps.",
        "학습용 행에서 채워 넣은 값을 피해 past={past}, ahead={ahead}인 창을 하나도 자를 수 없습니다. past=나 ahead=를 줄이거나 빈 곳이 적은 데이터를 주십시오.",
    ),
    "forecast.constant": (
        'The target "{column}"{where} is {value} in all {n} rows to learn from: there is nothing to forecast; take another target or more rows.',
        'target "{column}"이(가){where} 학습용 행 {n}개에서 모두 {value}입니다. 예측할 것이 없으니 다른 target이나 더 많은 행을 주십시오.',
    ),
    # the summary
    "forecast.row_targets": ("targets", "예측할 열"),
    "forecast.row_inputs": ("further inputs", "추가 입력"),
    "forecast.row_calendar": ("calendar", "달력 특징"),
    "forecast.row_series": ("series", "시계열 수"),
    "forecast.row_rows": ("rows", "행"),
    "forecast.row_times": ("times", "기간"),
    "forecast.row_filled": ("rows filled", "채운 행"),
    "forecast.row_window": ("window", "창"),
    "forecast.row_train": ("training windows", "학습 창"),
    "forecast.row_valid": ("validation windows", "검증 창"),
    "forecast.window": ("{past} rows known, {ahead} ahead", "앞의 {past}행으로 다음 {ahead}행"),
    # the door
    "forecaster.data": (
        "{given} was given; a forecaster needs windows of series, as mb.series(table, target=…, past=60, ahead=5) gives.",
        "{given}을(를) 받았습니다. 예측기에는 mb.series(table, target=…, past=60, ahead=5)가 주는 시계열 창이 필요합니다.",
    ),
    "forecaster.network": (
        'network="{given}" is not known; it is one of {known}, or a module of your own.',
        'network="{given}"은(는) 알 수 없습니다. {known} 중 하나이거나 직접 만든 모듈이어야 합니다.',
    ),
    "forecaster.own_network": (
        "This network can't be used ({reason}): called with the known rows (n, past, channels) and the calendar ahead (n, ahead, known), it "
        "has to give {expected}.",
        "이 네트워크는 쓸 수 없습니다({reason}). 아는 행 (n, past, channels)과 앞으로의 달력 (n, ahead, known)으로 부르면 {expected}을(를) 주어야 합니다.",
    ),
    "forecaster.quantiles": (
        "quantiles={given} was given; they are numbers between 0 and 1, such as (0.1, 0.5, 0.9).",
        "quantiles={given}이(가) 주어졌습니다. (0.1, 0.5, 0.9)처럼 0과 1 사이의 수여야 합니다.",
    ),
    "forecaster.hidden": (
        "hidden={given} was given; it is a whole number of units from 1 to 4096.",
        "hidden={given}이(가) 주어졌습니다. 1부터 4096까지의 정수 유닛 수여야 합니다.",
    ),
    "forecaster.layers": (
        "layers={given} was given; it is a whole number from 1 to 16.",
        "layers={given}이(가) 주어졌습니다. 1부터 16까지의 정수여야 합니다.",
    ),
    "forecaster.season": (
        "season={given} was given; it is a whole number of rows, such as 7 for days that repeat by the week, or 1 for no season.",
        "season={given}이(가) 주어졌습니다. 한 주마다 되풀이되는 일별 데이터의 7처럼 정수 행 수이거나, 계절이 없으면 1이어야 합니다.",
    ),
    # verbs
    "forecaster.no_data": (
        "This learner has no data to go on from: load the run with mb.resume(run), or give the rows to predict(table).",
        "이 학습기에는 이어 갈 데이터가 없습니다. mb.resume(run)으로 불러오거나 predict(table)에 행을 주십시오.",
    ),
    "forecaster.how_many": (
        "A forecast of {given} rows was asked for; ask for a whole number from 1 to 100,000.",
        "{given}행의 예측이 요청되었습니다. 1부터 100,000까지의 정수를 주십시오.",
    ),
    "forecaster.end": (
        "end={given!r} was given; it is the number of rows that are known, a whole number from {past} (past=) to {rows}.",
        "end={given!r}을(를) 받았습니다. 알려진 행의 수이며 {past}(past=)부터 {rows}까지의 정수여야 합니다.",
    ),
    "forecaster.pictures": (
        "{given} pictures were asked for; ask for a whole number from 1 to 100.",
        "그림 {given}장이 요청되었습니다. 1부터 100까지의 정수를 주십시오.",
    ),
    "forecaster.folds": (
        "folds={given} was given; it is a whole number from 1 to 100.",
        "folds={given}이(가) 주어졌습니다. 1부터 100까지의 정수여야 합니다.",
    ),
    "forecaster.first": (
        "first={given} was given; it is the share of the time that the first fold learns from, between 0 and 1, such as 0.5.",
        "first={given}이(가) 주어졌습니다. 첫 번째 구간이 학습하는 기간의 비율로, 0.5처럼 0과 1 사이여야 합니다.",
    ),
    "forecaster.empty_fold": (
        "With folds={folds} a fold has no window of past={past} and ahead={ahead} to judge by; ask for fewer folds or give more rows.",
        "folds={folds}에서는 past={past}, ahead={ahead}인 창이 하나도 없는 구간이 있습니다. folds를 줄이거나 행을 늘려 주십시오.",
    ),
    "forecaster.which_series": (
        "The data have {n} series ({names}): say which with series=, or ask for forecast_all().",
        "데이터에 시계열이 {n}개 있습니다({names}). series=로 지정하거나 forecast_all()을 쓰십시오.",
    ),
    "forecaster.no_series": (
        'There is no series "{given}"; there are: {names}.',
        '"{given}" 시계열이 없습니다. 있는 시계열은 {names}입니다.',
    ),
    "forecaster.inputs_unknown": (
        "{n} rows were asked for, but the network gives {ahead} at once and for more would need {inputs} of days to come: make the data with "
        "ahead={n}, or without inputs=.",
        "{n}행이 요청되었지만 네트워크는 한 번에 {ahead}행을 주며, 그 이상은 아직 오지 않은 {inputs}의 값이 필요합니다. 데이터를 ahead={n}으로 만들거나 inputs= 없이 만들어 주십시오.",
    ),
    "forecaster.short": (
        "The series has {n} rows; the network looks back past={past}, so give as many at least.",
        "시계열의 행이 {n}개입니다. 네트워크는 past={past}행을 돌아보므로 적어도 그만큼 주십시오.",
    ),
    "forecaster.needs_times": (
        "This network uses the calendar ({cycles}), so the rows need dates: give a table with the column of times.",
        "이 네트워크는 달력({cycles})을 쓰므로 행에 날짜가 필요합니다. 시각의 열이 있는 표를 주십시오.",
    ),
    "forecaster.no_quantile": (
        "The quantile {given} was not forecast; those that were are {known}.",
        "분위수 {given}은(는) 예측하지 않았습니다. 예측한 분위수는 {known}입니다.",
    ),
    # what figures say
    "forecaster.naive_last": ("repeating the last value", "마지막 값을 되풀이하는 예측"),
    "forecaster.naive_seasonal": ("repeating the last season", "지난 계절을 되풀이하는 예측"),
    "forecaster.naive_drift": ("going on in a straight line", "직선으로 이어 가는 예측"),
    "forecaster.better": (
        "The network is better than the best naive forecast ({name}): MASE {mase} against {naive}, {share} lower; over {n} forecasts that do "
        "not overlap, chance alone would hardly give that (Diebold–Mariano test, p {p}).",
        "네트워크가 가장 좋은 단순 예측({name})보다 낫습니다. MASE는 {mase} 대 {naive}(으)로 {share} 낮고, 겹치지 않는 예측 {n}번에서 우연만으로는 거의 나오지 않을 차이입니다(디볼드–마리아노 검정, p {p}).",
    ),
    "forecaster.no_better": (
        "The network is no better than the naive forecast ({name}), as far as can be told: MASE {mase} against {naive}, and over {n} forecasts "
        "that do not overlap "
        "chance could give the difference (Diebold–Mariano test, p {p}). Take the naive forecast; most daily share prices are like that.",
        "네트워크가 단순 예측({name})보다 낫다고 할 수 없습니다. MASE는 {mase} 대 {naive}이고, 겹치지 않는 예측 {n}번에서 우연으로도 나올 수 있는 차이입니다(디볼드–마리아노 검정, p {p}). 단순 예측을 쓰십시오. 일별 주가는 대부분 그렇습니다.",
    ),
    "forecaster.worse": (
        "The network is no better than the naive forecast ({name}), but worse: MASE {mase} against {naive}, over {n} forecasts that do not "
        "overlap (Diebold–Mariano test that it is better, p {p}). Train it longer, give it more data, or take the naive forecast.",
        "네트워크가 단순 예측({name})보다 낫지 않고 오히려 나쁩니다. 겹치지 않는 예측 {n}번에서 MASE는 {mase} 대 {naive}입니다(더 낫다는 디볼드–마리아노 검정, p {p}). 더 오래 학습하거나 데이터를 늘리거나 단순 예측을 쓰십시오.",
    ),
    "forecaster.too_few": (
        "MASE is {mase}, against {naive} of the best naive forecast ({name}), but {n} forecasts that do not overlap are too few to tell that "
        "from chance ({fewest} are needed): do not call the network better; use more rows, a greater valid=, or backtest().",
        "MASE는 {mase}이고 가장 좋은 단순 예측({name})은 {naive}이지만, 겹치지 않는 예측 {n}번으로는 우연과 구별할 수 없습니다({fewest}번이 필요합니다). 네트워크가 더 낫다고 하지 마시고, 행이나 valid=를 늘리거나 backtest()를 쓰십시오.",
    ),
    "forecaster.on_training": (
        "There are no validation rows, so these are figures of what was learned from; they say nothing of forecasts: give the data a valid= "
        "above 0, or use backtest().",
        "검증용 행이 없어 학습한 행으로 잰 값이므로 예측이 얼마나 좋은지는 알려 주지 않습니다. 데이터에 0보다 큰 valid=를 주거나 backtest()를 쓰십시오.",
    ),
    "forecaster.band_narrow": (
        "The band promises {promised} and held {held} of the values: it is too narrow.",
        "예측 구간은 {promised}을(를) 약속하지만 실제로는 값의 {held}만 담았습니다. 구간이 너무 좁습니다.",
    ),
    "forecaster.band_wide": (
        "The band promises {promised} and held {held} of the values: it is too wide.",
        "예측 구간은 {promised}을(를) 약속하지만 실제로는 값의 {held}을(를) 담았습니다. 구간이 너무 넓습니다.",
    ),
    "forecaster.more_rows": ("… and {n} more rows", "… 외 {n}행"),
    "forecaster.fed_back": (
        "Rows after the first {direct} rest on the medians before them as if they had come, so their bands are too narrow.",
        "처음 {direct}행 다음의 행은 앞선 중앙값이 실제로 온 것처럼 여기고 예측하므로 구간이 너무 좁습니다.",
    ),
    "forecaster.drawn_band": ("band", "구간"),
    "forecaster.drawn_median": ("forecast", "예측"),
    "forecaster.drawn_truth": ("what came", "실제"),
}
