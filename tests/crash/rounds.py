"""x"""
ROUNDS = 25
def rounds(n: int) -> int:
    return 0
