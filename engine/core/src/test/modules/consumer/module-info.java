/** A program with a module of its own, as its author writes it. */
module consumer {
    requires dev.lethe.core;
}
