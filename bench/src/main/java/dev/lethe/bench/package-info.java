/**
 * JMH benchmarks of Lethe and of its peers, and the training task that all of them share.
 *
 * <p>Run them with {@code java -jar bench/target/bench.jar}, {@code java} being the JDK the project is built for; the
 * arguments are JMH's own ({@code -h} lists them). {@code bench-peers.jar}, built by the Maven profile {@code peers},
 * takes the same arguments and knows more engines.
 */
@NullMarked
package dev.lethe.bench;

import org.jspecify.annotations.NullMarked;
