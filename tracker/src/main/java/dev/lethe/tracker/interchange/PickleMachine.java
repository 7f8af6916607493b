package dev.lethe.tracker.interchange;

import dev.lethe.tracker.interchange.PickleValue.Bytes;
import dev.lethe.tracker.interchange.PickleValue.Dictionary;
import dev.lethe.tracker.interchange.PickleValue.Global;
import dev.lethe.tracker.interchange.PickleValue.Items;
import dev.lethe.tracker.interchange.PickleValue.Scalar;
import dev.lethe.tracker.interchange.PickleValue.Sign;
import dev.lethe.tracker.interchange.PickleValue.Text;
import dev.lethe.tracker.interchange.PickleValue.Tuple;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A stack machine that executes a pickle of a dictionary of data, arrays, numbers, texts, bytes, and lists, tuples and
 * dictionaries of them, as Python 2 and 3 and NumPy write them in protocols 0 to 5, and nothing else. A pickle is a
 * program that can call any function of Python; this machine has only the instructions that such dictionaries need, and
 * knows only the functions in {@link Global}, which it carries out itself. It runs once over the file, so it ends.
 */
final class PickleMachine {
    private static final int NEWEST_PROTOCOL = 5;
    /** The most values on the stack: Python writes the items of lists and dictionaries in batches of 1000. */
    private static final int DEEPEST_STACK = 10_000;
    private static final int LONGEST_NUMBER = 400;
    private static final int LONGEST_LIST = 1 << 30;

    private final PickleInput input;
    private final PickledNumpy numpy;
    private final List<PickleValue> stack = new ArrayList<>();
    private final Map<Long, PickleValue> memo = new HashMap<>();

    private PickleMachine(PickleInput input) {
        this.input = input;
        this.numpy = new PickledNumpy(input);
    }

    /**
     * Returns the dictionary that is pickled in {@code input}; its arrays are views of the input's bytes.
     *
     * @param input
     *            the pickle
     * @throws InterchangeException
     *             if it is anything else; the message names the instruction or function
     */
    static Dictionary load(PickleInput input) throws InterchangeException {
        return new PickleMachine(input).run();
    }

    private Dictionary run() throws InterchangeException {
        PickleOpcode opcode = input.opcode();
        while (opcode != PickleOpcode.STOP) {
            step(opcode);
            opcode = input.opcode();
        }
        if (input.remaining() > 0) {
            throw input.problem("bytes=" + input.remaining() + " after its end: altered, or several pickles in a file");
        }
        if (stack.size() == 1 && stack.getFirst() instanceof Dictionary dictionary) {
            return dictionary;
        }
        throw input.problem("not the pickle of one dictionary");
    }

    private void step(PickleOpcode opcode) throws InterchangeException {
        switch (opcode) {
            case PROTO -> checkProtocol(input.unsignedByte());
            case FRAME -> checkFrame(input.unsigned(Long.BYTES));
            case MARK -> push(Sign.MARK);
            case NONE -> push(Sign.NONE);
            case NEWTRUE -> push(new Scalar(1));
            case NEWFALSE -> push(new Scalar(0));
            case INT, BININT, BININT1, BININT2, LONG, LONG1, FLOAT, BINFLOAT -> push(new Scalar(number(opcode)));
            case UNICODE, BINUNICODE, SHORT_BINUNICODE, BINUNICODE8 -> push(new Text(text(opcode)));
            case STRING -> push(input.quotedLine());
            case BINSTRING, SHORT_BINSTRING, BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8 -> push(bytes(opcode));
            case EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE -> push(tuple(opcode));
            case EMPTY_LIST -> push(new Items());
            case EMPTY_DICT -> push(new Dictionary());
            case LIST, APPEND, APPENDS -> list(opcode);
            case DICT, SETITEM, SETITEMS -> dictionary(opcode);
            case PUT, BINPUT, LONG_BINPUT, MEMOIZE -> memo.put(memoIndex(opcode), top());
            case GET, BINGET, LONG_BINGET -> push(recalled(memoIndex(opcode)));
            case GLOBAL -> push(global(input.line(), input.line()));
            case STACK_GLOBAL -> stackGlobal();
            case REDUCE -> {
                List<PickleValue> arguments = popTuple();
                push(numpy.call(pop(), arguments));
            }
            case BUILD -> {
                List<PickleValue> state = popTuple();
                numpy.setState(top(), state);
            }
            default -> throw input.problem("opcode=" + opcode
                    + " has no place in a dictionary of arrays, numbers and texts: refused, not run");
        }
    }

