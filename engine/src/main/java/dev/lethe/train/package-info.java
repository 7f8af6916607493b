/** Training: a network, a data set and a configuration become trained parameters and a report of every presentation. */
package dev.lethe.train;
