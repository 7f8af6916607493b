package dev.lethe.pack;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Content that a pack can be made without, to be smaller. */
public enum OptionalContent {
    /** Images of MNIST. */
    MNIST("the images of MNIST, which --data mnist then reads from the cache folder", "lethe-mnist",
            "META-INF/lethe/mnist/"),
    /** Code that reads and draws pictures. */
    FIGURES("what draws figures and reads pictures: studies only train their runs, with --runs-only",
            "jfreechart|batik-.*|xmlgraphics-commons|commons-logging", "", "java.desktop", "java.xml"),
    /** Code that computes on processors. */
    CPU("oneDNN, which trains on processors: for machines with a GPU, with --cuda", "dnnl|opencl", "");

    private final String description;
    private final Pattern jars;
    private final String entries;
    private final List<String> modules;

    /**
     * Describes a content.
     *
     * @param description description that ends a sentence of the README
     * @param jars pattern of the names of jars that only it needs, without their versions
     * @param entries folder of its files in other jars; empty if there are none
     * @param modules modules of Java that only it needs
     */
    OptionalContent(String description, String jars, String entries, String... modules) {
        this.description = description;
        this.jars = Pattern.compile("(" + jars + ")-\\d.*\\.jar");
        this.entries = entries;
        this.modules = List.of(modules);
    }

    /** Returns the content and what a pack does without it, for the README. */
    public String description() {
        return description;
    }

    /** Tells whether a jar of that name belongs to this content alone, natives included. */
    boolean hasJar(String name) {
        return jars.matcher(name).matches();
    }

    /** Tells whether an entry of a jar belongs to this content. */
    boolean hasEntry(String name) {
        return !entries.isEmpty() && name.startsWith(entries);
    }

    /** Tells whether a module of Java is needed by this content alone. */
    boolean hasModule(String name) {
        return modules.contains(name);
    }

    /** Returns the name in the option {@code --without}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
