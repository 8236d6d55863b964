from array import array

class Automaton:
    def __init__(
        self,
        kind_ends: array[int],
        kind_places: array[int],
        steps: array[int],
        numbers: array[int],
    ) -> None: ...
    def find(self, tokens: array[int]) -> tuple[array[int], array[int]]: ...
