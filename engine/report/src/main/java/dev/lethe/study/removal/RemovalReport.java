package dev.lethe.study.removal;

import dev.lethe.report.Axis;
import dev.lethe.report.Block;
import dev.lethe.report.Fact;
import dev.lethe.report.Figure;
import dev.lethe.report.Ink;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.report.Text;
import dev.lethe.report.XyFigure;
import dev.lethe.study.StudyOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** Report of the removal and transfer studies: finding, tables and figures. */
final class RemovalReport {
    private static final List<Ink> INKS = List.of(Ink.GREEN, Ink.ORANGE, Ink.BLUE, Ink.VERMILLION, Ink.PURPLE, Ink.SKY);

    private final RemovalResults results;

    private RemovalReport(RemovalResults results) {
        this.results = results;
    }

    /** Makes the outcome of a study; its title is followed by the names of data set and network. */
    static StudyOutcome of(String title, RemovalResults results) {
        return new RemovalReport(results).outcome(title);
    }

    private StudyOutcome outcome(String title) {
        List<Section> sections = new ArrayList<>();
        sections.add(Section.of("Accuracy with examples removed", Block.figures(accuracyFigure()), table()));
        if (!results.blocks().isEmpty()) {
            sections.add(Section.of("Which examples matter", Block.figures(blockFigure()), blockTable()));
        }
        return new StudyOutcome(title + results.data() + ", " + results.model(), results, finding(), table(results),
                facts(), RemovalClaims.of(results), sections, Map.of());
    }

    private Figure accuracyFigure() {
        XyFigure figure = XyFigure.of(Axis.of("removed", Axis.Scale.PERCENT).from(0),
                Axis.of("test accuracy", Axis.Scale.PERCENT));
        double last = shares().max().orElse(1);
        figure.dashed("nothing removed", Ink.AXIS, new double[]{0, last},
                new double[]{results.none().mean(), results.none().mean()});
        for (int i = 0; i < results.arms().size(); i++) {
            RemovalResults.Arm arm = results.arms().get(i);
            List<RemovalResults.Point> points = arm.points();
            figure.line(arm.name(), INKS.get(i % INKS.size()),
                    points.stream().mapToDouble(RemovalResults.Point::share).toArray(),
                    points.stream().mapToDouble(point -> point.accuracy().mean()).toArray(),
                    points.stream().mapToDouble(p -> p.accuracy().mean() - p.accuracy().deviation()).toArray(),
                    points.stream().mapToDouble(p -> p.accuracy().mean() + p.accuracy().deviation()).toArray());
        }
        return figure.whole("accuracy-by-removed", "Test accuracy of networks trained without a share of the training "
                + "images. Points are means over " + Text.count(results.seeds(), "run")
                + ", whiskers one standard deviation. " + protocol(),
                "Line chart: test accuracy against the share of images removed");
    }

    private String protocol() {
        return results.protocol().equals("iterations")
                ? "All runs take about the same number of steps, those on fewer images more epochs."
                : "All runs have the same number of epochs, and so those on fewer images fewer steps.";
    }

    private DoubleStream shares() {
        return results.arms().stream().flatMap(arm -> arm.points().stream()).mapToDouble(RemovalResults.Point::share);
    }

    private Figure blockFigure() {
        List<RemovalResults.Block> blocks = results.blocks();
        double[] events = blocks.stream().mapToDouble(RemovalResults.Block::meanEvents).toArray();
        double random = Objects.requireNonNull(results.randomBlock(), "measured with the blocks").mean();
        return XyFigure.of(Axis.of("mean forgetting events of the block that is removed", Axis.Scale.LINEAR),
                Axis.of("test accuracy", Axis.Scale.PERCENT))
                .dashed("as many removed at random", Ink.ORANGE,
                        new double[]{DoubleStream.of(events).min().orElse(0), DoubleStream.of(events).max().orElse(1)},
                        new double[]{random, random})
                .line("a block of neighbours removed", Ink.GREEN, events,
                        blocks.stream().mapToDouble(block -> block.accuracy().mean()).toArray(),
                        blocks.stream().mapToDouble(b -> b.accuracy().mean() - b.accuracy().deviation()).toArray(),
                        blocks.stream().mapToDouble(b -> b.accuracy().mean() + b.accuracy().deviation()).toArray())
                .whole("accuracy-by-block", "Test accuracy without a block of "
                        + Text.count(blocks.getFirst().removed()) + " images that are neighbours in the order of "
                        + order() + ", against how often they were forgotten in a run. Whiskers: one standard "
                        + "deviation over " + Text.count(results.seeds(), "run") + ".",
                        "Line chart: test accuracy against the mean forgetting events of the block removed");
    }

