package dev.lethe.study;

import dev.lethe.report.Block;
import dev.lethe.report.Text;
import java.util.List;

/** The table of what the paper says and what came out here. */
final class Claims {
    private Claims() {}

    static Block table(List<Claim> claims) {
        return Block.table(List.of("", "paper", "here", "verdict", "why"), claims.stream()
                .map(claim -> List.of(Text.html(claim.statement()), Text.html(claim.paper()), Text.html(claim.ours()),
                        claim.verdict().toString(), Text.html(claim.why())))
                .toList());
    }
}
