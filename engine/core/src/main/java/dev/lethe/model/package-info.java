/** Networks as data: layers, the model zoo, initial values, and the lowering of a network to plans of operations. */
@NullMarked
package dev.lethe.model;

import org.jspecify.annotations.NullMarked;
