"""A player: one network with its own optimizer, gradient scaler, clipping and moving average of weights."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, cast

import torch
from torch import Tensor, nn

from makebelieve.errors import RecipeError
from makebelieve.training.parallel import World
from makebelieve.training.recipe import Loss, OptimizerFactory


class Average:
    """Exponential moving average of weights and buffers, with a ramp: decay_t = min(decay, (1 + t)/(10 + t))."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay = decay
        self.count = 0
        self.module = copy.deepcopy(module).eval().requires_grad_(False)
        self._pairs: tuple[list[Tensor], list[Tensor]] = ([], [])
        self._copies: list[tuple[Tensor, Tensor]] = []
        live, kept = dict(_tensors(module)), dict(_tensors(self.module))
        for name, tensor in live.items():
            if tensor.is_floating_point():
                self._pairs[0].append(kept[name])
                self._pairs[1].append(tensor)
            else:
                self._copies.append((kept[name], tensor))

    @torch.no_grad()
    def update(self) -> None:
        decay = min(self.decay, (1 + self.count) / (10 + self.count))
        torch._foreach_lerp_(*self._pairs, 1 - decay)
        for kept, live in self._copies:
            kept.copy_(live)
        self.count += 1


def _tensors(module: nn.Module) -> list[tuple[str, Tensor]]:
    """Parameters and buffers, as tensors without a graph that share their memory."""
    named = [*module.named_parameters(), *module.named_buffers()]
    return [(name, tensor.detach()) for name, tensor in named]


def _fused(factory: OptimizerFactory) -> OptimizerFactory:
    """The factory with torch's fused kernel asked for, where its class has one and nothing else was said."""
    function = factory.func if isinstance(factory, partial) else factory
    given = factory.keywords if isinstance(factory, partial) else {}
    if not (inspect.isclass(function) and issubclass(function, torch.optim.Optimizer)):
        return factory
    if "fused" not in inspect.signature(function).parameters or {"fused", "foreach"} & set(given):
        return factory
    return partial(cast(Callable[..., torch.optim.Optimizer], factory), fused=True)


def parameter_groups(module: nn.Module, player: str) -> list[list[nn.Parameter]]:
    """A network's parameters that can learn, from the input to the head: those of its own `parameter_groups()`.

    A network without such a method has one group.

    Raises:
        RecipeError: if none can learn, or the network's own groups do not have each of them once.
    """
    learning = [parameter for parameter in module.parameters() if parameter.requires_grad]
    if not learning:
        raise RecipeError("training.nothing_to_train", player=player)
    own = getattr(module, "parameter_groups", None)
    if own is None:
        return [learning]
    groups = [[parameter for parameter in group if parameter.requires_grad] for group in own()]
    grouped = [id(parameter) for group in groups for parameter in group]
    if sorted(grouped) != sorted(map(id, learning)):
        raise RecipeError("training.groups_incomplete", player=player, found=len(grouped), count=len(learning))
    return groups


def _frozen_parts(module: nn.Module, frozen: set[int]) -> Iterator[nn.Module]:
    """The largest parts of a network that have parameters, none that learns, and some of these."""
    parameters = list(module.parameters())
    if not any(id(parameter) in frozen for parameter in parameters):
        return
    if not any(parameter.requires_grad for parameter in parameters):
        yield module
        return
    for child in module.children():
        yield from _frozen_parts(child, frozen)


