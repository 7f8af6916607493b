package dev.lethe.pack;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a pack can be made without, to be smaller. */
public enum OptionalContent {
    /** The images of MNIST. */
    MNIST("the images of MNIST, which --data mnist then reads from the cache folder", "", "dev/lethe/data/mnist/"),
    /** Pictures, read and drawn. */
    FIGURES("what draws figures and reads PNG and JPEG: studies only train their runs, with --runs-only",
            "jfreechart|batik-.*|xmlgraphics-commons|commons-logging", "", "java.desktop", "java.xml"),
    /** What computes on processors. */
    CPU("oneDNN, which trains on processors: for machines with a GPU, with --cuda", "dnnl|opencl", "");

    private final String description;
    private final Pattern jars;
    private final String entries;
    private final List<String> modules;

    /**
     * A part.
     *
     * @param jars names of the jars that only it needs, without their versions
     * @param entries where its files are in other jars; empty where there are none
     * @param modules of Java that only it needs
     */
    OptionalContent(String description, String jars, String entries, String... modules) {
        this.description = description;
        this.jars = Pattern.compile("(" + jars + ")-\\d.*\\.jar");
        this.entries = entries;
        this.modules = List.of(modules);
    }

    /** What it is, and what a pack does without it. */
    public String description() {
        return description;
    }

    /** Whether a jar of that name is of this part alone, natives included. */
    boolean hasJar(String name) {
        return jars.matcher(name).matches();
    }

    /** Whether an entry of whatever jar is of this part. */
    boolean hasEntry(String name) {
        return !entries.isEmpty() && name.startsWith(entries);
    }

    /** Whether a module of Java is there for this part alone. */
    boolean hasModule(String name) {
        return modules.contains(name);
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
