/** Studies of smaller training sets, whose examples are ranked by the same or another network. */
package dev.lethe.study.removal;
