package dev.lethe.data.fetch;

import dev.lethe.data.NamedDataSet;
import dev.lethe.tracker.Sha256;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Files of a data set that its authors publish.
 *
 * @param name name of the data set, as in {@code --data}
 * @param folder name of the folder of its files
 * @param sources addresses of the files' folders, each ending in a slash: the authors' own site, then mirrors
 * @param files files to download
 * @param packed whether the one file is a {@code .tar.gz} that holds the folder, instead of the files being its content
 */
public record Publication(String name, String folder, List<URI> sources, List<RemoteFile> files, boolean packed) {
    private static final List<Publication> ALL = List.of(fashionMnist(),
            cifar(NamedDataSet.CIFAR10, file("cifar-10-binary.tar.gz", 170_052_171,
                    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")),
            cifar(NamedDataSet.CIFAR100, file("cifar-100-binary.tar.gz", 168_513_733,
                    "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")));

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
     * Published file.
     *
     * @param name name of the file, there and here
     * @param bytes size of the file
     * @param sha256 digest of its content
     */
    public record RemoteFile(String name, long bytes, Sha256 sha256) {}

    /** Returns all data sets that can be downloaded. */
    public static List<Publication> all() {
        return ALL;
    }

    /** Returns the data set of that name. */
    public static Optional<Publication> of(String name) {
        return ALL.stream().filter(publication -> publication.name.equals(name)).findFirst();
    }

    /** Returns the publication with the same files at one other address. */
    public Publication from(URI mirror) {
        return new Publication(name, folder, List.of(mirror), files, packed);
    }

    /** Returns the number of bytes to download. */
    public long bytes() {
        return files.stream().mapToLong(RemoteFile::bytes).sum();
    }

    private static Publication fashionMnist() {
        NamedDataSet named = NamedDataSet.FASHION_MNIST;
        return new Publication(named.title(), named.folderName(),
                List.of(URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
                        URI.create(
                                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/")),
                List.of(file("train-images-idx3-ubyte.gz", 26_421_880,
                        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                        file("train-labels-idx1-ubyte.gz", 29_515,
                                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                        file("t10k-images-idx3-ubyte.gz", 4_422_102,
                                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                        file("t10k-labels-idx1-ubyte.gz", 5_148,
                                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")),
                false);
    }

    private static Publication cifar(NamedDataSet named, RemoteFile archive) {
        return new Publication(named.title(), named.folderName(),
                List.of(URI.create("https://www.cs.toronto.edu/~kriz/")), List.of(archive), true);
    }

    /** Describes a file by its digest; the MD5 sums that the authors publish belong to the same files. */
    private static RemoteFile file(String name, long bytes, String sha256) {
        return new RemoteFile(name, bytes, new Sha256(sha256));
    }
}
