/** The search for implementations that others provide, through {@link java.util.ServiceLoader}. Not exported. */
@NullMarked
package dev.lethe.tracker.service;

import org.jspecify.annotations.NullMarked;
