/** Studies of rankings: agreement between seeds and networks, early epochs, association with other scores. */
package dev.lethe.study.agreement;