    private String order() {
        return switch (results.rankingSource()) {
            case RUNS, FORGETTING_FILE -> "forgetting";
            case OTHER_FILE -> "the scores in " + results.rankedBy();
            case OWN_SCORES -> results.rankedBy();
        };
    }

    private Block table() {
        Map<Double, List<String>> rows = new TreeMap<>();
        shares().forEach(share -> rows.putIfAbsent(share, new ArrayList<>(List.of(Text.percent(share, 1)))));
        List<String> header = new ArrayList<>(List.of("removed"));
        for (RemovalResults.Arm arm : results.arms()) {
            header.add(arm.name());
            rows.forEach((share, row) -> row.add(arm.at(share).map(point -> accuracy(point.accuracy())).orElse("")));
        }
        return Block.table(header, List.copyOf(rows.values()));
    }

    private Block blockTable() {
        return Block.table(List.of("first of the block, of " + Text.count(results.examples()), "mean events",
                "never learned in a run", "accuracy without it"),
                results.blocks().stream()
                        .map(block -> List.of(Text.count(block.from()), Text.number(block.meanEvents(), 2),
                                Text.percent(block.neverLearnedFraction()), accuracy(block.accuracy())))
                        .toList());
    }

    private static String accuracy(RemovalResults.Accuracy accuracy) {
        return Text.percent(accuracy.mean(), 2) + " ± " + Text.number(100 * accuracy.deviation(), 2);
    }

    /** Returns the largest share that an arm removes at a negligible cost, as it does all smaller ones. */
    private OptionalDouble negligible(RemovalResults.Arm arm) {
        OptionalDouble largest = OptionalDouble.empty();
        for (double share : shares().sorted().distinct().toArray()) {
            if (arm.cost(share).orElse(Double.MAX_VALUE) > RemovalClaims.NEGLIGIBLE) {
                break;
            }
            largest = OptionalDouble.of(share);
        }
        return largest;
    }

    private Paragraph finding() {
        RemovalResults.Arm first = results.arms().getFirst();
        OptionalDouble most = negligible(first);
        String by = first.name().equals(first.rule())
                ? " by the rule '" + first.rule() + "'"
                : ", " + first.name() + ",";
        Paragraph finding = most.isPresent()
                ? Paragraph.EMPTY.strong(Text.percent(most.getAsDouble(), 0) + " of the training images can be left "
                        + "out" + by + " at a cost of "
                        + Text.number(first.cost(most.getAsDouble()).orElseThrow(), 2)
                        + " points of test accuracy").plain(compared(most.getAsDouble()))
                : Paragraph.EMPTY.strong("Not even the smallest share that was tried can be left out" + by
                        + " at a cost of " + RemovalClaims.NEGLIGIBLE + " points");
        finding = finding.plain(". With nothing removed, test accuracy is " + accuracy(results.none()) + ".");
        Optional<Double> collapse = collapse();
        return collapse.isEmpty()
                ? finding
                : finding.plain(" At " + Text.percent(collapse.get(), 0) + ", removing the least forgotten costs more "
                        + "than removing at random: what is left is too hard, or wrong. Rules that cover easy images "
                        + "too hold there: try the rule ").code("coverage:margin:0.1").plain(".");
    }

    private String compared(double share) {
        OptionalDouble random = results.randomCost(share);
        return random.isEmpty()
                ? ""
                : "; as many chosen at random cost " + Text.number(random.getAsDouble(), 2) + " points";
    }

    /** Returns the least share at which removing the least forgotten does worse than chance. */
    private Optional<Double> collapse() {
        return results.arms().stream().filter(results::removesLeastForgotten)
                .flatMap(arm -> arm.points().stream()).filter(point -> point.share() > RemovalClaims.LARGE_SHARE
                        && point.cost() > results.randomCost(point.share()).orElse(Double.MAX_VALUE))
                .map(RemovalResults.Point::share).min(Double::compare);
    }

    private static List<String> table(RemovalResults results) {
        List<String> lines = new ArrayList<>();
        for (RemovalResults.Arm arm : results.arms()) {
            for (RemovalResults.Point point : arm.points()) {
                lines.add(String.format(Locale.ROOT, "%-28s %6s removed: %s, %.2f points lost", arm.name(),
                        Text.percent(point.share(), 1), accuracy(point.accuracy()), point.cost()));
            }
        }
        return lines;
    }

    private List<Fact> facts() {
        return List.of(new Fact("Training images", Text.count(results.examples())),
                new Fact("Runs of each kind",
                        Text.count(results.seeds(), "seed") + ", " + Text.count(results.epochs(), "epoch")
                                + " on all images"),
                new Fact("Ranked by", results.rankedBy()),
                new Fact("Protocol", "equal " + results.protocol()),
                new Fact("Test accuracy, nothing removed", accuracy(results.none())));
    }
}
