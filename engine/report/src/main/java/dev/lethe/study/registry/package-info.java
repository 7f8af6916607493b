/** The list of all studies. */
@NullMarked
package dev.lethe.study.registry;

import org.jspecify.annotations.NullMarked;
