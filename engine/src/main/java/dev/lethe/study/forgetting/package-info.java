/** The study of forgetting itself: how many examples are never forgotten, with galleries and distributions. */
package dev.lethe.study.forgetting;
