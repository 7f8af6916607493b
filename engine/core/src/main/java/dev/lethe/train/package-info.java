/**
 * Training: makes trained parameters and a record of every presentation from a network, a data set and a configuration.
 *
 * {@snippet file="dev/lethe/train/SnippetsTest.java" region="train"}
 */
@NullMarked
package dev.lethe.train;

import org.jspecify.annotations.NullMarked;
