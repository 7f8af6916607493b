package dev.lethe.train.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Kinds of damage to the bytes of a file: by failing disks, by half-done copies, and, for safetensors files, headers
 * that are still JSON with another meaning.
 */
enum Mutation {
    BITS_FLIPPED {
        @Override
        byte[] of(byte[] bytes, Random random) {
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            }
            return bytes;
        }
    },
    RUN_OVERWRITTEN {
        @Override
        byte[] of(byte[] bytes, Random random) {
            byte[] run = new byte[1 + random.nextInt(40)];
            random.nextBytes(run);
            int start = random.nextInt(bytes.length);
            System.arraycopy(run, 0, bytes, start, Math.min(run.length, bytes.length - start));
            return bytes;
        }
    },
    RUN_OF_ZEROS {
        @Override
        byte[] of(byte[] bytes, Random random) {
            int start = random.nextInt(bytes.length);
            Arrays.fill(bytes, start, Math.min(bytes.length, start + 1 + random.nextInt(512)), (byte) 0);
            return bytes;
        }
    },
    TRUNCATED {
        @Override
        byte[] of(byte[] bytes, Random random) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
    },
    EXTENDED {
        @Override
        byte[] of(byte[] bytes, Random random) {
            return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100));
        }
    },
    GARBAGE {
        @Override
        byte[] of(byte[] bytes, Random random) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            return garbage;
        }
    },
    /** Data alone; for a text, its end. */
    DATA_ALTERED {
        @Override
        byte[] of(byte[] bytes, Random random) {
            bytes[bytes.length - 1 - random.nextInt(Math.min(300, bytes.length))] = (byte) random.nextInt();
            return bytes;
        }
    },
    CHARACTER_REPLACED {
        @Override
        byte[] of(byte[] bytes, Random random) {
            bytes[offset(bytes, random)] = (byte) CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
            return bytes;
        }
    },
    DIGIT_REPLACED {
        @Override
        byte[] of(byte[] bytes, Random random) {
            int at = offset(bytes, random);
            for (int i = 0; i < bytes.length; i++, at = (at + 1) % bytes.length) {
                if (Character.isDigit(bytes[at]) && at >= Long.BYTES) {
                    bytes[at] = (byte) ('0' + random.nextInt(10));
                    return bytes;
                }
            }
            return bytes;
        }
    },
    /** A piece of the text is left out, put in twice, or replaced by a word; the header's length says so. */
    HEADER_EDITED {
        @Override
        byte[] of(byte[] bytes, Random random) {
            byte[] header = TensorBytes.header(bytes);
            int from = random.nextInt(header.length);
            int to = Math.min(header.length, from + random.nextInt(12));
            String text = new String(header, StandardCharsets.ISO_8859_1);
            String between = switch (random.nextInt(3)) {
                case 0 -> "";
                case 1 -> text.substring(from, to).repeat(2);
                default -> WORDS[random.nextInt(WORDS.length)];
            };
            String edited = text.substring(0, from) + between + text.substring(to);
            return TensorBytes.of(edited.getBytes(StandardCharsets.ISO_8859_1), TensorBytes.data(bytes));
        }
    },
    /** Whole numbers of the header become others at the ends of ranges. */
    NUMBER_FORGED {
        @Override
        byte[] of(byte[] bytes, Random random) {
            String text = new String(TensorBytes.header(bytes), StandardCharsets.ISO_8859_1);
            int[] left = {random.nextInt(8)};
            String forged = Pattern.compile("(?<=[\\[,])\\d+(?=[\\],])").matcher(text)
                    .replaceAll(number -> left[0]-- == 0 ? NUMBERS[random.nextInt(NUMBERS.length)] : number.group());
            return TensorBytes.of(forged.getBytes(StandardCharsets.ISO_8859_1), TensorBytes.data(bytes));
        }
    },
    LENGTH_FORGED {
        @Override
        byte[] of(byte[] bytes, Random random) {
            long length = TensorBytes.header(bytes).length;
            long[] forged = {0, 1, length - 1, length + 1, length - 8, length + 8, bytes.length, bytes.length - 8,
                    Integer.MAX_VALUE, 1L << 32, (1L << 32) + length, Long.MAX_VALUE, Long.MIN_VALUE, -1, -length};
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(forged[random.nextInt(forged.length)]);
            return bytes;
        }
    };

    private static final String CHARACTERS = "{}[]\",: 0123456789-eE.\\ntfu\u0000\u007f";
    private static final String[] WORDS = {"F32", "F16", "BF16", "I64", "I32", "F64", "null", "true", "{}", "[]",
            "\"\"",
            "1e3", "-1", "0.5", "\\u0000", "\\ud800", "\"a\":{},", "\"__metadata__\":{},", "\u00e9", "[[[[[[", "//",
            " "};
    private static final String[] NUMBERS = {"-1", "0", "1", "2", "3", "4", "35", "36", "2147483647", "2147483648",
            "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e9", "00", "1.5",
            "184467440737095516160"};

    /** Damages the bytes of a safetensors file, which may be changed in place. */
    abstract byte[] of(byte[] bytes, Random random);

    /** Damages by each kind in turn. */
    static byte[] of(byte[] bytes, int index, Random random) {
        return values()[index % values().length].of(bytes, random);
    }

    /** Damages by each kind in turn that needs no safetensors file. */
    static byte[] ofAnyFile(byte[] bytes, int index, Random random) {
        return values()[index % HEADER_EDITED.ordinal()].of(bytes, random);
    }

    /** Draws an offset, mostly in the first half, which holds the header. */
    private static int offset(byte[] bytes, Random random) {
        return random.nextInt(random.nextInt(4) == 0 ? bytes.length : 1 + bytes.length / 2);
    }
}
