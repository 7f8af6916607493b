/** Training runs as values: plans of them, the folders that keep them, and what runs them. */
package dev.lethe.study.run;
