"""Many processes: plain torch.distributed, started by `torchrun`; without it, a world of one that costs nothing."""

from __future__ import annotations

import atexit
import importlib
import logging
import os
from collections.abc import Mapping, Sequence

import torch
import torch.distributed as dist
from torch import Tensor, nn

from makebelieve.errors import TrainingError
from makebelieve.messages import say

log = logging.getLogger(__name__)


def _leave() -> None:
    """Leaves the group in order: gloo aborts a process that ends without that."""
    if dist.is_initialized():
        dist.destroy_process_group()


class World:
    """The processes that train together: `rank` is this one's number, `size` how many there are; rank 0 decides."""

    def __init__(self) -> None:
        told = os.environ.get("WORLD_SIZE", "0")
        if not told.isdigit():
            raise TrainingError("training.world_size_number", given=told)
        asked = int(told)
        if asked > 1 and dist.is_available() and not dist.is_initialized():
            # imported after the group is made, its functions' defaults would keep it, and gloo's threads, to the end
            importlib.import_module("torch.distributed.nn.functional")
            dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
            atexit.register(_leave)
        joined = dist.is_available() and dist.is_initialized()
        self.rank = dist.get_rank() if joined else 0
        self.size = dist.get_world_size() if joined else 1
        if asked and asked != self.size:
            raise TrainingError("training.world_size", asked=asked, found=self.size)
        if asked or joined:
            log.info(say("training.world", rank=self.rank, size=self.size))

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def local_device(self) -> torch.device:
        """The GPU of this process on its host."""
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", self.rank)) % torch.cuda.device_count())

    def sum_gradients(self, parameters: Sequence[nn.Parameter]) -> None:
        """Gradients of every process's loss, each weighted by its share of the global batch, become their sum."""
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        if not gradients:
            return
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
        dist.all_reduce(flat)
        pieces = torch.split(flat, [gradient.numel() for gradient in gradients])
        for gradient, piece in zip(gradients, pieces, strict=True):
            gradient.copy_(piece.view(gradient.shape))

    def sum(self, tensor: Tensor) -> Tensor:
        if self.size > 1:
            dist.all_reduce(tensor)
        return tensor

    def share(self, module: nn.Module) -> None:
        """Rank 0's parameters and buffers for all."""
        if self.size > 1:
            for tensor in [*module.parameters(), *module.buffers()]:
                dist.broadcast(tensor.data, 0)

    def decide(self, answer: bool, device: torch.device) -> bool:
        """Rank 0's answer, for all."""
        if self.size == 1:
            return answer
        told = torch.tensor([float(answer)], device=device)
        dist.broadcast(told, 0)
        return bool(told.item())

    def tell(self, figures: Mapping[str, float], device: torch.device) -> dict[str, float]:
        """Rank 0's figures, for all; each must have some of the same names."""
        if self.size == 1:
            return dict(figures)
        told = torch.tensor(list(figures.values()), dtype=torch.float64, device=device)
        dist.broadcast(told, 0)
        return dict(zip(figures, told.tolist(), strict=True))

    def tell_text(self, text: str, device: torch.device) -> str:
        """Rank 0's text, for all."""
        if self.size == 1:
            return text
        length = int(self.tell({"": len(text.encode())}, device)[""])
        told = torch.zeros(length, dtype=torch.uint8, device=device)
        if self.leads:
            told.copy_(torch.tensor(list(text.encode()), dtype=torch.uint8))
        dist.broadcast(told, 0)
        return bytes(told.tolist()).decode()

    def gather(self, tensor: Tensor, device: torch.device) -> list[Tensor]:
        """Every process's tensor (of one shape), in the order of ranks, on the CPU."""
        if self.size == 1:
            return [tensor]
        found = [torch.empty_like(tensor, device=device) for _ in range(self.size)]
        dist.all_gather(found, tensor.to(device))
        return [one.cpu() for one in found]

    def join(self, rows: Tensor, device: torch.device) -> Tensor:
        """The rows (n, …) of all processes below one another, in the order of ranks; their numbers may differ."""
        if self.size == 1:
            return rows
        counts = [int(n) for n in self.gather(torch.tensor(len(rows)), device)]
        padded = torch.cat([rows, rows.new_zeros(max(counts) - len(rows), *rows.shape[1:])])
        found = self.gather(padded, device)
        return torch.cat([one[:n] for one, n in zip(found, counts, strict=True)])

    def part(self, rows: Tensor) -> Tensor:
        """This process's share of rows that `join` joined."""
        return rows[self.rank * len(rows) // self.size : (self.rank + 1) * len(rows) // self.size]

    def wait(self) -> None:
        """Until all are here: one that left early would abort in gloo's threads, which still let go of tensors."""
        if self.size > 1:
            dist.barrier()
