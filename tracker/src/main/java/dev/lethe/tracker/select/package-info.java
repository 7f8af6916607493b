/** Which examples to keep: rules that leave examples out of a training set, and what they leave. */
package dev.lethe.tracker.select;
