/** The paper's experiments as small programs over training and tracking. */
package dev.lethe.study;
