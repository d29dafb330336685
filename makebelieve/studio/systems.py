"""What can be trained and made, as plain values, so that the page is there before torch is loaded.

A test holds names, kinds and defaults to the signatures of the doors. Only what stands here reaches a door from a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from makebelieve.studio.refusals import Refusal

Type = Literal["int", "float", "bool", "choice", "picture", "pictures", "network", "names"]
RECIPES = ("hinge", "lsgan", "minimax", "minimax_saturating", "r3gan", "semi_supervised", "wgan", "wgan_gp")
DOORS = {
    "pictures": "images", "texts": "text", "ratings": "ratings", "series": "series", "sounds": "audio",
    "traces": "traces", "binaries": "binaries", "pairs": "pairs",
}  # fmt: skip
LIKE_PICTURES = ("pictures", "sounds", "traces", "binaries")
MOST = 1 << 40  # no number is larger
MOST_OF = {  # whole numbers by which memory grows
    "batch_size": 1 << 16, "latent": 1 << 14, "width": 1024, "hidden": 1 << 14, "layers": 64, "window": 1 << 16,
    "factors": 1 << 14, "neighbours": 1 << 16, "season": 1 << 16, "factor": 8, "crop": 4096, "style_size": 4096,
    "blocks": 64, "octaves": 32, "jitter": 1024, "size": 4096, "scales": 8, "seed": (1 << 53) - 1,
}  # fmt: skip


@dataclass(frozen=True)
class Option:
    """A keyword of a door.

    Attributes:
        name: the keyword.
        type: "picture" is an upload's id, "pictures" several; "network" a backbone's file of weights by its name, or
            {"run": id, "net": name}, one's own; "names" those of layers, or weights by name.
        default: the door's own; None where the door finds it.
        choices: of a choice.
        needed: whether there is nothing without it.
        most: a number's size; larger ones would take all memory before the door could refuse them.
    """

    name: str
    type: Type
    default: Any = None
    choices: tuple[str, ...] = ()
    needed: bool = False
    most: float = MOST

    def state(self) -> dict[str, Any]:
        """For JSON."""
        told: dict[str, Any] = {"name": self.name, "type": self.type, "default": self.default}
        if self.choices:
            told["choices"] = list(self.choices)
        return {**told, "needed": True} if self.needed else told

    def takes(self, value: Any) -> bool:
        """Whether a value is of its type."""
        match self.type:
            case "bool":
                return isinstance(value, bool)
            case "int":
                return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= self.most
            case "float":
                number = isinstance(value, int | float) and not isinstance(value, bool)
                return number and abs(value) <= self.most  # NaN is not either
            case "choice":
                return isinstance(value, str) and value in self.choices
            case "picture":
                return _is_id(value)
            case "pictures":
                return isinstance(value, list) and 0 < len(value) <= 8 and all(_is_id(one) for one in value)
            case "network":
                run = isinstance(value, Mapping) and set(value) <= {"run", "net"} and _is_id(value.get("run"))
                return _is_word(value) or (run and _is_word(value.get("net", "model")))
            case "names":
                return _are_names(value)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{8,64}", value) is not None


def _is_word(value: Any) -> bool:
    """Whether it is the name of a file, a network or a layer, and leads nowhere else."""
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", value, re.ASCII) is not None


def _are_names(value: Any) -> bool:
    if isinstance(value, Mapping):
        numbers = (isinstance(one, int | float) and abs(one) < MOST for one in value.values())
        return 0 < len(value) <= 64 and all(map(_is_word, value)) and all(numbers)
    names = [one.strip() for one in value.split(",")] if isinstance(value, str) else value
    return isinstance(names, list) and 0 < len(names) <= 64 and all(map(_is_word, names))


def _int(name: str, default: int | None = None) -> Option:
    return Option(name, "int", default, most=MOST_OF.get(name, MOST))


def _float(name: str, default: float | None = None) -> Option:
    return Option(name, "float", default)


def _bool(name: str, default: bool = False) -> Option:
    return Option(name, "bool", default)


def _choice(name: str, default: str | None, *choices: str) -> Option:
    return Option(name, "choice", default, choices)


@dataclass(frozen=True)
class System:
    """A system.

    Attributes:
        name: as runs are called by it.
        door: `mb.DOOR`.
        kinds: of data, the usual one first; () for a work, which is made of pictures that are options.
        options: the door's own that the page shows.
        tries: what one click does: {"data", "options", "fit"}, with data that need no network.
        players: those of its game, as far as they are the same in all.
        fit: the method that trains it best where only a number of epochs is known.
        epochs: that number where nobody says it; None where the learner knows it.
    """

    name: str
    door: str
    kinds: tuple[str, ...]
    options: tuple[Option, ...]
    tries: tuple[dict[str, Any], ...] = ()
    players: tuple[str, ...] = ("model",)
    fit: str = "fit"
    epochs: float | None = 10

    @property
    def works(self) -> bool:
        """Whether it makes a picture of pictures and learns no network."""
        return not self.kinds

    @property
    def all_options(self) -> dict[str, Option]:
        """By name, with those that are the same for all."""
        return {option.name: option for option in (*self.options, *(WORKING if self.works else TRAINING))}

    def state(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "door": self.door,
            "work": self.works,
            "kinds": list(self.kinds),
            "try": list(self.tries),
            "options": [option.state() for option in self.all_options.values()],
            "players": list(self.players),
            "fit": {} if self.epochs is None else {"epochs": self.epochs},
        }


def _try(door: str, source: str, fit: dict[str, Any], options: Mapping[str, Any] | None = None, **more: Any) -> Any:
    return {"data": {"door": door, "arguments": {"source": source, **more}}, "options": {**(options or {})}, "fit": fit}


TRAINING = (
    _int("batch_size"),
    _float("learning_rate"),
    _float("clip"),
    _choice("on_trouble", "tell", "tell", "recover"),
    _int("seed", 42),
)
WORKING = (_int("seed", 42),)
_BACKBONES = ("auto", "small", "small_resnet", "resnet18", "resnet34", "resnet50", "mobilenet_v2", "squeezenet1_1")

SYSTEMS: dict[str, System] = {
    system.name: system
    for system in (
        System(
            "gan",
            "gan",
            LIKE_PICTURES,
            (
                _choice("recipe", "hinge", *RECIPES),
                _choice("network", "dcgan", "dcgan", "resnet", "mlp"),
                _int("latent", 64),
                _bool("conditional"),
            ),
            (
                _try("images", "mnist-5k", {"epochs": 10}),
                _try("images", "digits", {"epochs": 60}, {"network": "mlp", "latent": 16}),
            ),
            ("generator", "critic"),
        ),
        System(
            "vae",
            "vae",
            LIKE_PICTURES,
            (
                _int("latent", 2),
                _choice("network", "conv", "conv", "dense"),
                _choice("likelihood", "bernoulli", "bernoulli", "gaussian"),
                _float("beta", 1.0),
                _int("warm_up", 0),
                _float("free_bits", 0.0),
                _bool("conditional"),
                _bool("binarise"),
            ),
            (
                _try("images", "mnist-5k", {"epochs": 20}),
                _try("images", "digits", {"epochs": 60}, {"network": "dense"}),
            ),
        ),
        System(
            "autoencoder",
            "autoencoder",
            LIKE_PICTURES,
            (
                _choice("network", "dense", "dense", "conv"),
                _int("latent", 32),
                _float("noise", 0.0),
                _choice("corruption", "gaussian", "gaussian", "salt_and_pepper", "masking"),
            ),
            (
                _try("images", "mnist-5k", {"epochs": 20}, {"noise": 0.5}),
                _try("images", "digits", {"epochs": 60}),
            ),
        ),
        System(
            "diffusion",
            "diffusion",
            LIKE_PICTURES,
            (_int("width", 64), _bool("conditional"), _float("unlabelled", 0.1)),
            (
                _try("images", "digits", {"epochs": 30}, {"width": 32}),
                _try("images", "mnist-5k", {"epochs": 5}, {"width": 32}),
            ),
        ),
        System(
            "classifier",
            "classifier",
            (*LIKE_PICTURES, "texts", "series"),
            (
                _choice("network", "auto", *_BACKBONES, "mlp", "linear", "conv", "lstm"),
                _bool("balance"),
                _float("label_smoothing", 0.0),
                _choice("mix", "none", "none", "mixup", "cutmix"),
            ),
            (
                _try("images", "mnist-5k", {"epochs": 5}),
                _try("images", "digits", {"epochs": 20}),
                _try("traces", "synthetic", {"epochs": 5}),
            ),
            fit="fit_one_cycle",
            epochs=5,
        ),
        System(
            "regressor",
            "regressor",
            LIKE_PICTURES,
            (_choice("network", "auto", *_BACKBONES, "mlp"),),
            (_try("images", "digits", {"epochs": 20}), _try("images", "mnist-5k", {"epochs": 5})),
            fit="fit_one_cycle",
            epochs=5,
        ),
        System(
            "language_model",
            "language_model",
            ("texts",),
            (
                _choice("network", "lstm", "lstm", "gru", "gpt"),
                _int("hidden"),
                _int("layers"),
                _int("window"),
                _float("dropout"),
            ),
            (_try("text", "python-docs", {"epochs": 2}, {"hidden": 128}),),
        ),
        System(
            "recommender",
            "recommender",
            ("ratings",),
            (
                _choice(
                    "network",
                    "auto",
                    "auto",
                    "dot",
                    "mlp",
                    "als",
                    "bayesian",
                    "user_neighbours",
                    "item_neighbours",
                    "ease",
                    "biases",
                    "popular",
                    "user_mean",
                    "rules",
                ),
                _int("factors"),
                _choice("loss", "auto", "auto", "squared_error", "bpr", "softmax"),
                _float("decay"),
                _float("confidence", 2.0),
                _int("neighbours"),
            ),
            (_try("ratings", "synthetic", {}),),
            epochs=None,
        ),
        System(
            "forecaster",
            "forecaster",
            ("series",),
            (
                _choice("network", "auto", "auto", "lstm", "gru", "linear"),
                _int("hidden", 48),
                _int("layers", 1),
                _int("season"),
            ),
            (
                {
                    "data": {
                        "door": "series",
                        "arguments": {"x": "synthetic", "target": "visitors", "past": 56, "ahead": 14},
                    },
                    "options": {},
                    "fit": {},
                },
            ),
            fit="fit_one_cycle",
            epochs=None,
        ),
        System(
            "translator",
            "translator",
            ("pictures", "pairs"),
            (
                _choice("task", None, "colourise", "enlarge", "restore", "pairs"),
                _int("factor", 2),
                _float("noise", 25 / 255),
                _float("scratches", 0.0),
                _float("dust", 0.0),
                _int("width"),
                _int("crop"),
                _float("adversarial", 0.0),
            ),
            (
                _try("images", "mnist-5k", {"epochs": 2}, {"task": "enlarge", "width": 16}),
                _try("images", "mnist-5k", {"epochs": 2}, {"task": "restore", "noise": 0.3, "width": 16}),
            ),
        ),
        System(
            "stylizer",
            "stylizer",
            ("pictures",),
            (
                Option("style", "picture", needed=True),
                _choice("backbone", "vgg19", "vgg19", "vgg16", "squeezenet1_1", "mobilenet_v2"),
                _bool("pretrained", True),
                _float("style_weight", 10.0),
                _float("content_weight", 1.0),
                _int("style_size", 256),
                _int("width", 32),
                _int("blocks", 5),
            ),
            epochs=2,
        ),
        System(
            "dream",
            "dream",
            (),
            (
                Option("photo", "picture", needed=True),
                Option("backbone", "network", "inception_v3"),
                Option("layers", "names"),
                Option("guide", "picture"),
                _int("octaves", 3),
                _float("octave_scale", 1.4),
                _int("steps", 20),
                _float("step_size", 0.01),
                _int("jitter", 16),
                _int("size"),
                _int("channel"),
            ),
            players=(),
            epochs=None,
        ),
        System(
            "style",
            "style",
            (),
            (
                Option("content", "picture", needed=True),
                Option("styles", "pictures", needed=True),
                Option("backbone", "network", "vgg19"),
                Option("content_layers", "names"),
                Option("style_layers", "names"),
                _float("content_weight", 1.0),
                _float("style_weight", 40.0),
                _float("tv_weight", 1.0),
                _choice("init", "content", "content", "noise"),
                _choice("optimizer", "lbfgs", "lbfgs", "adam"),
                _int("size", 512),
                _int("scales"),
                _int("steps"),
                _bool("preserve_colour"),
            ),
            players=(),
            epochs=None,
        ),
    )
}


def system_of(name: Any) -> System:
    """A system by its name.

    Raises:
        Refusal: 422, there is none.
    """
    if not isinstance(name, str) or name not in SYSTEMS:
        raise Refusal(422, "studio.system", given=_short(name), known=", ".join(SYSTEMS))
    return SYSTEMS[name]


def checked_options(system: System, given: Any) -> dict[str, Any]:
    """Options as a page sends them, those that are null left out.

    Raises:
        Refusal: 422, one is unknown, not of its type, or missing.
    """
    known = system.all_options
    if not isinstance(given, Mapping):
        raise Refusal(422, "studio.options_form", given=_short(given))
    for name, value in given.items():
        if name not in known:
            raise Refusal(422, "studio.option", given=_short(name), system=system.name, known=", ".join(known))
        if value is not None and not known[name].takes(value):
            bound = f" ≤ {known[name].most}" if known[name].most != MOST else ""
            expected = ", ".join(known[name].choices) or f"{known[name].type}{bound}"
            raise Refusal(422, "studio.option_value", name=name, given=_short(value), expected=expected)
    for name, option in known.items():
        if option.needed and given.get(name) is None:
            raise Refusal(422, "studio.option_missing", name=name, system=system.name)
    return {name: value for name, value in given.items() if value is not None}


def checked_fit(system: System, given: Any) -> dict[str, float]:
    """How long to train: one of epochs, steps and minutes; {} for the usual length.

    Raises:
        Refusal: 422, it is none of these, or no number above 0.
    """
    if given is None or given == {}:
        return {} if system.epochs is None else {"epochs": system.epochs}
    if not isinstance(given, Mapping) or len(given) != 1 or not set(given) <= {"epochs", "steps", "minutes"}:
        raise Refusal(422, "studio.fit_form", given=_short(given))
    ((name, value),) = given.items()
    whole = name == "steps"
    fits = isinstance(value, int if whole else int | float) and not isinstance(value, bool) and 0 < value < MOST
    if not fits:
        raise Refusal(422, "studio.fit_value", name=name, given=_short(value))
    return {name: value}


def _short(given: Any) -> str:
    text = " ".join(str(given).split())
    return text if len(text) <= 60 else f"{text[:60]}…"
