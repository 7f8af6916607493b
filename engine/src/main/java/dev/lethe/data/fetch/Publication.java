package dev.lethe.data.fetch;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What the authors of a data set publish.
 *
 * @param name as in {@code --data}
 * @param folder what the folder of its files is called
 * @param sources where the files are, each ending in a slash: the authors' own site, then mirrors
 * @param files what to download
 * @param packed whether the one file is a {@code .tar.gz} that holds the folder, instead of the files being its content
 */
public record Publication(String name, String folder, List<URI> sources, List<RemoteFile> files, boolean packed) {
    private static final List<Publication> ALL = List.of(mnist(), fashionMnist(),
            cifar("cifar10", "cifar-10-batches-bin", "cifar-10-binary.tar.gz", 170_052_171,
                    "c32a1d4ab5d03f1284b67883e8d87530"),
            cifar("cifar100", "cifar-100-binary", "cifar-100-binary.tar.gz", 168_513_733,
                    "03b5dce01913d631647c71ecec9e9cb8"));

    public Publication {
        sources = List.copyOf(sources);
        files = List.copyOf(files);
        if (sources.isEmpty() || files.isEmpty() || packed && files.size() > 1) {
            throw new IllegalArgumentException(name + " has sources=" + sources.size() + ", files=" + files.size()
                    + ": at least one source and file, and one file where it is packed");
        }
        for (URI source : sources) {
            if (!source.toString().matches("https?://.+/")) {
                throw new IllegalArgumentException(
                        "source '" + source + "': write http:// or https:// and the folder, with a slash at its end");
            }
        }
    }

    /**
     * One file.
     *
     * @param name what it is called there and here
     * @param bytes its size
     * @param checksum of its content
     */
    public record RemoteFile(String name, long bytes, Checksum checksum) {}

    /** All data sets that can be downloaded. */
    public static List<Publication> all() {
        return ALL;
    }

    /** The data set of that name. */
    public static Optional<Publication> of(String name) {
        return ALL.stream().filter(publication -> publication.name.equals(name)).findFirst();
    }

    /** The same files at one other place. */
    public Publication from(URI mirror) {
        return new Publication(name, folder, List.of(mirror), files, packed);
    }

    /** Bytes to download. */
    public long bytes() {
        return files.stream().mapToLong(RemoteFile::bytes).sum();
    }

    /** The authors published no checksums; these are the ones that everybody verifies the four files against. */
    private static Publication mnist() {
        return idx("mnist", List.of(URI.create("http://yann.lecun.com/exdb/mnist/"),
                URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/")),
                List.of(file("train-images-idx3-ubyte.gz", 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
                        file("train-labels-idx1-ubyte.gz", 28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
                        file("t10k-images-idx3-ubyte.gz", 1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
                        file("t10k-labels-idx1-ubyte.gz", 4_542, "ec29112dd5afa0611ce80d1b7f02629c")));
    }

    private static Publication fashionMnist() {
        return idx("fashion-mnist", List.of(URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
                URI.create("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/")),
                List.of(file("train-images-idx3-ubyte.gz", 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
                        file("train-labels-idx1-ubyte.gz", 29_515, "25c81989df183df01b3e8a0aad5dffbe"),
                        file("t10k-images-idx3-ubyte.gz", 4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
                        file("t10k-labels-idx1-ubyte.gz", 5_148, "bb300cfdad3c16e7a12a480ee83cd310")));
    }

    private static Publication idx(String name, List<URI> sources, List<RemoteFile> files) {
        return new Publication(name, name, sources, files, false);
    }

    private static Publication cifar(String name, String folder, String file, long bytes, String md5) {
        return new Publication(name, folder, List.of(URI.create("https://www.cs.toronto.edu/~kriz/")),
                List.of(file(file, bytes, md5)), true);
    }

    private static RemoteFile file(String name, long bytes, String md5) {
        return new RemoteFile(name, bytes, Checksum.md5(md5));
    }
}
