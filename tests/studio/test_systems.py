"""What the page says of systems is what the doors say."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

import makebelieve as mb
from makebelieve.runs import DOORS as DATA_DOORS
from makebelieve.runs import SYSTEMS as RUNS
from makebelieve.runs import WORKS as PAINTED
from makebelieve.studio.code import code_of
from makebelieve.studio.folders import Folders
from makebelieve.studio.house import WORKS, House
from makebelieve.studio.orders import read_order
from makebelieve.studio.refusals import Refusal
from makebelieve.studio.systems import DOORS, RECIPES, SYSTEMS, TRAINING, checked_fit, checked_options
from makebelieve.studio.uploads import Uploads

KINDS: dict[str, tuple[type, ...]] = {"int": (int,), "float": (float, int), "bool": (bool,)}
TOLD_BY_DOORS = [(system.name, option.name) for system in SYSTEMS.values() for option in system.options]


def _order(tmp_path: Path, **asked: Any) -> Any:
    return read_order(asked, House(tmp_path / "runs"), Uploads(tmp_path / "uploads"), Folders())


def _literals(hint: Any) -> set[str]:
    """Words that an annotation allows."""
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    return {word for part in get_args(hint) for word in _literals(part)}


@pytest.mark.parametrize(("name", "option"), TOLD_BY_DOORS)
def test_an_option_is_the_doors(name: str, option: str) -> None:
    told = SYSTEMS[name].all_options[option]
    door = getattr(mb, SYSTEMS[name].door)
    parameter = inspect.signature(door).parameters[option]
    default = getattr(parameter.default, "__name__", parameter.default)
    assert told.needed == (parameter.default is inspect.Parameter.empty) or option == "styles"
    if not told.needed:
        assert told.default == default
    if told.type in KINDS:
        assert told.default is None or isinstance(told.default, KINDS[told.type])
    if told.type == "choice" and option != "recipe":
        allowed = _literals(get_type_hints(inspect.unwrap(door))[option])
        assert not allowed or set(told.choices) == allowed


def test_training_options_are_those_of_every_door() -> None:
    settings = inspect.signature(mb.Settings).parameters
    for option in TRAINING:
        assert option.name in mb.TrainingOptions.__annotations__
        assert settings[option.name].default == option.default


def test_every_system_recipe_and_door_is_told() -> None:
    assert set(SYSTEMS) == {*RUNS, *PAINTED} - {"learner"}
    assert set(WORKS) == set(PAINTED) == {system.name for system in SYSTEMS.values() if system.works}
    assert sorted(RECIPES) == sorted(mb.recipes.__all__)
    assert set(DOORS.values()) == set(DATA_DOORS) - {"arrays"}
    assert all(kind in DOORS for system in SYSTEMS.values() for kind in system.kinds)


@pytest.mark.parametrize("name", ["gan", "vae", "autoencoder", "classifier", "regressor"])
def test_players_and_the_usual_fit_are_the_learners(name: str) -> None:
    pytest.importorskip("sklearn", reason="the set digits comes with the extra samples")
    learn = getattr(mb, name)(mb.images("digits", size=16))
    assert tuple(learn.game.players) == SYSTEMS[name].players
    assert getattr(learn, "usual_fit", "fit") == SYSTEMS[name].fit


@pytest.mark.parametrize("name", [name for name, system in SYSTEMS.items() if system.tries])
def test_what_one_click_does_can_be_ordered_and_is_written_as_python(name: str, tmp_path: Path) -> None:
    for asked in SYSTEMS[name].tries:
        order = _order(tmp_path, system=name, **asked)
        assert order.fit == checked_fit(SYSTEMS[name], asked["fit"])
        text = code_of({**order.__dict__}, f"runs/{name}-001")
        assert f"mb.{SYSTEMS[name].door}(data" in text
        compile(text, "job.py", "exec")


def test_python_of_a_job(tmp_path: Path) -> None:
    asked = {"data": {"door": "images", "arguments": {"source": "mnist-5k", "size": 16}}, "fit": {"epochs": 3}}
    order = _order(tmp_path, system="gan", options={"recipe": "lsgan", "latent": 8}, **asked)
    text = code_of({**order.__dict__, "more": [{"steps": 5}]}, "runs/gan-001")
    assert text.splitlines() == [
        "import makebelieve as mb",
        "",
        "data = mb.images('mnist-5k', size=16)",
        "learn = mb.gan(data, recipe=mb.recipes.lsgan, latent=8, run='runs/gan-001')",
        "learn.fit(3)",
        "learn.fit(steps=5)",
    ]


@pytest.mark.parametrize(
    ("system", "options", "key"),
    [
        ("gan", {"run": "/etc"}, "studio.option"),
        ("gan", {"callbacks": []}, "studio.option"),
        ("gan", {"latent": "8"}, "studio.option_value"),
        ("gan", {"latent": True}, "studio.option_value"),
        ("gan", {"recipe": "__all__"}, "studio.option_value"),
        ("classifier", {"pretrained": "/elsewhere/x.safetensors"}, "studio.option"),
        ("stylizer", {"pretrained": "/elsewhere/x.safetensors", "style": "0" * 16}, "studio.option_value"),
        ("stylizer", {}, "studio.option_missing"),
        ("dream", {"photo": "/etc/passwd"}, "studio.option_value"),
        ("dream", {"photo": "../../x"}, "studio.option_value"),
        ("dream", {"photo": "0" * 16, "backbone": "../../weights"}, "studio.option_value"),
        ("dream", {"photo": "0" * 16, "backbone": {"run": "/elsewhere/run"}}, "studio.option_value"),
        ("style", {"content": "0" * 16, "styles": []}, "studio.option_value"),
        ("gan", [], "studio.options_form"),
    ],
)
def test_options_that_no_page_may_give_are_refused(system: str, options: Any, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_options(SYSTEMS[system], options)
    assert (refused.value.key, refused.value.status) == (key, 422)


@pytest.mark.parametrize(
    ("fit", "key"),
    [
        ({"epochs": 0}, "studio.fit_value"),
        ({"steps": 1.5}, "studio.fit_value"),
        ({"minutes": True}, "studio.fit_value"),
        ({"epochs": float("nan")}, "studio.fit_value"),
        ({"epochs": 1, "steps": 2}, "studio.fit_form"),
        ({"until": 1}, "studio.fit_form"),
        ("1", "studio.fit_form"),
    ],
)
def test_lengths_that_are_none_are_refused(fit: Any, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_fit(SYSTEMS["gan"], fit)
    assert refused.value.key == key


def test_data_of_another_kind_are_refused(tmp_path: Path) -> None:
    texts = {"door": "text", "arguments": {"source": "python-docs"}}
    with pytest.raises(Refusal) as refused:
        _order(tmp_path, system="gan", data=texts)
    assert refused.value.key == "studio.data_of_system"
    with pytest.raises(Refusal) as refused:
        _order(tmp_path, system="nothing", data=texts)
    assert refused.value.key == "studio.system"


def test_pictures_must_have_been_uploaded(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        _order(tmp_path, system="dream", options={"photo": "0" * 16})
    assert refused.value.status == 404
