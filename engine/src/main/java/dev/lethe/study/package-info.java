/** Experiments over training runs: the runs that each needs and its conclusions; one package for each kind. */
package dev.lethe.study;
