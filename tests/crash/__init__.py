"""The crash suite: the real use cases on a real Redis, in processes that die before and after every effect.

`points` lists where a process may die, from the code itself. `world` is everything that survives a death: Redis, Slack,
the far ends of the outlets, the people. `process` is what does not. `night` is what the people do. `checker` reads the
whole history against I1-I4. `histories` plays one history from its name alone, so that each can be played again.
"""
