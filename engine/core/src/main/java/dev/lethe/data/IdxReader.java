package dev.lethe.data;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reader of the IDX format of MNIST (unsigned bytes only), plain or gzipped. Every message names the file. */
final class IdxReader {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final int GZIP_MAGIC = 0x1f;
    private static final int LABEL_RANK = 1;
    private static final int IMAGE_RANK = 3;
    private static final int MAXIMUM_BYTES = Integer.MAX_VALUE - 8; // what a Java array holds

    private IdxReader() {}

    /** Images, (examples, height, width) unsigned bytes. */
    record Images(byte[] pixels, int examples, int height, int width) {}

    static Images images(InputStream stream, String file) {
        int[] extents = new int[IMAGE_RANK];
        byte[] pixels = read(stream, file, extents);
        return new Images(pixels, extents[0], extents[1], extents[2]);
    }

    static byte[] labels(InputStream stream, String file) {
        return read(stream, file, new int[LABEL_RANK]);
    }

    private static byte[] read(InputStream stream, String file, int[] extents) {
        try (DataInputStream in = new DataInputStream(unzipped(stream))) {
            readHeader(in, file, extents);
            long bytes = 1;
            for (int extent : extents) {
                if (extent < 1) {
                    throw new DataSetException(file + " holds no examples: it declares " + describe(extents));
                }
                bytes *= extent;
                if (bytes > MAXIMUM_BYTES) {
                    throw new DataSetException(file + " declares " + describe(extents) + ": more than 2 GiB");
                }
            }
            byte[] data = in.readNBytes((int) bytes);
            if (data.length < bytes) {
                throw new DataSetException(
                        file + " is truncated: it declares " + describe(extents) + " and ends after " + data.length
                                + " bytes");
            }
            if (in.read() >= 0) {
                throw new DataSetException(file + " continues after the " + describe(extents) + " that it declares");
            }
            return data;
        } catch (EOFException e) {
            throw new DataSetException(file + " is truncated: it ends before its data do", e);
        } catch (ZipException e) {
            throw new DataSetException(file + " is not a valid gzip file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw DataSetException.unreadable(file, e);
        }
    }

    private static InputStream unzipped(InputStream stream) throws IOException {
        PushbackInputStream in = new PushbackInputStream(stream, 1);
        int first = in.read();
        if (first < 0) {
            throw new EOFException();
        }
        in.unread(first);
        return first == GZIP_MAGIC ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static void readHeader(DataInputStream in, String file, int[] extents) throws IOException {
        int magic = in.readInt();
        int rank = magic & 0xff;
        if (magic >>> 16 != 0 || (magic >>> 8 & 0xff) != UNSIGNED_BYTE || rank == 0) {
            throw new DataSetException(
                    "%s is not an IDX file of unsigned bytes: it begins with 0x%08x".formatted(file, magic));
        }
        if (rank != extents.length) {
            throw new DataSetException(file + " holds " + content(rank) + " where " + content(extents.length)
                    + " are expected: were the files swapped?");
        }
        for (int i = 0; i < rank; i++) {
            extents[i] = in.readInt();
        }
    }

    private static String content(int rank) {
        return switch (rank) {
            case LABEL_RANK -> "labels (1 dimension)";
            case IMAGE_RANK -> "images (3 dimensions)";
            default -> "data of " + rank + " dimensions";
        };
    }

    private static String describe(int[] extents) {
        return extents.length == LABEL_RANK
                ? extents[0] + " labels"
                : extents[0] + " images of " + extents[1] + " x " + extents[2];
    }
}
