/** Controls: forgetting under shuffled updates, and catastrophic forgetting between two tasks. */
package dev.lethe.study.control;
