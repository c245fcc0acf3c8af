"""BLAKE3 (the plain hash, 32 bytes) in a few lines of Python, after the reference of its specification; slow."""

import struct

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
ORDER = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
MIXES = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15), (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
START, END, PARENT, ROOT = 1, 2, 4, 8
MASK = 0xFFFFFFFF


def compress(value, block, counter, length, flags):
    """The first eight words of the compression of one block of 64 bytes."""
    state = [*value, *IV[:4], counter & MASK, counter >> 32, length, flags]
    words = list(struct.unpack("<16I", block.ljust(64, b"\0")))
    for round_ in range(7):
        for index, (a, b, c, d) in enumerate(MIXES):
            for word, one, two in ((words[2 * index], 16, 12), (words[2 * index + 1], 8, 7)):
                state[a] = (state[a] + state[b] + word) & MASK
                mixed = state[d] ^ state[a]
                state[d] = (mixed >> one | mixed << (32 - one)) & MASK
                state[c] = (state[c] + state[d]) & MASK
                mixed = state[b] ^ state[c]
                state[b] = (mixed >> two | mixed << (32 - two)) & MASK
        words = [words[place] for place in ORDER]
    return [state[place] ^ state[place + 8] for place in range(8)]


def node(data, counter, root):
    """The words of a subtree; `root` is ROOT for the topmost."""
    if len(data) <= 1024:
        value = IV
        blocks = [data[at : at + 64] for at in range(0, len(data), 64)] or [b""]
        for index, block in enumerate(blocks):
            last = index == len(blocks) - 1
            flags = (START if index == 0 else 0) | ((END | root) if last else 0)
            value = compress(value, block, counter, len(block), flags)
        return value
    chunks = (len(data) + 1023) // 1024
    left = 1 << ((chunks - 1).bit_length() - 1)
    both = node(data[: left * 1024], counter, 0) + node(data[left * 1024 :], counter + left, 0)
    return compress(IV, struct.pack("<16I", *both), 0, 64, PARENT | root)


def blake3(data):
    """The 32 bytes."""
    return struct.pack("<8I", *node(data, 0, ROOT))
