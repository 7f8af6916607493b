/** Networks as data: layers, the model zoo, initial values, and how a network becomes plans of operations. */
package dev.lethe.model;
