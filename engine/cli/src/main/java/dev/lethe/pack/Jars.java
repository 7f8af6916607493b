package dev.lethe.pack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Enumeration;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Copies of the jars of a class path. */
final class Jars {
    private Jars() {}

    /**
     * Copies a jar, or a folder of classes as a jar, with entries that are not compressed: the archive compresses the
     * whole better than a jar its entries.
     *
     * @param from jar or folder
     * @param to jar to write
     * @param wanted tells by its name whether an entry is copied
     */
    static void store(Path from, Path to, Predicate<String> wanted) throws IOException {
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(to, StandardOpenOption.CREATE_NEW))) {
            if (Files.isDirectory(from)) {
                storeFolder(from, wanted, jar);
            } else {
                storeJar(from, wanted, jar);
            }
        }
    }

    private static void storeFolder(Path folder, Predicate<String> wanted, ZipOutputStream jar) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                String name = folder.relativize(path).toString();
                if (wanted.test(name)) {
                    store(name, Files.getLastModifiedTime(path).toMillis(), Files.readAllBytes(path), jar);
                }
            }
        }
    }

    private static void storeJar(Path from, Predicate<String> wanted, ZipOutputStream jar) throws IOException {
        try (ZipFile source = new ZipFile(from.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = source.entries(); entries.hasMoreElements();) {
                ZipEntry entry = entries.nextElement();
                if (wanted.test(entry.getName())) {
                    try (InputStream content = source.getInputStream(entry)) {
                        store(entry.getName(), entry.getTime(), content.readAllBytes(), jar);
                    }
                }
            }
        }
    }

    private static void store(String name, long time, byte[] content, ZipOutputStream jar) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(time);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }

    /** Extracts entries of a jar, without their folders, and returns their number. */
    static int extract(Path jar, Predicate<String> wanted, Path folder) throws IOException {
        int extracted = 0;
        try (ZipFile source = new ZipFile(jar.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = source.entries(); entries.hasMoreElements();) {
                ZipEntry entry = entries.nextElement();
                if (wanted.test(entry.getName())) {
                    String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                    try (InputStream content = source.getInputStream(entry)) {
                        Files.copy(content, folder.resolve(name));
                    }
                    extracted++;
                }
            }
        }
        return extracted;
    }
}
