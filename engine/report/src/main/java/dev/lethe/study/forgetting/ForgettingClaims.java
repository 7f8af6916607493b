package dev.lethe.study.forgetting;

import dev.lethe.report.Text;
import dev.lethe.study.Claim;
import dev.lethe.study.PaperConditions;
import java.util.ArrayList;
import java.util.List;

/** The paper's statements about unforgettable examples and forgetting events, beside what came out. */
final class ForgettingClaims {
    /** Distance up to which shares in one run are taken to agree. */
    private static final double NEAR_ONE_SEED = 0.02;
    private static final double NEAR_FIVE_SEEDS = 0.03;
    private static final double NEAR_EVENTS = 0.05;
    private static final int PAPER_SEEDS = 5;

    private ForgettingClaims() {}

    static List<Claim> of(ForgettingResults results, ForgettingResults.Paper paper) {
        String why = PaperConditions.differences(results.data(), results.model(), results.epochs());
        double one = results.perSeed().stream().mapToDouble(ForgettingResults.Seed::unforgettableFraction).average()
                .orElseThrow();
        List<Claim> claims = new ArrayList<>();
        claims.add(Claim.of("unforgettable in one run", Text.percent(paper.unforgettableFractionOneSeed(), 1),
                Text.percent(one, 2), Math.abs(one - paper.unforgettableFractionOneSeed()) <= NEAR_ONE_SEED, why));
        claims.add(Claim.of("mean forgetting events of a learned example", Text.number(paper.meanEvents(), 3),
                Text.number(results.meanEvents(), 3),
                Math.abs(results.meanEvents() - paper.meanEvents()) <= NEAR_EVENTS * Math.max(1, paper.meanEvents()),
                why));
        boolean five = results.seeds() == PAPER_SEEDS;
        String statement = "unforgettable in all of " + (five
                ? "5 runs"
                : "several runs (paper: 5, here: "
                        + results.seeds() + ")");
        claims.add(Claim.of(statement, Text.percent(paper.unforgettableFractionFiveSeeds(), 1),
                Text.percent(results.unforgettableFraction(), 2),
                Math.abs(results.unforgettableFraction() - paper.unforgettableFractionFiveSeeds()) <= NEAR_FIVE_SEEDS,
                why));
        return claims;
    }
}
