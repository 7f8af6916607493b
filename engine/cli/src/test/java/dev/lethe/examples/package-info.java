/** Programs of users, shown in docs/research and run by tests. */
@NullMarked
package dev.lethe.examples;

import org.jspecify.annotations.NullMarked;
