/**
 * The stress tests, with jcstress, of all promises of the tracker to threads that use it at the same time: one class
 * for each promise, whose outcomes say in words why each interleaving is accepted. All of them use the public methods.
 * <p>
 * Run them with {@code ./lethe stress}; the arguments are jcstress's own ({@code -h} lists them). A state is either a
 * {@link dev.lethe.stress.Lane} of a tracker that many states share, where only recorders are tested, or has a {@link
 * dev.lethe.stress.SmallTracker} of its own, where commits, snapshots or closing are. Either way the arbiter gives the
 * memory back, unless closing is tested: jcstress calls it once for every state that it makes.
 */
@NullMarked
package dev.lethe.stress;

import org.jspecify.annotations.NullMarked;
