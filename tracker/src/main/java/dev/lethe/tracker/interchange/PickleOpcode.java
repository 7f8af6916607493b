package dev.lethe.tracker.interchange;

import java.util.Arrays;
import java.util.Optional;

/** An instruction of Python's pickles, protocols 0 to 5, with its name in {@code pickletools}. */
enum PickleOpcode {
    // @formatter:off
    PROTO(0x80), FRAME(0x95), MARK('('), STOP('.'), POP('0'), POP_MARK('1'), DUP('2'),
    NONE('N'), NEWTRUE(0x88), NEWFALSE(0x89),
    INT('I'), BININT('J'), BININT1('K'), BININT2('M'), LONG('L'), LONG1(0x8a), LONG4(0x8b), FLOAT('F'), BINFLOAT('G'),
    STRING('S'), BINSTRING('T'), SHORT_BINSTRING('U'),
    UNICODE('V'), BINUNICODE('X'), SHORT_BINUNICODE(0x8c), BINUNICODE8(0x8d),
    BINBYTES('B'), SHORT_BINBYTES('C'), BINBYTES8(0x8e), BYTEARRAY8(0x96), NEXT_BUFFER(0x97), READONLY_BUFFER(0x98),
    EMPTY_TUPLE(')'), TUPLE('t'), TUPLE1(0x85), TUPLE2(0x86), TUPLE3(0x87),
    EMPTY_LIST(']'), LIST('l'), APPEND('a'), APPENDS('e'),
    EMPTY_DICT('}'), DICT('d'), SETITEM('s'), SETITEMS('u'),
    EMPTY_SET(0x8f), ADDITEMS(0x90), FROZENSET(0x91),
    PUT('p'), BINPUT('q'), LONG_BINPUT('r'), MEMOIZE(0x94), GET('g'), BINGET('h'), LONG_BINGET('j'),
    GLOBAL('c'), STACK_GLOBAL(0x93), REDUCE('R'), BUILD('b'), INST('i'), OBJ('o'), NEWOBJ(0x81), NEWOBJ_EX(0x92),
    PERSID('P'), BINPERSID('Q'), EXT1(0x82), EXT2(0x83), EXT4(0x84);
    // @formatter:on

    private static final PickleOpcode[] BY_CODE = new PickleOpcode[1 << Byte.SIZE];
    static {
        Arrays.stream(values()).forEach(opcode -> BY_CODE[opcode.code] = opcode);
    }

    private final int code;

    PickleOpcode(int code) {
        this.code = code;
    }

    /** Returns the instruction of a byte, {@code [0, 256)}. */
    static Optional<PickleOpcode> of(int code) {
        return Optional.ofNullable(BY_CODE[code]);
    }
}
