"""A proof and its findings: its figures, and whatever went wrong."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Proof:
    """One proof as it goes along; it holds where it fell short of nothing and found no fault."""

    name: str
    figures: dict[str, int | float | str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def count(self, what: str, by: int = 1) -> None:
        """Adds to a figure."""
        self.figures[what] = int(self.figures.get(what, 0)) + by

    def at_most(self, what: str, value: float) -> None:
        """Keeps the highest value of a figure."""
        self.figures[what] = round(max(float(self.figures.get(what, 0)), value), 2)

    def fault(self, what: str) -> None:
        """Something that should never be."""
        self.faults.append(what)

    def demand(self, what: str, least: int) -> None:
        """A figure that has to be reached for the proof to be one."""
        if int(self.figures.get(what, 0)) < least:
            self.fault(f"too few: {self.figures.get(what, 0)} {what}, wanted {least}")

    def add(self, other: Proof) -> None:
        """The same proof, made elsewhere at the same time."""
        for what, value in other.figures.items():
            if isinstance(value, int):
                self.count(what, value)
            elif isinstance(value, float):
                self.at_most(what, value)
        self.faults += other.faults
        self.skipped += [reason for reason in other.skipped if reason not in self.skipped]

    @property
    def state(self) -> str:
        """Its end, in a word."""
        is_empty = not any(what != "seconds" for what in self.figures)
        return "FAILED" if self.faults else "skipped" if self.skipped and is_empty else "holds"

    def lines(self) -> list[str]:
        """The proof on a screen: its figures, then its faults."""
        shown = [f"{self.name}: {self.state}"]
        shown += [f"  {value:>8}  {what}" for what, value in self.figures.items()]
        shown += [f"  skipped: {reason}" for reason in self.skipped]
        shown += [f"  FAULT: {fault}" for fault in self.faults[:20]]
        if len(self.faults) > 20:
            shown.append(f"  … and {len(self.faults) - 20} faults more")
        return shown
