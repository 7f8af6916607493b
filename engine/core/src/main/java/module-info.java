/** Data sets, networks, training, prediction, checkpoints and runs. */
@SuppressWarnings("module") // friends are compiled after this module
module dev.lethe.core {
    requires static org.jspecify; // annotations alone
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires java.desktop; // reads images
    requires jdk.management;
    requires org.slf4j;
    requires transitive dev.lethe.kernels;
    requires transitive dev.lethe.tracker;

    // docs/api.md: the API is exported to all, what Lethe's own modules need of the rest to them
    exports dev.lethe.data;
    exports dev.lethe.model;
    exports dev.lethe.run;
    exports dev.lethe.run.execute;
    exports dev.lethe.run.store;
    exports dev.lethe.train;
    exports dev.lethe.train.checkpoint;
    exports dev.lethe.io to dev.lethe.cli, dev.lethe.datasets, dev.lethe.report;

    uses dev.lethe.data.DataFormat;
}
