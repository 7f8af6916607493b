/** For programs that keep their data in Agrona's buffers; the only package that needs Agrona. */
package dev.lethe.tracker.agrona;
