package dev.lethe.tracker.interchange;

import dev.lethe.tracker.interchange.PickleValue.Array;
import dev.lethe.tracker.interchange.PickleValue.Bytes;
import dev.lethe.tracker.interchange.PickleValue.Dtype;
import dev.lethe.tracker.interchange.PickleValue.Global;
import dev.lethe.tracker.interchange.PickleValue.Scalar;
import dev.lethe.tracker.interchange.PickleValue.Sign;
import dev.lethe.tracker.interchange.PickleValue.Text;
import dev.lethe.tracker.interchange.PickleValue.Tuple;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls that a pickle of NumPy arrays may make: each is matched against the arguments that NumPy writes, and
 * everything else is refused.
 */
final class PickledNumpy {
    private static final double ARRAY_STATE_VERSION = 1;
    private static final double DTYPE_STATE_VERSION = 3;

    private final PickleInput input;
    /** The bytes that may still be made from texts: a text is a part of the file, and so is used once. */
    private long encodable;

    PickledNumpy(PickleInput input) {
        this.input = input;
        this.encodable = input.remaining();
    }

    /** Carries out a call and returns its result. */
    PickleValue call(PickleValue function, List<PickleValue> arguments) throws InterchangeException {
        if (function instanceof Global global) {
            switch (global) {
                case ENCODE -> {
                    return encode(arguments);
                }
                case BYTES -> {
                    if (arguments.isEmpty()) {
                        return new Bytes(MemorySegment.NULL);
                    }
                }
                case RECONSTRUCT -> {
                    if (!arguments.isEmpty() && arguments.getFirst() == Global.NDARRAY) {
                        return new Array();
                    }
                }
                case DTYPE -> {
                    return dtype(arguments);
                }
                case SCALAR -> {
                    return scalar(arguments);
                }
                case FROM_BUFFER -> {
                    return fromBuffer(arguments);
                }
                default -> throw unknown("call of numpy.ndarray");
            }
        }
        throw unknown("call");
    }

    /** Sets the state of an object. */
    void setState(PickleValue object, List<PickleValue> state) throws InterchangeException {
        if (object instanceof Array array && state.size() == 5
                && state.get(0) instanceof Scalar(double version) && version == ARRAY_STATE_VERSION
                && state.get(1) instanceof Tuple shape && state.get(2) instanceof Dtype dtype
                && state.get(3) instanceof Scalar(double fortran) && state.get(4) instanceof Bytes bytes) {
            array.content(array(dtype, shape, fortran != 0, bytes));
        } else if (object instanceof Dtype dtype && state.size() == 8
                && state.get(0) instanceof Scalar(double version) && version == DTYPE_STATE_VERSION
                && state.get(2) == Sign.NONE && state.get(3) == Sign.NONE) {
            setOrder(dtype, PickleValue.text(state.get(1)));
        } else {
            throw unknown("state");
        }
    }

    private PickleValue encode(List<PickleValue> arguments) throws InterchangeException {
        if (arguments.size() == 2 && arguments.get(0) instanceof Text(String text)
                && arguments.get(1) instanceof Text(String encoding)
                && (encoding.equals("latin1") || encoding.equals("latin-1"))) {
            encodable -= text.length();
            if (encodable < 0) {
                throw input.problem("altered, it encodes more text than it has");
            }
            if (!StandardCharsets.ISO_8859_1.newEncoder().canEncode(text)) {
                throw input.problem("altered, bytes written as text have other characters than Latin-1");
            }
            return new Bytes(MemorySegment.ofArray(text.getBytes(StandardCharsets.ISO_8859_1)));
        }
        throw unknown("call of _codecs.encode");
    }

    private PickleValue dtype(List<PickleValue> arguments) throws InterchangeException {
        String code = arguments.isEmpty() ? null : PickleValue.text(arguments.getFirst());
        if (code != null) {
            return new Dtype(ElementType.ofCode(code).orElseThrow(() -> input.problem("dtype="
                    + InterchangeException.shown(code)
                    + " is not read here (bool, integers, floats of up to 8 bytes): convert with astype")));
        }
        throw unknown("call of numpy.dtype");
    }

    private void setOrder(Dtype dtype, @Nullable String order) throws InterchangeException {
        switch (order) {
            case "<", "|" -> dtype.order(ByteOrder.LITTLE_ENDIAN);
            case ">" -> dtype.order(ByteOrder.BIG_ENDIAN);
            case null, default -> throw unknown("byte order");
        }
    }

    private PickleValue scalar(List<PickleValue> arguments) throws InterchangeException {
        if (arguments.size() == 2 && arguments.get(0) instanceof Dtype dtype
                && arguments.get(1) instanceof Bytes(MemorySegment bytes)
                && bytes.byteSize() == dtype.type().bytes()) {
            return new Scalar(dtype.type().doubleAt(bytes, dtype.order() == ByteOrder.BIG_ENDIAN, 0));
        }
        throw unknown("NumPy scalar");
    }

    private PickleValue fromBuffer(List<PickleValue> arguments) throws InterchangeException {
        if (arguments.size() == 4 && arguments.get(0) instanceof Bytes bytes
                && arguments.get(1) instanceof Dtype dtype && arguments.get(2) instanceof Tuple shape
                && arguments.get(3) instanceof Text(String order)) {
            Array array = new Array();
            array.content(array(dtype, shape, order.equals("F"), bytes));
            return array;
        }
        throw unknown("NumPy array");
    }

    private NumpyArray array(Dtype dtype, Tuple shape, boolean fortran, Bytes bytes) throws InterchangeException {
        long[] lengths = new long[shape.items().size()];
        for (int dimension = 0; dimension < lengths.length; dimension++) {
            if (!(shape.items().get(dimension) instanceof Scalar(double length)) || length != Math.rint(length)) {
                throw unknown("shape of a NumPy array");
            }
            lengths[dimension] = (long) length;
        }
        if (fortran && lengths.length > 1) {
            throw input.problem("an array in Fortran order: pickle np.ascontiguousarray of it");
        }
        try {
            return NumpyArray.of(dtype.type(), dtype.order(), ArrayShape.of(lengths), bytes.bytes());
        } catch (IllegalArgumentException e) {
            throw input.problem("a NumPy array that is altered or not read here: " + e.getMessage());
        }
    }

    private InterchangeException unknown(String what) {
        return input.problem("a " + what + " that NumPy does not write for arrays of numbers: refused");
    }
}
