/** Controls: forgetting under shuffled updates, and catastrophic forgetting between two tasks. */
@NullMarked
package dev.lethe.study.control;

import org.jspecify.annotations.NullMarked;
