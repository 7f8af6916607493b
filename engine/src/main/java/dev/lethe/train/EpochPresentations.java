package dev.lethe.train;

/** All presentations of an epoch that a device has made; valid until another epoch begins. */
public interface EpochPresentations {
    /** Returns the presentations in the order of training, a row for each. */
    PredictionColumns columns();

    /** Returns the presentations added up by example. The first call in an epoch copies them from the device. */
    ExampleMemory byExample();
}
