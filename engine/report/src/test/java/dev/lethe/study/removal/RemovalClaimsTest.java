package dev.lethe.study.removal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.study.Claim;
import dev.lethe.study.removal.RemovalResults.RankingSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Claims about made-up accuracies: 99% with nothing removed, and what each arm loses of it. */
class RemovalClaimsTest {
    private static final String SELECTED = "selected";
    private static final String FILE = "scores.csv";

    /** Makes an arm of two seeds, 0.1 points above and below their mean, from the points lost at 50% and 75%. */
    private static RemovalResults.Arm arm(String name, String rule, String rankedBy, double atHalf, double atMore) {
        return new RemovalResults.Arm(name, rule, rankedBy, List.of(point(0.5, atHalf), point(0.75, atMore)));
    }

    private static RemovalResults.Point point(double share, double cost) {
        double mean = 0.99 - cost / 100;
        return new RemovalResults.Point(share, (int) (60_000 * (1 - share)),
                RemovalResults.Accuracy.of(mean - 0.001, mean + 0.001), cost);
    }

    private static RemovalResults results(String data, String rankedBy, RankingSource source,
            RemovalResults.Arm... arms) {
        return new RemovalResults(data, "mnist-cnn", rankedBy, source, 60_000, 200, 2, "epochs", 0,
                RemovalResults.Accuracy.of(0.989, 0.991), List.of(arms), List.of(), null);
    }

    private static RemovalResults transfer() {
        return results("mnist", "mlp", RankingSource.RUNS, arm("ranked by mlp", SELECTED, "mlp", 0.5, 1.5),
                arm("ranked by itself", SELECTED, "mnist-cnn", 0.1, 0.4), arm("random", "random", null, 0.3, 0.8));
    }

    private static List<String> rows(List<Claim> claims) {
        return claims.stream().map(claim -> claim.statement() + "|" + claim.paper() + "|" + claim.ours() + "|"
                + claim.verdict() + "|" + claim.why()).toList();
    }

    private static List<String> statements(RemovalResults results) {
        return RemovalClaims.of(results).stream().map(Claim::statement).toList();
    }

    @Test
    void shouldBeAboutTheArmThatTheNetworkRanksItself() {
        assertEquals(List.of("points lost with the least forgotten 50% removed|0.06|0.10|agrees|",
                "points lost with the least forgotten 75% removed|0.08|0.40|differs|",
                "removing the least forgotten 50% costs less than removing as many at random|less|"
                        + "0.10 and 0.30 points|agrees|difference 0.20, standard error 0.14",
                "removing the least forgotten 75% costs less than removing as many at random|less|"
                        + "0.40 and 0.80 points|agrees|difference 0.40, standard error 0.14"),
                rows(RemovalClaims.of(transfer())).stream().filter(row -> row.contains("least forgotten")).toList());
    }

    @Test
    void shouldNotHoldTheRankingOfAnotherNetworkAgainstOtherData() {
        String paper = "|none at 30% (WideResNet-28-10 by ResNet-18, CIFAR-10)|";
        assertEquals(List.of(
                "points lost with 50% removed by the ranking of another network, mlp" + paper
                        + "0.50|not comparable|as many at random: 0.30",
                "points lost with 75% removed by the ranking of another network, mlp" + paper
                        + "1.50|not comparable|as many at random: 0.80"),
                rows(RemovalClaims.of(transfer())).stream().filter(row -> row.contains("another")).toList());
    }

    @Test
    void shouldClaimNothingOfTheLeastForgottenWhereOtherScoresRank() {
        RemovalResults.Arm random = arm("random", "random", null, 0.3, 0.8);
        assertEquals(List.of(), statements(results("mnist", FILE, RankingSource.OTHER_FILE,
                arm(SELECTED, SELECTED, FILE, 0.1, 0.1), random)));
        assertEquals(List.of(), statements(results("mnist", "mnist-cnn", RankingSource.RUNS,
                arm("easiest:margin", "easiest:margin", "mnist-cnn", 0.1, 0.1), random)));
    }

    @Test
    void shouldNotTakeTheFiguresOfThePaperForThoseOfAFile() {
        assertEquals(List.of(
                "removing the least forgotten 50%, ranked by scores.csv, costs less than removing as many at random",
                "removing the least forgotten 75%, ranked by scores.csv, costs less than removing as many at random"),
                statements(results("mnist", FILE, RankingSource.FORGETTING_FILE,
                        arm(SELECTED, SELECTED, FILE, 0.1, 0.1), arm("random", "random", null, 0.3, 0.8))));
    }

    @Test
    void shouldClaimNothingAgainstRandomRemovalThatWasNotTried() {
        assertEquals(List.of(), statements(results("stripes", "mnist-cnn", RankingSource.RUNS,
                arm(SELECTED, SELECTED, "mnist-cnn", 0.1, 0.1))));
    }

    @Test
    void shouldSayWhatIsKnownOfLargeShares() {
        List<Claim> claims = RemovalClaims.of(results("stripes", "mnist-cnn", RankingSource.RUNS,
                arm(SELECTED, SELECTED, "mnist-cnn", 0.4, 0.9), arm("random", "random", null, 0.3, 0.8)));
        assertEquals(List.of(Claim.Verdict.DIFFERS, Claim.Verdict.DIFFERS),
                claims.stream().map(Claim::verdict).toList());
        assertFalse(claims.getFirst().why().contains("large shares"));
        assertTrue(claims.getLast().why().endsWith("; known of large shares: what is left is too hard, or wrong"));
    }

    @Test
    void shouldWarnOfACollapseOnlyWhereTheLeastForgottenAreRemoved() {
        RemovalResults.Arm random = arm("random", "random", null, 0.3, 0.8);
        Stream.of(RankingSource.values()).forEach(source -> assertEquals(
                source == RankingSource.RUNS || source == RankingSource.FORGETTING_FILE,
                RemovalReport.of("Removal: ", results("mnist", FILE, source, arm(SELECTED, SELECTED, FILE, 0.1, 0.9),
                        random)).summary().getLast().contains("removing the least forgotten costs more"),
                source.toString()));
    }
}
