/** The search for implementations that others provide, through {@link java.util.ServiceLoader}. */
@NullMarked
package dev.lethe.tracker.service;

import org.jspecify.annotations.NullMarked;
