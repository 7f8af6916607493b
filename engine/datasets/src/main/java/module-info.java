/** Downloads of published data sets; MNIST is among what it requires. */
@SuppressWarnings("module") // friends are compiled after this module
module dev.lethe.datasets {
    requires static org.jspecify; // annotations alone
    requires dev.lethe.mnist;
    requires java.net.http;
    requires org.apache.commons.compress;
    requires transitive dev.lethe.core;

    // it exports nothing to all: the command line downloads
    exports dev.lethe.data.fetch to dev.lethe.cli;
}
