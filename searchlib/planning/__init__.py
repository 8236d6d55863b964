"""A query tree to a plan for one index.

    tree --make_plan--> plan

The words are analyzed, and the index is asked which words a pattern stands for. A plan is what
ranking carries out.
"""
