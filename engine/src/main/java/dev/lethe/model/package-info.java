/** Networks as data: layers, the model zoo, initial values, and the lowering of a network to plans of operations. */
package dev.lethe.model;
