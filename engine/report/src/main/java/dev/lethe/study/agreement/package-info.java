/** Studies of rankings: agreement between seeds and networks, early epochs, association with other scores. */
@NullMarked
package dev.lethe.study.agreement;

import org.jspecify.annotations.NullMarked;