class Player:
    """One player's side of the game.

    The first groups of parameters can be frozen: their parameters want no gradient and stay in the optimizer, which
    leaves out what has none, decay of weights included. Parts of the network that are frozen whole are in eval mode, so
    that their dropout does nothing and their batch statistics do not move.

    Args:
        name: as in `yield name, loss`.
        module: the network that this player trains. If it has a method `parameter_groups()`, that gives lists of its
            parameters, from the input to the head: the optimizer's groups, each with a learning rate of its own.
        factory: called with the parameters, or with `[{"params": group}, …]` where there are groups, gives the
            optimizer.
        world: the processes that train together.
        clip: greatest norm of the gradient over all parameters together; None leaves it as it is.
        scale: whether losses are scaled against underflow, as fp16 needs.
        average: decay of the moving average of weights, or None.
    """

    def __init__(
        self,
        name: str,
        module: nn.Module,
        factory: OptimizerFactory,
        world: World,
        *,
        clip: float | None = None,
        scale: bool = False,
        average: float | None = None,
    ) -> None:
        self.name = name
        self.module = module
        self.groups = parameter_groups(module, name)
        self.parameters = [parameter for group in self.groups for parameter in group]
        self.frozen = 0  # groups, from the first
        self.rests = False  # its turns are played, but it does not learn
        self.device = self.parameters[0].device
        able = self.device.type in ("cpu", "cuda") and all(p.is_floating_point() for p in self.parameters)
        grouped = [{"params": group} for group in self.groups] if len(self.groups) > 1 else self.parameters
        self.optimizer = (_fused(factory) if able else factory)(grouped)
        self.rates = [float(group["lr"]) for group in self.optimizer.param_groups]
        self.scaler = torch.amp.GradScaler(self.device.type) if scale else None
        self.average = Average(module, average) if average else None
        self.steps = 0
        self.norm = torch.zeros(
            (), device=self.device
        )  # greatest of the gradient since the last look, where it is clipped
        self.alone = False  # the only one with parameters that learn, so a plain backward can't reach another's
        self._world = world
        self._learning = self.parameters
        self.limit(clip)
        self._evaluates_again = isinstance(self.optimizer, torch.optim.LBFGS)

    def limit(self, clip: float | None) -> None:
        """From now on gradients are clipped to this norm, or not."""
        self.clip = clip
        self._simple = self._world.size == 1 and clip is None and self.scaler is None

    def learn_at(self, rate: float) -> None:
        """One learning rate for all parameters."""
        self.rates = [rate for _ in self.rates]
        self.rate(1.0)

    def learn_slower(self, factor: float, rates: Sequence[float]) -> None:
        """`factor` times these rates, one a group of parameters."""
        self.rates = [rate * factor for rate in rates]
        self.rate(1.0)

    def freeze(self, count: int) -> None:
        """The first `count` groups learn no more, the others do."""
        for index, group in enumerate(self.groups):
            for parameter in group:
                parameter.requires_grad_(index >= count)
                parameter.grad = None
        self._freeze_parts(count)

    def _freeze_parts(self, count: int) -> None:
        changed, self.frozen = count != self.frozen, count
        self._learning = [parameter for parameter in self.parameters if parameter.requires_grad]
        if changed:
            self.module.train(self.module.training)
            self.keep_still()

    def keep_still(self) -> None:
        """Parts that are frozen whole in eval mode: to be called after the network was put in training mode."""
        frozen = {id(parameter) for group in self.groups[: self.frozen] for parameter in group}
        for part in _frozen_parts(self.module, frozen):
            part.eval()

    @torch.no_grad()
    def largest(self) -> float:
        """Greatest absolute value of a parameter; not a number if one is not."""
        return float(torch.stack(torch._foreach_norm(tuple(self.parameters), float("inf"))).max())

    def rate(self, factor: float, rates: Sequence[float] | None = None) -> None:
        """Learning rates: these, one a group, or those the player was made with, times `factor`."""
        for group, rate in zip(self.optimizer.param_groups, self.rates if rates is None else rates, strict=True):
            group["lr"] = rate * factor

    def zero(self) -> None:
        for parameter in self.parameters:
            parameter.grad = None

    def backward(self, loss: Tensor, share: float = 1.0) -> None:
        """Adds `share` times the loss's gradient, to this player's parameters and no other's."""
        if share != 1.0:
            loss = loss * share
        if self.scaler is not None:
            loss = self.scaler.scale(loss)
        try:
            if self.alone:
                loss.backward()  # type: ignore[no-untyped-call]
            else:
                torch.autograd.backward(loss, inputs=self._learning)
        except RuntimeError as error:
            raise _in_the_recipes_terms(error, self.name) from error

    def step(self) -> bool:
        """One step of the optimizer; false where fp16 overflowed and the step was left out."""
        if self._simple:
            self.optimizer.step()
        elif not self._careful_step():
            return False
        self.steps += 1
        if self.average is not None:
            self.average.update()
        return True

    def _careful_step(self) -> bool:
        if self._world.size > 1:
            self._world.sum_gradients(self.parameters)
        if self.scaler is None:
            self._clip_gradient()
            self.optimizer.step()
            return True
        self.scaler.unscale_(self.optimizer)
        self._clip_gradient()
        before = self.scaler.get_scale()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return self.scaler.get_scale() >= before

    def _clip_gradient(self) -> None:
        if self.clip is not None:
            norm = nn.utils.clip_grad_norm_(self.parameters, self.clip)
            if self.scaler is not None:  # it finds its scale by steps that overflow, which are left out
                norm = norm.nan_to_num(0.0, 0.0, 0.0)
            self.norm = torch.maximum(self.norm, norm)

    def step_again(self, evaluate: Callable[[], Tensor]) -> Tensor:
        """A step with a loss that can be evaluated more than once, as some optimizers want; gives the first."""
        found: list[Tensor] = []

        def closure() -> Tensor:
            self.zero()
            loss = evaluate()
            found.append(loss.detach())
            self.backward(loss)
            return loss

        if self._evaluates_again:
            self.optimizer.step(cast(Callable[[], float], closure))
            self.steps += 1
            if self.average is not None:
                self.average.update()
        else:
            self.zero()
            loss = evaluate()
            found.append(loss.detach())
            self.backward(loss)
            self.step()
        return found[0]

    def needs_a_callable(self, loss: Loss) -> bool:
        return self._evaluates_again and isinstance(loss, Tensor)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The optimizer, scaler and average: tensors by name, and the rest for JSON."""
        tensors: dict[str, Tensor] = {}
        numbers: dict[str, Any] = {}
        for index, parameter in enumerate(self.parameters):
            for key, value in self.optimizer.state.get(parameter, {}).items():
                if isinstance(value, Tensor):
                    tensors[f"optimizer.{index}.{key}"] = value
                elif isinstance(value, list):  # L-BFGS keeps lists of tensors, with None where nothing is yet
                    held = {i: item for i, item in enumerate(value) if item is not None}
                    tensors.update({f"optimizer.{index}.{key}.{i}": item for i, item in held.items()})
                    numbers[f"{index}.{key}"] = {"list": len(value)}
                else:
                    numbers[f"{index}.{key}"] = value
        if self.average is not None:
            tensors.update({f"average.{name}": tensor for name, tensor in self.average.module.state_dict().items()})
        groups = [
            {key: value for key, value in group.items() if key != "params"} for group in self.optimizer.param_groups
        ]
        return tensors, {
            "groups": groups,
            "rates": self.rates,
            "numbers": numbers,
            "steps": self.steps,
            "scaler": self.scaler.state_dict() if self.scaler is not None else None,
            "average_count": self.average.count if self.average is not None else None,
            "frozen": self.frozen,
            "norm": float(self.norm) if self.clip is not None else 0.0,
            "learns": [parameter.requires_grad for parameter in self.module.parameters()],
        }

    def load_state(self, tensors: Mapping[str, Tensor], saved: Mapping[str, Any]) -> None:
        for group, values in zip(self.optimizer.param_groups, saved["groups"], strict=True):
            group.update({key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
        self.rates = list(saved["rates"])
        self.steps = saved["steps"]
        self.norm = torch.full_like(self.norm, saved.get("norm", 0.0))
        self.optimizer.state.clear()
        for parameter, learns in zip(self.module.parameters(), saved["learns"], strict=True):
            parameter.requires_grad_(learns)
        self._freeze_parts(saved.get("frozen", 0))
        for index, parameter in enumerate(self.parameters):
            self._load_parameter_state(index, parameter, tensors, saved["numbers"])
        if self.scaler is not None and saved["scaler"] is not None:
            self.scaler.load_state_dict(saved["scaler"])
        if self.average is not None:
            self.average.count = saved["average_count"]
            prefix = "average."
            kept = {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}
            self.average.module.load_state_dict(kept)

    def _load_parameter_state(
        self, index: int, parameter: nn.Parameter, tensors: Mapping[str, Tensor], numbers: Mapping[str, Any]
    ) -> None:
        state: dict[str, Any] = {}
        prefix = f"optimizer.{index}."
        for name, value in tensors.items():
            if name.startswith(prefix):
                state[name[len(prefix) :]] = _like(parameter, value)
        for name, number in numbers.items():
            owner, key = name.split(".", 1)
            if int(owner) != index:
                continue
            if isinstance(number, dict):
                state[key] = [state.pop(f"{key}.{i}", None) for i in range(number["list"])]
            else:
                state[key] = number
        if state:
            self.optimizer.state[parameter] = state


def _like(parameter: nn.Parameter, value: Tensor) -> Tensor:
    """The value on the parameter's device, in its memory layout if of its shape: fused kernels rely on that."""
    if value.shape == parameter.shape:
        return torch.empty_like(parameter, dtype=value.dtype, requires_grad=False).copy_(value)
    return value.to(parameter.device).clone()


def _in_the_recipes_terms(error: RuntimeError, player: str) -> RuntimeError:
    text = str(error)
    if "modified by an inplace operation" in text:
        return RecipeError("training.stale_graph", player=player)
    if "backward through the graph a second time" in text:
        return RecipeError("training.graph_twice", player=player)
    if "does not require grad" in text:
        return RecipeError("training.no_gradient", player=player)
    return error
