package dev.lethe.tracker;

import dev.lethe.tracker.HistoryBytes.Section;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A way in which the bytes of a file go wrong: by failing disks, half-done copies, other programs, and forged headers.
 */
enum Mutation {
    BITS_FLIPPED {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                bytes[offset(bytes, spec, random)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            }
            return bytes;
        }
    },
    RUN_OVERWRITTEN {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            int start = offset(bytes, spec, random);
            byte[] run = garbage(Math.min(bytes.length - start, 1 + random.nextInt(600)), random);
            System.arraycopy(run, 0, bytes, start, run.length);
            return bytes;
        }
    },
    RUN_FILLED {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            int start = offset(bytes, spec, random);
            int length = 1 + random.nextInt(random.nextBoolean() ? 600 : bytes.length);
            Arrays.fill(bytes, start, Math.min(bytes.length, start + length), (byte) -random.nextInt(2));
            return bytes;
        }
    },
    SECTION_DESTROYED {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            Section section = section(spec, random);
            System.arraycopy(garbage(section.length(), random), 0, bytes, section.start(), section.length());
            return bytes;
        }
    },
    SECTIONS_SWAPPED {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            Section one = section(spec, random);
            Section other = section(spec, random);
            int length = Math.min(one.length(), other.length());
            byte[] kept = Arrays.copyOfRange(bytes, one.start(), one.start() + length);
            System.arraycopy(bytes, other.start(), bytes, one.start(), length);
            System.arraycopy(kept, 0, bytes, other.start(), length);
            return bytes;
        }
    },
    SECTION_COPIED {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            Section from = section(spec, random);
            Section to = section(spec, random);
            System.arraycopy(bytes, from.start(), bytes, to.start(), Math.min(from.length(), to.length()));
            return bytes;
        }
    },
    TRUNCATED {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            return Arrays.copyOf(bytes, offset(bytes, spec, random));
        }
    },
    EXTENDED {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            byte[] more = garbage(1 + random.nextInt(5000), random);
            byte[] extended = Arrays.copyOf(bytes, bytes.length + more.length);
            if (random.nextBoolean()) {
                System.arraycopy(more, 0, extended, bytes.length, more.length);
            }
            return extended;
        }
    },
    /** The loss or insertion of bytes, after which the file has its old length or not. */
    SHIFTED {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            int from = offset(bytes, spec, random);
            int to = Math.min(bytes.length - 1, from + 1 + random.nextInt(64));
            boolean lost = random.nextBoolean();
            byte[] shifted = bytes.clone();
            int length = bytes.length - to;
            System.arraycopy(bytes, lost ? to : from, shifted, lost ? from : to, length);
            return random.nextBoolean() ? shifted : Arrays.copyOf(shifted, bytes.length + (lost ? from - to : 0));
        }
    },
    GARBAGE_BEHIND_A_MAGIC {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            byte[] garbage = garbage(Long.BYTES + random.nextInt(2 * bytes.length), random);
            ByteBuffer header = ByteBuffer.wrap(garbage).order(ByteOrder.LITTLE_ENDIAN);
            header.putLong(HistoryLayout.HEADER_MAGIC, HistoryLayout.MAGIC);
            if (garbage.length >= HistoryLayout.HEADER_BYTES) {
                header.putInt(HistoryLayout.HEADER_MAJOR, HistoryLayout.MAJOR);
                if (random.nextBoolean()) { // numbers that could be
                    header.putLong(HistoryLayout.HEADER_EXAMPLES, 1 + random.nextInt(5000));
                    header.putLong(HistoryLayout.HEADER_ROWS, 1 + random.nextInt(50));
                }
                HistoryBytes.seal(garbage);
            }
            return garbage;
        }
    },
    GARBAGE_BEHIND_A_HEADER {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            byte[] garbage = garbage(bytes.length, random);
            System.arraycopy(bytes, 0, garbage, 0, HistoryLayout.HEADER_BYTES);
            return garbage;
        }
    },
    HEADER_FORGED {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            for (int fields = 1 + random.nextInt(3); fields > 0; fields--) {
                int offset = NUMBERS[random.nextInt(NUMBERS.length)];
                int size = offset == HistoryLayout.HEADER_MINOR ? Integer.BYTES : Long.BYTES;
                HistoryBytes.forge(bytes, offset, size, extreme(spec, random));
            }
            return bytes;
        }
    },
    /** The header of the largest histories, of which the file would be a part. */
    HEADER_OF_A_LARGER_HISTORY {
        @Override
        byte[] of(byte[] bytes, TrackerSpec spec, Random random) {
            TrackerSpec larger = TrackerSpec.of(
                    random.nextBoolean() ? TrackerSpec.MAX_EXAMPLES : spec.examples() + random.nextInt(1 << 30),
                    random.nextBoolean() ? TrackerSpec.MAX_EPOCHS : spec.epochs() + random.nextInt(1 << 19));
            HistoryBytes.forge(bytes, HistoryLayout.HEADER_EXAMPLES, Long.BYTES, larger.examples());
            HistoryBytes.forge(bytes, HistoryLayout.HEADER_ROWS, Long.BYTES, larger.epochs());
            HistoryBytes.forge(bytes, HistoryLayout.HEADER_FILE_BYTES, Long.BYTES,
                    HistoryBytes.layout(larger).fileBytes());
            return bytes;
        }
    };

    private static final int[] NUMBERS = {HistoryLayout.HEADER_MINOR, HistoryLayout.HEADER_EXAMPLES,
            HistoryLayout.HEADER_ROWS, HistoryLayout.HEADER_FILE_BYTES};

    /** Damages the bytes of a history, which this method may change. */
    abstract byte[] of(byte[] bytes, TrackerSpec spec, Random random);

    private static byte[] garbage(int length, Random random) {
        byte[] garbage = new byte[length];
        random.nextBytes(garbage);
        return garbage;
    }

    private static Section section(TrackerSpec spec, Random random) {
        List<Section> sections = HistoryBytes.sections(spec);
        return sections.get(random.nextInt(sections.size()));
    }

    /** Returns an offset anywhere in the file, or in one of its sections, which are a small part of a small file. */
    private static int offset(byte[] bytes, TrackerSpec spec, Random random) {
        if (random.nextInt(4) == 0) {
            return random.nextInt(bytes.length);
        }
        Section section = section(spec, random);
        return section.start() + random.nextInt(section.length());
    }

    /** Returns a number at the end of a range, or beyond it where only the low half is looked at. */
    private static long extreme(TrackerSpec spec, Random random) {
        long[] extremes = {Long.MIN_VALUE, Long.MIN_VALUE + 1, Integer.MIN_VALUE, -1, 0, TrackerSpec.MAX_EPOCHS,
                TrackerSpec.MAX_EPOCHS + 1, TrackerSpec.MAX_EXAMPLES, TrackerSpec.MAX_EXAMPLES + 1, Integer.MAX_VALUE,
                1L << Integer.SIZE, (1L << Integer.SIZE) + spec.examples(), (1L << Integer.SIZE) + spec.epochs(),
                Long.MAX_VALUE - 1, Long.MAX_VALUE};
        return extremes[random.nextInt(extremes.length)];
    }
}
