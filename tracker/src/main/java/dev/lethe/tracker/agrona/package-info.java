/** The adapter for programs that keep their data in Agrona's buffers; it is the only package that needs Agrona. */
@NullMarked
package dev.lethe.tracker.agrona;

import org.jspecify.annotations.NullMarked;
