"""Every analysis of a study, in plain Python: arrays in, frozen dataclasses out, and no Django.

``from ratings.statistics import comparison, equivalence`` loads only the modules that are named. By question:

- input and results: ``ratings_table``, ``trial_clusters`` (``Trials``), ``paired_intervals``
  (``PairedCounts``), ``results`` (``Estimate`` and the refusal ``NotEstimable``), ``margins``
- stars: ``stars``, ``comparison``, ``equivalence``, ``ratios``, ``rank_tests``, ``effect_sizes``,
  ``ordinal_models``
- can people tell: ``psychometric``, ``discrimination``, ``similarity``, ``trial_clusters``,
  ``beta_binomial``, ``trial_breakdowns``, ``bayes_factor``
- accuracy and metrics: ``classification``, ``metric_resampling``, ``correlation``
- agreement: ``agreement``, ``agreement_chance``, ``agreement_icc``, ``agreement_stability``
- several claims and looks: ``multiplicity``, ``sequential``
- how many: ``power``, ``planned_power``, ``binomial_power``, ``further_ratings``, and the populations to plan
  with, ``simulated_stars`` and ``simulated_trials``

The rest is what these rest on. docs/statistics.md says which method, and checked against what.
"""
