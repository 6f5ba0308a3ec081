"""Blocks of 64 bytes of UTF-8: where their letters are, and the hashes of words of plain letters.

A word's hash turns by seven bits and takes in the next letter. Plain (ASCII) letters have seven
bits, so eight of them stand side by side in it: they are read as one number and pushed together.
"""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

import sys
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import extending
from numba.core import types

BLOCK = 64  # bytes: a bit for each in a register
MARGIN = 8  # bytes before a block that may be read with it, and after it

_intrinsic: Any = extending.intrinsic  # calls lack the first argument of what it decorates
_EIGHT = np.uint64(8)
_BYTE = np.uint64(3)  # 1 << 3 bits
_FULL = np.uint64(64)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_CAPITAL = np.uint64(
    0x4040404040404040
)  # set in letters, not in digits; a small one has half of it
_ONE, _TWO, _FOUR = np.uint64(1), np.uint64(2), np.uint64(4)
_SEVENS = np.uint64(0x007F007F007F007F)
_FOURTEENS = np.uint64(0x00003FFF00003FFF)
_TWENTY_EIGHTS = np.uint64(0x000000000FFFFFFF)


def _load(context, builder, signature, arguments, kind, offset=0):
    """Instructions that read a `kind` from bytes arguments[0], at place arguments[1] + offset."""
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    place = builder.add(arguments[1], ir.Constant(ir.IntType(64), offset))
    address = builder.gep(array.data, [place])
    return builder.load(builder.bitcast(address, kind.as_pointer()), align=1)


@_intrinsic
def _eight_bytes(_, data, place):
    """Eight bytes as one number, the first the highest."""

    def build(context, builder, signature, arguments):
        value = _load(context, builder, signature, arguments, ir.IntType(64))
        return builder.bswap(value) if sys.byteorder == "little" else value

    return types.uint64(data, types.int64), build


@_intrinsic
def classify(_, data, place):
    """A bit for each of 64 bytes: whether it is a plain letter or digit; whether the plain end.

    The second is set where a character begins that is neither ASCII nor one of the dashes and
    quotation marks from U+2010 to U+2027, which are gaps between words as ASCII ones are.
    """
    kind = ir.VectorType(ir.IntType(8), BLOCK)

    def build(context, builder, signature, arguments):
        def every(value):
            return ir.Constant(kind, [value] * BLOCK)

        def among(values, low, count):
            return builder.icmp_unsigned("<", builder.sub(values, every(low)), every(count))

        def equal(values, value):
            return builder.icmp_unsigned("==", values, every(value))

        here, second, third = (
            _load(context, builder, signature, arguments, kind, offset) for offset in range(3)
        )
        small = builder.or_(here, every(ord("a") - ord("A")))
        letters = builder.or_(among(small, ord("a"), 26), among(here, ord("0"), 10))
        marks = builder.and_(equal(here, 0xE2), equal(second, 0x80))
        marks = builder.and_(marks, among(third, 0x90, 0xA8 - 0x90))
        other = builder.and_(among(here, 0xC0, 0x40), builder.not_(marks))
        masks = [builder.bitcast(bits, ir.IntType(BLOCK)) for bits in (letters, other)]
        return context.make_tuple(builder, signature.return_type, masks)

    return types.UniTuple(types.uint64, 2)(data, types.int64), build


@_intrinsic
def first_bit(_, mask):
    """The place of the lowest bit of `mask` that is set; 64 if none is."""

    def build(_, builder, __, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), build


@numba.njit(nogil=True, forceinline=True)
def last_letters(data, end, size):
    """The last `size` bytes before `end`, eight at most, the last the lowest."""
    kept = _ALL >> (_FULL - (np.uint64(min(size, 8)) << _BYTE))
    return _eight_bytes(data, end - 8) & kept


@numba.njit(nogil=True, forceinline=True)
def _push_together(letters):
    """Eight small letters of seven bits each, side by side."""
    letters |= (letters & _CAPITAL) >> _ONE
    letters = ((letters & (_SEVENS << _EIGHT)) >> _ONE) | (letters & _SEVENS)
    letters = ((letters & (_FOURTEENS << np.uint64(16))) >> _TWO) | (letters & _FOURTEENS)
    return ((letters & (_TWENTY_EIGHTS << np.uint64(32))) >> _FOUR) | (letters & _TWENTY_EIGHTS)


@numba.njit(nogil=True)
def hash_letters(words):
    """Make the hashes of words of eight letters or fewer of what last_letters returned."""
    for i in range(words.shape[0]):
        words[i] = _push_together(words[i])


@numba.njit(nogil=True)
def add_letters(value, data, start, end):
    """The hash of the word data[start:end], of which `value` is that of the last eight letters."""
    turn = _FULL
    for stop in range(end - 8, start, -8):
        turn = (turn - _EIGHT) & np.uint64(63)
        more = _push_together(last_letters(data, stop, stop - start))
        value ^= (more << turn) | (more >> (np.uint64(64) - turn & np.uint64(63)))
    return value
