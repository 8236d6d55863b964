"""Turn a query tree into a plan for one index.

    tree --make_plan--> plan

Planning analyzes the words, and looks up the words that match a pattern. Ranking evaluates the
plan.
"""
