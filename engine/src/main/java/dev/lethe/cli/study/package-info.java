/** The commands of studies. */
package dev.lethe.cli.study;
