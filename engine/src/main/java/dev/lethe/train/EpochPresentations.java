package dev.lethe.train;

/** All presentations of an epoch, as a device has made them; valid until another epoch begins. */
public interface EpochPresentations {
    /** A row a presentation, in the order of training. */
    PredictionColumns columns();

    /** The same added up by example. Brought from the device by the first call in an epoch. */
    ExampleMemory byExample();
}