    private void checkProtocol(int protocol) throws InterchangeException {
        if (protocol > NEWEST_PROTOCOL) {
            throw input.problem("pickle protocol=" + protocol + ", this library reads 0 to " + NEWEST_PROTOCOL);
        }
    }

    /**
     * Checks the size of a frame. Frames only help readers of streams; the bytes inside are instructions like any
     * others.
     */
    private void checkFrame(long bytes) throws InterchangeException {
        if (bytes < 0 || bytes > input.remaining()) {
            throw input.problem("truncated, a frame has bytes=" + Long.toUnsignedString(bytes) + " of "
                    + input.remaining());
        }
    }

    private double number(PickleOpcode opcode) throws InterchangeException {
        return switch (opcode) {
            case BININT -> input.signedInt();
            case BININT1 -> input.unsignedByte();
            case BININT2 -> input.unsigned(Short.BYTES);
            case BINFLOAT -> input.bigEndianDouble();
            case LONG1 -> longNumber(input.take(input.unsignedByte()).toArray(ValueLayout.JAVA_BYTE));
            default -> writtenNumber(opcode, input.line());
        };
    }

    private static double longNumber(byte[] littleEndian) {
        byte[] bigEndian = new byte[littleEndian.length];
        for (int index = 0; index < bigEndian.length; index++) {
            bigEndian[index] = littleEndian[bigEndian.length - 1 - index];
        }
        return bigEndian.length == 0 ? 0 : new BigInteger(bigEndian).doubleValue();
    }

    private double writtenNumber(PickleOpcode opcode, String line) throws InterchangeException {
        String digits = opcode == PickleOpcode.LONG && line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
        if (line.length() <= LONGEST_NUMBER && (opcode == PickleOpcode.FLOAT || Decimal.isWhole(digits))) {
            try {
                return Decimal.parse(digits);
            } catch (NumberFormatException e) {
                throw new InterchangeException(input.place(),
                        "altered, number=" + InterchangeException.shown(line) + " is none", e);
            }
        }
        throw input.problem("altered, opcode=" + opcode + " is not followed by a number");
    }

    private String text(PickleOpcode opcode) throws InterchangeException {
        return switch (opcode) {
            case UNICODE -> input.escapedLine();
            case SHORT_BINUNICODE -> input.utf8(input.unsignedByte());
            case BINUNICODE -> input.utf8(input.unsigned(Integer.BYTES));
            default -> input.utf8(input.unsigned(Long.BYTES));
        };
    }

    private Bytes bytes(PickleOpcode opcode) throws InterchangeException {
        return new Bytes(input.take(switch (opcode) {
            case SHORT_BINSTRING, SHORT_BINBYTES -> input.unsignedByte();
            case BINSTRING, BINBYTES -> input.unsigned(Integer.BYTES);
            default -> input.unsigned(Long.BYTES);
        }));
    }

    private Tuple tuple(PickleOpcode opcode) throws InterchangeException {
        return new Tuple(switch (opcode) {
            case EMPTY_TUPLE -> List.of();
            case TUPLE1 -> pop(1);
            case TUPLE2 -> pop(2);
            case TUPLE3 -> pop(3);
            default -> popToMark();
        });
    }

