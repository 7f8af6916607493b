/** Studies of smaller training sets: which examples can be left out, ranked by the same or another network. */
package dev.lethe.study.removal;
