/** A program that uses the tracker, as a module of its own. */
module consumer {
    requires dev.lethe.tracker;
    requires static org.agrona;

    provides dev.lethe.tracker.score.Score with consumer.RightAtLast;
    provides dev.lethe.tracker.select.RemovalRuleProvider with consumer.RightAtLastRules;
}
