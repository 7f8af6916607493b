package dev.lethe.data;

import dev.lethe.data.ImageFolder.ImageFile;
import dev.lethe.data.picture.Trait;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Notes about decoded images. They are kept with the images, so that they are told again when nothing is decoded.
 *
 * @param skipped files that cannot be decoded, in order
 * @param traits numbers of the files of each trait, in order
 * @param levels range of gray training images of 16 bits by which those are read; empty for their high bytes, or what
 *        was chosen
 */
record DecodingNotes(List<Skipped> skipped, Map<Trait, List<Integer>> traits, Optional<SampleLevels> levels) {
    private static final int NAMED = 5; // files in a notice
    private static final Trait[] TRAITS = Trait.values();

    DecodingNotes {
        skipped = List.copyOf(skipped);
        Map<Trait, List<Integer>> copy = new EnumMap<>(Trait.class);
        traits.forEach((trait, files) -> copy.put(trait, List.copyOf(files)));
        traits = copy;
    }

    /**
     * A file that cannot be decoded.
     *
     * @param file number of the file
     * @param reason reason why it cannot be decoded
     */
    record Skipped(int file, String reason) {}

    /** Writes the notes as bytes. */
    byte[] toBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(skipped.size());
        for (Skipped one : skipped) {
            byte[] reason = one.reason().getBytes(StandardCharsets.UTF_8);
            out.writeInt(one.file());
            out.writeInt(reason.length);
            out.write(reason);
        }
        out.writeBoolean(levels.isPresent());
        if (levels.isPresent()) {
            out.writeInt(levels.get().lowest());
            out.writeInt(levels.get().highest());
        }
        for (Trait trait : TRAITS) {
            List<Integer> files = traits.getOrDefault(trait, List.of());
            out.writeInt(files.size());
            for (int file : files) {
                out.writeInt(file);
            }
        }
        return bytes.toByteArray();
    }

    /** Reads what {@link #toBytes} wrote. */
    static DecodingNotes of(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        List<Skipped> skipped = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            int file = in.readInt();
            skipped.add(new Skipped(file, new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8)));
        }
        Optional<SampleLevels> levels = in.readBoolean()
                ? Optional.of(new SampleLevels(in.readInt(), in.readInt()))
                : Optional.empty();
        Map<Trait, List<Integer>> traits = new EnumMap<>(Trait.class);
        for (Trait trait : TRAITS) {
            List<Integer> files = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                files.add(in.readInt());
            }
            traits.put(trait, files);
        }
        return new DecodingNotes(skipped, traits, levels);
    }

    /** Reports what is not as its files seem to say. */
    void report(List<ImageFile> files, ImageOptions options, Consumer<String> notices) {
        if (!skipped.isEmpty()) {
            notices.accept("skipped " + skipped.size() + " of " + files.size() + " images, which cannot be decoded:");
            skipped.forEach(one -> notices.accept("  " + files.get(one.file()).path() + ": " + one.reason()));
        }
        for (Trait trait : TRAITS) {
            List<Integer> of = traits.getOrDefault(trait, List.of());
            if (!of.isEmpty()) {
                notices.accept(sentence(trait, of.size() + (of.size() == 1 ? " image" : " images"), options) + ": "
                        + some(of, files));
            }
        }
    }

    private String sentence(Trait trait, String count, ImageOptions options) {
        return switch (trait) {
            case END_MISSING -> "read " + count + " whose end is missing";
            case DAMAGED -> "read " + count + " with damaged data, for which the decoder made up pixels";
            case SEVERAL -> "read the first picture alone of " + count + " with several";
            case TRANSPARENT -> "laid " + count + " with transparent pixels over background=" + options.background();
            case DEEP -> "made 8 bits of the 16 of " + count + ", " + eightBits(options);
        };
    }

    private String eightBits(ImageOptions options) {
        if (options.levels().isPresent()) {
            return "by levels=" + options.levels().get();
        }
        return levels.map(range -> "by levels=" + range + " of the gray training images").orElse("the high ones");
    }

    private static String some(List<Integer> of, List<ImageFile> files) {
        return of.stream().limit(NAMED).map(file -> files.get(file).path().toString())
                .collect(Collectors.joining(", ")) + (of.size() > NAMED ? ", ..." : "");
    }
}
