package dev.lethe.study;

import dev.lethe.report.Block;
import dev.lethe.report.Text;
import java.util.List;
import java.util.Map;

/** The table of what the paper says and what came out here. */
final class Claims {
    private static final Map<Claim.Verdict, String> WORDS = Map.of(Claim.Verdict.AGREES, "agrees",
            Claim.Verdict.DIFFERS, "differs", Claim.Verdict.NOT_COMPARABLE, "no figure to compare with");

    private Claims() {}

    static Block table(List<Claim> claims) {
        return Block.table(List.of("", "paper", "here", "verdict", "why"), claims.stream()
                .map(claim -> List.of(Text.html(claim.statement()), Text.html(claim.paper()), Text.html(claim.ours()),
                        WORDS.get(claim.verdict()), Text.html(claim.why())))
                .toList());
    }
}
