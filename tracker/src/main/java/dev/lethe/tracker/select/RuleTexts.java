package dev.lethe.tracker.select;

import dev.lethe.tracker.service.Providers;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The texts of rules, and the rules that they stand for. */
final class RuleTexts {
    private static final Set<String> NAMES = Set.of(EasiestRule.OLD_NAME, RandomRule.NAME, "easiest", "hardest",
            "block",
            "coverage");
    private static final Providers<RemovalRuleProvider> PROVIDERS = new Providers<>("rule", RemovalRuleProvider::name,
            NAMES::contains);
    private static final Providers<RemovalRule> RULES = new Providers<>("rule", rule -> name(rule.key()),
            NAMES::contains);

    private RuleTexts() {}

    static List<RemovalRuleProvider> providers() {
        return PROVIDERS.load(ServiceLoader.load(RemovalRuleProvider.class));
    }

    /**
     * Reads a rule.
     *
     * @param text
     *            the text of the rule
     * @param providers
     *            the offers of others
     */
    static RemovalRule parse(String text, List<RemovalRuleProvider> providers) {
        String[] parts = text.split(":", -1);
        try {
            return switch (parts[0] + "/" + parts.length) {
                case EasiestRule.OLD_NAME + "/1" -> RemovalRule.LEAST_FORGOTTEN;
                case RandomRule.NAME + "/1" -> RemovalRule.RANDOM;
                case "easiest/2" -> RemovalRule.easiest(RuleScores.parse(parts[1]));
                case "hardest/2" -> RemovalRule.hardest(RuleScores.parse(parts[1]));
                case "block/3" -> RemovalRule.block(RuleScores.parse(parts[1]), Double.parseDouble(parts[2]));
                case "coverage/3" -> RemovalRule.coverage(RuleScores.parse(parts[1]), Double.parseDouble(parts[2]));
                default -> provided(text, parts, providers);
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("rule '" + text + "' has '" + parts[2]
                    + "' where a number is needed: choose a share in [0, 1)", e);
        }
    }

    private static RemovalRule provided(String text, String[] parts, List<RemovalRuleProvider> providers) {
        RemovalRuleProvider provider = providers.stream().filter(offer -> offer.name().equals(parts[0])).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown rule '" + text + "': choose "
                        + choices(providers) + ", as in coverage:margin:0.1"));
        RemovalRule rule = made(text, provider, List.of(parts).subList(1, parts.length));
        for (String written : List.of(rule.text(), rule.key())) {
            if (!name(written).equals(parts[0])) {
                throw new IllegalArgumentException("rule '" + text + "' of class=" + provider.getClass().getName()
                        + " calls itself '" + written + "': begin its text and its key with its name, " + parts[0]);
            }
        }
        return rule;
    }

    private static RemovalRule made(String text, RemovalRuleProvider provider, List<String> arguments) {
        try {
            return provider.rule(arguments);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("rule '" + text + "' has something else where a number is needed, "
                    + e.getMessage() + ": write it as " + provider.form(), e);
        } catch (IllegalArgumentException e) {
            throw e; // which says what is wrong with the text
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("rule '" + text + "' was not made, class="
                    + provider.getClass().getName() + " failed with " + e + ": mend it, or take it off the path", e);
        }
    }

    private static String choices(List<RemovalRuleProvider> providers) {
        List<String> forms = Stream.concat(
                Stream.of("random", "easiest:SCORE", "hardest:SCORE", "block:SCORE:START", "coverage:SCORE:SHARE"),
                providers.stream().map(RemovalRuleProvider::form)).toList();
        return forms.stream().limit(forms.size() - 1).collect(Collectors.joining(", ")) + " or " + forms.getLast();
    }

    private static String name(String text) {
        return text.split(":", -1)[0];
    }

    static void requireOwnName(RemovalRule rule) {
        if (!(rule instanceof BuiltInRule)) {
            RULES.requireOwnName(rule);
        }
    }
}
