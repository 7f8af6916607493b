package dev.lethe.nativelib.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A reader of cubins, the ELF files in which NVRTC and ptxas put machine code. What NVIDIA adds to ELF is undocumented;
 * CubinTest and KernelCompilerTest check what is read here, against known kernels and the compiler's report.
 */
final class Cubin {
    private static final byte[] MAGIC = {0x7F, 'E', 'L', 'F', 2, 1}; // of 64 bits, little-endian
    private static final int CUDA = 190; // ELF's number of the machine
    private static final String TEXT = ".text.";
    private static final String INFO = ".nv.info";
    private static final int SECTION_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;
    private static final int SYMBOLS = 2; // ELF's type of a section
    // An attribute is its format, its number, and two bytes of value, or of the length of the value that follows them.
    private static final int FOLLOWED = 4;
    private static final int FRAME_SIZE = 0x11; // symbol of a kernel, bytes
    private static final int REGISTERS = 0x2F; // symbol of a kernel, number
    private static final int EXITS = 0x1C; // offsets of a kernel's EXIT instructions

    private final ByteBuffer file;
    private final List<Section> sections = new ArrayList<>();

    /**
     * A kernel of a cubin.
     *
     * @param registers of a thread
     * @param frameBytes of a thread's stack
     * @param exits offsets of the instructions that end a thread, in ascending order
     */
    record Kernel(String name, int registers, int frameBytes, List<Integer> exits, List<SassInstruction> text) {
        /** Tells whether variables are kept in memory: spilled for want of registers, or indexed by the device. */
        boolean keepsVariablesInMemory() {
            return frameBytes > 0 || text.stream().anyMatch(instruction -> instruction.isLocalLoad()
                    || instruction.isLocalStore());
        }

        /** Returns the index of the instruction to which a branch leads. */
        int target(int branch) {
            int offset = (branch + 1) * SassInstruction.BYTES + text.get(branch).branchBytes();
            int target = offset / SassInstruction.BYTES;
            if (offset % SassInstruction.BYTES != 0 || target < 0 || target >= text.size()) {
                throw new IllegalArgumentException("a branch of " + name + " to byte " + offset + ": "
                        + text.get(branch));
            }
            return target;
        }

        /** Returns the indices of the instructions that may follow one. */
        List<Integer> next(int i) {
            List<Integer> next = new ArrayList<>();
            if (text.get(i).mayGoOn() && i + 1 < text.size()) {
                next.add(i + 1);
            }
            if (text.get(i).isBranch()) {
                next.add(target(i));
            }
            return next;
        }
    }

    private record Section(String name, int type, int offset, int size, int link, int info) {}

    private record Attribute(int number, ByteBuffer value) {}

    private Cubin(byte[] bytes) {
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < MAGIC.length; i++) {
            if (bytes.length < SECTION_BYTES || bytes[i] != MAGIC[i]) {
                throw new IllegalArgumentException("no ELF file of 64 bits");
            }
        }
        int machine = file.getShort(18);
        if (machine != CUDA) {
            throw new IllegalArgumentException("an ELF file of machine " + machine + ", not of CUDA, " + CUDA);
        }
        int headers = Math.toIntExact(file.getLong(40));
        int count = file.getShort(60);
        int names = Math.toIntExact(file.getLong(headers + file.getShort(62) * SECTION_BYTES + 24));
        for (int i = 0; i < count; i++) {
            int at = headers + i * SECTION_BYTES;
            sections.add(new Section(text(names + file.getInt(at)), file.getInt(at + 4),
                    Math.toIntExact(file.getLong(at + 24)), Math.toIntExact(file.getLong(at + 32)),
                    file.getInt(at + 40), file.getInt(at + 44)));
        }
    }

    /** Returns the kernels of a cubin by name. */
    static Map<String, Kernel> kernels(byte[] cubin) {
        return new Cubin(cubin).kernels();
    }

    private Map<String, Kernel> kernels() {
        Map<String, Integer> frames = new HashMap<>();
        Map<String, Integer> registers = new HashMap<>();
        Map<String, List<Integer>> exits = new HashMap<>();
        List<String> symbols = symbols();
        for (Section section : sections) {
            if (section.name.equals(INFO)) {
                for (Attribute attribute : attributes(section)) {
                    if (attribute.number == FRAME_SIZE || attribute.number == REGISTERS) {
                        (attribute.number == REGISTERS ? registers : frames)
                                .put(symbols.get(attribute.value.getInt(0)), attribute.value.getInt(Integer.BYTES));
                    }
                }
            } else if (section.name.startsWith(INFO + ".")) {
                attributes(section).stream().filter(attribute -> attribute.number == EXITS)
                        .forEach(attribute -> exits.put(section.name.substring(INFO.length() + 1),
                                integers(attribute.value)));
            }
        }
        Map<String, Kernel> kernels = new TreeMap<>();
        for (Section section : sections) {
            if (section.name.startsWith(TEXT)) {
                String name = section.name.substring(TEXT.length());
                kernels.put(name, new Kernel(name, known(registers, name), known(frames, name), known(exits, name),
                        instructions(section)));
            }
        }
        return kernels;
    }

    private static <T> T known(Map<String, T> values, String kernel) {
        T value = values.get(kernel);
        if (value == null) {
            throw new IllegalArgumentException("an attribute of " + kernel + " is missing");
        }
        return value;
    }

    private List<SassInstruction> instructions(Section section) {
        int architecture = file.getInt(48) >>> 8 & 0xFF;
        List<SassInstruction> text = new ArrayList<>();
        for (int offset = 0; offset < section.size; offset += SassInstruction.BYTES) {
            int at = section.offset + offset;
            text.add(new SassInstruction(architecture, file.getLong(at), file.getLong(at + Long.BYTES)));
        }
        return text;
    }

    private List<String> symbols() {
        Section table = sections.stream().filter(section -> section.type == SYMBOLS).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no symbols"));
        List<String> symbols = new ArrayList<>();
        for (int offset = 0; offset < table.size; offset += SYMBOL_BYTES) {
            symbols.add(text(sections.get(table.link).offset + file.getInt(table.offset + offset)));
        }
        return symbols;
    }

    private List<Attribute> attributes(Section section) {
        List<Attribute> attributes = new ArrayList<>();
        int end = section.offset + section.size;
        for (int at = section.offset; at < end;) {
            boolean followed = file.get(at) == FOLLOWED;
            int length = followed ? file.getShort(at + 2) : 0;
            int value = at + Integer.BYTES;
            attributes.add(new Attribute(file.get(at + 1), file.slice(value, length).order(ByteOrder.LITTLE_ENDIAN)));
            at = value + length;
        }
        return attributes;
    }

    private static List<Integer> integers(ByteBuffer value) {
        List<Integer> integers = new ArrayList<>();
        for (int at = 0; at < value.limit(); at += Integer.BYTES) {
            integers.add(value.getInt(at));
        }
        return integers.stream().sorted().toList();
    }

    private String text(int at) {
        int end = at;
        while (file.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - at];
        file.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
