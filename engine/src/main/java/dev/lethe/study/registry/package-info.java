/** The list of all studies. */
package dev.lethe.study.registry;
