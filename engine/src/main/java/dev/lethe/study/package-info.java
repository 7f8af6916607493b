/** Experiments over training runs: which runs each needs and what it concludes; one package for each kind. */
package dev.lethe.study;
