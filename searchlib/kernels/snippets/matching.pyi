from array import array

__all__ = ["Automaton"]

class Automaton:
    def __init__(
        self,
        kind_ends: array[int],
        kind_slots: array[int],
        steps: array[int],
        numbers: array[int],
    ) -> None: ...
    def find(self, tokens: array[int]) -> tuple[array[int], array[int]]: ...
