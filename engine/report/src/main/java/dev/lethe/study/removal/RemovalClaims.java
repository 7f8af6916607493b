package dev.lethe.study.removal;

import dev.lethe.report.Text;
import dev.lethe.study.Claim;
import dev.lethe.study.PaperConditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The paper's statements about smaller training sets, beside what came out. They are about the least forgotten
 * examples: an arm that removes others makes no claim. The figures of the paper are about a network that ranks for
 * itself.
 */
final class RemovalClaims {
    /** Accuracy loss, in percentage points, that counts as none. */
    static final double NEGLIGIBLE = 0.25;
    /** Share from which on removing by forgetting alone often costs more than removing at random. */
    static final double LARGE_SHARE = 0.7;
    /** Points of accuracy lost by share removed, read from the vector figures of Toneva et al., ICLR 2019. */
    private static final Map<String, Map<Double, Double>> PAPER = Map.of(
            "mnist", Map.of(0.5, 0.06, 0.75, 0.08, 0.83, 0.12, 0.92, 0.21, 0.95, 0.45, 0.97, 1.07),
            "permuted-mnist", Map.of(0.5, 0.11, 0.67, 0.27, 0.83, 0.77, 0.9, 3.3),
            "cifar10", Map.of(0.1, -0.04, 0.2, 0.01, 0.3, 0.12, 0.4, 0.26, 0.5, 0.76, 0.6, 1.83));

    private final RemovalResults results;

    private RemovalClaims(RemovalResults results) {
        this.results = results;
    }

    /** Compares results with the paper. */
    static List<Claim> of(RemovalResults results) {
        RemovalClaims claims = new RemovalClaims(results);
        List<Claim> all = new ArrayList<>();
        for (RemovalResults.Arm arm : results.arms()) {
            if (!results.removesLeastForgotten(arm)) {
                continue;
            }
            if (results.isRankedByOtherNetwork(arm)) {
                all.addAll(claims.transfer(arm));
            } else {
                if (results.rankingSource() == RemovalResults.RankingSource.RUNS) {
                    all.addAll(claims.costs(arm));
                }
                all.addAll(claims.againstRandom(arm));
            }
        }
        return all;
    }

    private List<Claim> costs(RemovalResults.Arm arm) {
        List<Claim> claims = new ArrayList<>();
        String why = PaperConditions.differences(results.data(), results.model(), results.epochs());
        new TreeMap<>(PAPER.getOrDefault(results.data(), Map.of()))
                .forEach((share, paper) -> arm.cost(share).ifPresent(ours -> claims.add(Claim.of(
                        "points lost with the least forgotten " + Text.percent(share, 0) + " removed",
                        Text.number(paper, 2), Text.number(ours, 2), ours <= paper + NEGLIGIBLE, why))));
        return claims;
    }

    private List<Claim> againstRandom(RemovalResults.Arm arm) {
        List<Claim> claims = new ArrayList<>();
        String ranker = results.rankingSource() == RemovalResults.RankingSource.RUNS
                ? ""
                : ", ranked by " + arm.rankedBy() + ",";
        for (RemovalResults.Point point : arm.points()) {
            OptionalDouble random = results.randomCost(point.share());
            if (random.isPresent()) {
                claims.add(Claim.of("removing the least forgotten " + Text.percent(point.share(), 0) + ranker
                        + " costs less than removing as many at random", "less",
                        Text.number(point.cost(), 2) + " and " + Text.number(random.getAsDouble(), 2) + " points",
                        point.cost() < random.getAsDouble(), certainty(arm, point.share())));
            }
        }
        return claims;
    }

    /** Compares the arm that is ranked by another network; the paper removes up to 30% of CIFAR-10. */
    private List<Claim> transfer(RemovalResults.Arm arm) {
        List<Claim> claims = new ArrayList<>();
        for (RemovalResults.Point point : arm.points()) {
            OptionalDouble random = results.randomCost(point.share());
            claims.add(Claim.of("points lost with " + Text.percent(point.share(), 0) + " removed by the ranking of "
                    + "another network, " + arm.rankedBy(), "none at 30% (WideResNet-28-10 by ResNet-18, CIFAR-10)",
                    Text.number(point.cost(), 2), point.cost() <= NEGLIGIBLE,
                    random.isPresent() ? "as many at random: " + Text.number(random.getAsDouble(), 2) : "")
                    .comparable(results.data().equals("cifar10")));
        }
        return claims;
    }

    /** Says how certain a difference to random removal is, and what is known of large shares. */
    private String certainty(RemovalResults.Arm arm, double share) {
        RemovalResults.Accuracy selected = arm.at(share).orElseThrow().accuracy();
        RemovalResults.Accuracy random = results.random().orElseThrow().at(share).orElseThrow().accuracy();
        double error = 100 * Math.sqrt((selected.deviation() * selected.deviation()
                + random.deviation() * random.deviation()) / results.seeds());
        String difference = "difference " + Text.number(100 * (selected.mean() - random.mean()), 2)
                + (results.seeds() == 1 ? ", of one seed" : ", standard error " + Text.number(error, 2));
        return difference + (share > LARGE_SHARE && selected.mean() <= random.mean()
                ? "; known of large shares: what is left is too hard, or wrong"
                : "");
    }
}