    private void list(PickleOpcode opcode) throws InterchangeException {
        List<PickleValue> items = opcode == PickleOpcode.APPEND ? pop(1) : popToMark();
        if (opcode == PickleOpcode.LIST) {
            push(new Items());
        }
        if (!(top() instanceof Items list)) {
            throw input.problem("altered, opcode=" + opcode + " without a list");
        }
        if (items.size() > LONGEST_LIST - list.size()) {
            throw input.problem("a list of more than " + LONGEST_LIST + " items: pickle it as a NumPy array");
        }
        items.forEach(list::add);
    }

    private void dictionary(PickleOpcode opcode) throws InterchangeException {
        List<PickleValue> items = opcode == PickleOpcode.SETITEM ? pop(2) : popToMark();
        if (opcode == PickleOpcode.DICT) {
            push(new Dictionary());
        }
        if (!(top() instanceof Dictionary dictionary) || items.size() % 2 != 0) {
            throw input.problem("altered, opcode=" + opcode + " without a dictionary");
        }
        for (int index = 0; index < items.size(); index += 2) {
            String key = PickleValue.text(items.get(index));
            if (key == null) {
                throw input.problem("a dictionary with other keys than texts");
            }
            dictionary.items().put(key, items.get(index + 1));
        }
    }

    private long memoIndex(PickleOpcode opcode) throws InterchangeException {
        return switch (opcode) {
            case BINPUT, BINGET -> input.unsignedByte();
            case LONG_BINPUT, LONG_BINGET -> input.unsigned(Integer.BYTES);
            case MEMOIZE -> memo.size();
            default -> (long) writtenNumber(PickleOpcode.INT, input.line());
        };
    }

    private PickleValue recalled(long index) throws InterchangeException {
        PickleValue value = memo.get(index);
        if (value == null) {
            throw input.problem("altered, it recalls memo=" + index + " which it did not store");
        }
        return value;
    }

    private void stackGlobal() throws InterchangeException {
        List<PickleValue> names = pop(2);
        if (names.get(0) instanceof Text(String module) && names.get(1) instanceof Text(String function)) {
            push(global(module, function));
        } else {
            throw input.problem("altered, opcode=STACK_GLOBAL without names");
        }
    }

    private Global global(String module, String function) throws InterchangeException {
        return Global.of(module, function).orElseThrow(() -> input.problem("global="
                + InterchangeException.shown(module + "." + function)
                + " is none of NumPy's functions for arrays of numbers: refused, not run"));
    }

    private void push(PickleValue value) throws InterchangeException {
        if (stack.size() == DEEPEST_STACK) {
            throw input.problem("more than " + DEEPEST_STACK + " values at once: not written by Python, or altered");
        }
        stack.add(value);
    }

    private PickleValue top() throws InterchangeException {
        if (stack.isEmpty() || stack.getLast() == Sign.MARK) {
            throw input.problem("altered, an instruction finds no value");
        }
        return stack.getLast();
    }

    private PickleValue pop() throws InterchangeException {
        PickleValue value = top();
        stack.removeLast();
        return value;
    }

    private List<PickleValue> pop(int count) throws InterchangeException {
        List<PickleValue> values = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            values.addFirst(pop());
        }
        return values;
    }

    private List<PickleValue> popTuple() throws InterchangeException {
        if (pop() instanceof Tuple(List<PickleValue> items)) {
            return items;
        }
        throw input.problem("altered, an instruction finds no tuple");
    }

    private List<PickleValue> popToMark() throws InterchangeException {
        int mark = stack.lastIndexOf(Sign.MARK);
        if (mark < 0) {
            throw input.problem("altered, an instruction finds no mark");
        }
        List<PickleValue> above = stack.subList(mark + 1, stack.size());
        List<PickleValue> values = new ArrayList<>(above);
        stack.subList(mark, stack.size()).clear();
        return values;
    }
}
