/** Studies of smaller training sets, whose examples are ranked by the same or another network. */
@NullMarked
package dev.lethe.study.removal;

import org.jspecify.annotations.NullMarked;
