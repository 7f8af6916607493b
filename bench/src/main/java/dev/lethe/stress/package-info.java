/**
 * Stress tests, with jcstress, of everything the tracker promises to threads that use it at the same time: one class a
 * promise, whose outcomes say in words why each interleaving is accepted. All of them go through the public methods.
 *
 * <p>Run them with {@code ./lethe stress}; the arguments are jcstress's own ({@code -h} lists them). A state is either
 * a {@link dev.lethe.stress.Lane} of a tracker that many states share, where recorders are all that is tested, or has a
 * {@link dev.lethe.stress.SmallTracker} of its own, where commits, snapshots or closing are. Either way the arbiter
 * gives the memory back, unless closing is what is tested: jcstress calls it once for every state that it makes.
 */
package dev.lethe.stress;
