"""A tree under attack: two names change places, as fast as the system can, until standard input ends.

`python3 swapper.py ONE OTHER [ONE OTHER]…` exchanges each pair by renameat2(RENAME_EXCHANGE): at no moment is a name absent.
Prints how often.
"""

import ctypes
import os
import select
import sys

AT_FDCWD = -100
RENAME_EXCHANGE = 2

renameat2 = ctypes.CDLL(None, use_errno=True).renameat2


def exchange(one, other):
    if renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE):
        raise OSError(ctypes.get_errno(), f"exchange {one} and {other}")


def main():
    names = sys.argv[1:]
    pairs = list(zip(names[::2], names[1::2]))
    count = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        for _ in range(100):
            for pair in pairs:
                exchange(*pair)
        count += 100
    # Left as it was found.
    print(count, flush=True)


if __name__ == "__main__":
    main()
