/** Experiments over training runs: the runs that each needs and its conclusions; one package for each kind. */
@NullMarked
package dev.lethe.study;

import org.jspecify.annotations.NullMarked;
