/** A program that uses the tracker, as a module of its own. */
module consumer {
    requires dev.lethe.tracker;
    requires static org.agrona;
}
