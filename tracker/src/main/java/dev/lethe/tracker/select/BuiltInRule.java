package dev.lethe.tracker.select;

/**
 * A rule of Lethe's own, which the members of {@link RemovalRule} alone make: if one thread began with one of these
 * records and another with the interface that has constants of them, each would wait for the other to initialise.
 */
sealed interface BuiltInRule extends RemovalRule
        permits EasiestRule, HardestRule, RandomRule, BlockRule, CoverageRule {}
