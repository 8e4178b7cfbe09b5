"""How spoken answers come across: pace, fillers, hedges, repetitions, pauses. Pure: values in, figures out.

Nothing here is part of a grade. What each figure is and where the conventions come from stands in docs/delivery.md.
"""
