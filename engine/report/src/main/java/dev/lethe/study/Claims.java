package dev.lethe.study;

import dev.lethe.report.Block;
import java.util.List;

/** Table of the statements of the paper and what came out here. */
final class Claims {
    private Claims() {}

    static Block table(List<Claim> claims) {
        return Block.table(List.of("", "paper", "here", "verdict", "why"), claims.stream()
                .map(claim -> List.of(claim.statement(), claim.paper(), claim.ours(), claim.verdict().toString(),
                        claim.why()))
                .toList());
    }
}
