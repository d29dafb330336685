"""The model card, README.md, as model hubs expect it: facts, figures with their protocol, alarms, use, limits."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from makebelieve.export.program import Port, Program
from makebelieve.messages import say

MOST_CLASSES = 30
# what each system is, for people; the hub's own word for its task; a line of use
KINDS: Mapping[str, tuple[str, str, str]] = {
    "autoencoder": ("export.card_autoencoder", "image-to-image", "learn.reconstruct(pictures)"),
    "classifier": ("export.card_classifier", "image-classification", "learn.predict(item)"),
    "diffusion": ("export.card_diffusion", "unconditional-image-generation", "learn.generate(16, seed=0)"),
    "forecaster": ("export.card_forecaster", "time-series-forecasting", "learn.predict(table)"),
    "gan": ("export.card_gan", "unconditional-image-generation", "learn.generate(16, seed=0)"),
    "language_model": ("export.card_language_model", "text-generation", 'learn.generate("…", 400)'),
    "recommender": ("export.card_recommender", "other", "learn.recommend(user, n=5)"),
    "regressor": ("export.card_regressor", "tabular-regression", "learn.predict(item)"),
    "stylizer": ("export.card_stylizer", "image-to-image", "learn.stylise(photo)"),
    "translator": ("export.card_translator", "image-to-image", "learn.translate(photo)"),
    "vae": ("export.card_vae", "unconditional-image-generation", "learn.generate(16, seed=0)"),
}
COMMANDS: Mapping[str, str] = {
    "classifier": "predict FOLDER FILE", "diffusion": "generate FOLDER", "gan": "generate FOLDER",
    "language_model": "generate FOLDER", "recommender": "recommend FOLDER USER", "regressor": "predict FOLDER FILE",
    "stylizer": "stylise FOLDER FILE", "translator": "translate FOLDER FILE", "vae": "generate FOLDER",
}  # fmt: skip


def card(config: Mapping[str, Any], programs: Mapping[str, Program], name: str) -> str:
    """The card of an export.

    Args:
        config: its config.json.
        programs: of the program form.
        name: of the model.
    """
    kind = KINDS.get(str(config.get("system")), ("export.card_other", "other", "learn"))
    texts = (config["data"]["facts"].get("reading") or {}).get("kind") == "texts"
    hub = "text-classification" if config.get("system") == "classifier" and texts else kind[1]
    parts = [
        _front(config, hub),
        f"# {_plain(name)}",
        say(kind[0]),
        _section("export.card_data", _data(config["data"]["facts"], config.get("fingerprint"))),
        _section("export.card_training", _training(config)),
        *_figures(config["export"]["evidence"]),
        *_health(config["export"]["evidence"]),
        _use(config, kind[2]),
        *_programs(config["export"]["programs"], programs),
        f"## {say('export.card_limits')}\n\n{say('export.card_limits_text')}",
    ]
    return "\n\n".join(parts) + "\n"


def _front(config: Mapping[str, Any], hub: str) -> str:
    """YAML; JSON's strings are YAML's too."""
    evaluations = config["export"]["evidence"]["evaluations"]
    metrics = sorted({name for one in evaluations for name in one["figures"]})
    lines = [
        "library_name: makebelieve",
        f"pipeline_tag: {hub}" if hub != "other" else None,
        f"license: {json.dumps(config['export']['licence'])}" if config["export"]["licence"] else "license: unknown",
        f"tags: {json.dumps(['makebelieve', str(config.get('system') or 'own'), 'pytorch'])}",
        f"metrics: {json.dumps(metrics)}" if metrics else None,
    ]
    return "\n".join(["---", *(line for line in lines if line), "---"])


def _section(key: str, rows: Sequence[tuple[str, Any]]) -> str:
    table = [f"| {say(word)} | {_cell(value)} |" for word, value in rows if value not in (None, "", [])]
    return "\n".join([f"## {say(key)}", "", "| | |", "|---|---|", *table])


def _data(facts: Mapping[str, Any], fingerprint: Any) -> list[tuple[str, Any]]:
    classes, count = facts.get("classes"), facts.get("count") or {}
    named = ", ".join(classes[:MOST_CLASSES]) + (", …" if len(classes) > MOST_CLASSES else "") if classes else None
    return [
        ("export.card_name", facts.get("name")),
        ("export.card_count", ", ".join(f"{part}: {n:,}" for part, n in count.items())),
        ("export.card_split", facts.get("split")),
        ("export.card_shape", " × ".join(map(str, facts.get("shape") or []))),
        ("export.card_classes", named),
        ("export.card_data_licence", facts.get("licence") or say("export.card_unknown")),
        ("export.card_fingerprint", f"`{fingerprint}`" if fingerprint else None),
    ]


def _training(config: Mapping[str, Any]) -> list[tuple[str, Any]]:
    told, settings = config["export"], config.get("settings") or {}
    arguments = {n: v for n, v in config.get("arguments", {}).items() if isinstance(v, int | float | str) and v != ""}
    return [
        ("export.card_system", config.get("system")),
        ("export.card_recipe", config.get("recipe")),
        ("export.card_arguments", ", ".join(f"{name}={value}" for name, value in arguments.items())),
        ("export.card_parameters", ", ".join(f"{net}: {n:,}" for net, n in told["parameters"].items())),
        ("export.card_weights", ", ".join(f"{net}: {word}" for net, word in told["weights"].items())),
        ("export.card_steps", f"{told['step']:,}"),
        ("export.card_settings", ", ".join(f"{name}={value}" for name, value in settings.items())),
        ("export.card_versions", ", ".join(f"{n} {v}" for n, v in (config.get("versions") or {}).items())),
    ]


def _figures(evidence: Mapping[str, Any]) -> list[str]:
    last, parts = evidence["last"], []
    if last:
        rows = [f"| {_cell(name)} | {_number(value)} |" for name, value in last.items()]
        parts.append("\n".join([say("export.card_last"), "", "| | |", "|---|---|", *rows]))
    for one in evidence["evaluations"]:
        rows = [f"| {_cell(name)} | {_number(value)} |" for name, value in one["figures"].items()]
        how = ", ".join(f"{name}={_cell(value)}" for name, value in {**one["subject"], **one["protocol"]}.items())
        parts.append("\n".join([f"{say('export.card_how')} {how}", "", "| | |", "|---|---|", *rows]))
        parts += [_plain(sentence) for sentence in one["verdict"]]
    return [f"## {say('export.card_figures')}", *(parts or [say("export.card_no_figures")])]


def _health(evidence: Mapping[str, Any]) -> list[str]:
    told = [f"- {say('export.card_step', step=one['step'])}: {_plain(one['said'])}" for one in evidence["alarms"]]
    return [f"## {say('export.card_health')}", "\n".join(told) or say("export.card_no_alarms")]


def _use(config: Mapping[str, Any], line: str) -> str:
    arguments = config.get("arguments", {})
    if config.get("system") not in KINDS or (arguments.get("network", "") is None and not arguments.get("encoder")):
        return f"## {say('export.card_use')}\n\n{say('export.card_own')}"
    command = COMMANDS.get(str(config.get("system")))
    python = f'```python\nimport makebelieve as mb\n\nlearn = mb.load("FOLDER")\n{line}\n```'
    shell = [f"```\nmakebelieve {command}\n```"] if command else []
    return "\n\n".join([f"## {say('export.card_use')}", python, *shell])


def _programs(files: Mapping[str, str], programs: Mapping[str, Program]) -> list[str]:
    if not files:
        return []
    parts = [f"## {say('export.card_programs')}", say("export.card_programs_text")]
    for name, file in files.items():
        ports = [*(("→", port) for port in programs[name].inputs), *(("←", port) for port in programs[name].outputs)]
        rows = [f"| {arrow} `{p.name}` | {_shape(p)} | {p.dtype} | {say(p.what)} |" for arrow, p in ports]
        parts.append("\n".join([f"`{file}`", "", "| | | | |", "|---|---|---|---|", *rows]))
        parts.append(_example(file, programs[name]))
    return parts


def _example(file: str, program: Program) -> str:
    if file.endswith(".onnx"):
        given = ", ".join(f'"{port.name}": {port.name}' for port in program.inputs)
        lines = ["import onnxruntime", "", f'session = onnxruntime.InferenceSession("{file}")']
        lines.append(f"found = session.run(None, {{{given}}})")
    else:
        given = ", ".join(port.name for port in program.inputs)
        lines = ["import torch", "", f'program = torch.export.load("{file}").module()', f"found = program({given})"]
    return "\n".join(["```python", *lines, "```"])


def _shape(port: Port) -> str:
    return f"({', '.join(map(str, port.shape))})"


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if math.isfinite(value) else "-"
    return "-" if value is None else _cell(value)


def _cell(value: Any) -> str:
    return _plain(str(value)).replace("|", "\\|")


def _plain(text: str) -> str:
    """Text of a caller's in one line, in which nothing is HTML, a link or a picture from elsewhere."""
    return " ".join(text.split()).replace("<", "&lt;").replace("](", "]&#40;")
