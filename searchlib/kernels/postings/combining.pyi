from array import array

__all__ = ["difference", "intersection", "optional", "union"]

def union(
    left_docs: array[int],
    left_scores: array[float],
    right_docs: array[int],
    right_scores: array[float],
) -> tuple[array[int], array[float]]: ...
def intersection(
    left_docs: array[int],
    left_scores: array[float],
    right_docs: array[int],
    right_scores: array[float],
) -> tuple[array[int], array[float]]: ...
def difference(
    left_docs: array[int], left_scores: array[float], right_docs: array[int]
) -> tuple[array[int], array[float]]: ...
def optional(
    left_docs: array[int],
    left_scores: array[float],
    right_docs: array[int],
    right_scores: array[float],
) -> tuple[array[int], array[float]]: ...
