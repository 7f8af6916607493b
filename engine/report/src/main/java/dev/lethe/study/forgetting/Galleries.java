package dev.lethe.study.forgetting;

import dev.lethe.data.ImageSet;
import dev.lethe.report.Html;
import dev.lethe.report.Text;
import dev.lethe.report.Thumbnail;
import dev.lethe.tracker.score.RunAggregate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Galleries of images, by class: those never forgotten, those never learned, those forgotten most, and suspects. */
final class Galleries {
    private static final int IMAGES_A_ROW = 10;
    private static final int MOST_CLASSES = 20;

    private final ImageSet images;
    private final RunAggregate scores;
    private final List<ClassSummary> classes;
    private final Map<ClassSummary, int[]> examples = new LinkedHashMap<>();
    private final int allClasses;
    private final LastPredictions predictions;
    private final double[] suspicion;

    /**
     * Content of one gallery.
     *
     * @param heading title of the gallery
     * @param explanation sentences below the title, as HTML
     * @param shown test for the examples that belong in it
     * @param order order of the examples, the first of which are shown
     * @param remark reason why an example is shown
     */
    private record Gallery(String heading, String explanation, IntPredicate shown, Comparator<Integer> order,
            IntFunction<String> remark) {}

    Galleries(ReportedRuns reported, List<ClassSummary> summaries) {
        images = reported.data().train();
        scores = reported.aggregate();
        classes = summaries.stream()
                .sorted(Comparator.comparingInt(ClassSummary::forgotten).reversed()
                        .thenComparingInt(ClassSummary::label))
                .limit(MOST_CLASSES).sorted(Comparator.comparingInt(ClassSummary::label)).toList();
        classes.forEach(summary -> examples.put(summary, examplesOf(summary.label())));
        allClasses = summaries.size();
        suspicion = reported.suspicion();
        predictions = new LastPredictions(reported.runs(), reported.data().classNames());
    }

    String html() {
        StringBuilder html = new StringBuilder();
        if (allClasses > classes.size()) {
            html.append("<p class=\"note\">Shown are the ").append(classes.size()).append(" of ")
                    .append(allClasses).append(" classes with the most forgotten images.</p>\n");
        }
        for (Gallery gallery : List.of(unforgettable(), neverLearned(), mostForgotten())) {
            append(gallery, html);
        }
        if (suspicion.length > 0) {
            append(suspects(), html);
        }
        return html.toString();
    }

    private Gallery unforgettable() {
        return new Gallery("Unforgettable",
                "Learned by every run and forgotten by none. Of these, the ones with the largest mean margin.",
                scores::unforgettable,
                Comparator.comparing(example -> -scores.margin(example)), // not reversed(): NaN stays last
                example -> "margin " + Text.number(scores.margin(example), 1));
    }

    private Gallery neverLearned() {
        return new Gallery("Never learned",
                "Never predicted right in most of the runs: no number of forgetting events says how hard they are. "
                        + "First the ones that the most runs never learned, then by the lowest mean margin.",
                this::mostlyNeverLearned,
                Comparator.<Integer>comparingInt(scores::neverLearnedRuns).reversed().thenComparing(scores::margin),
                example -> scores.neverLearned(example)
                        ? "never learned"
                        : "never in " + scores.neverLearnedRuns(example) + "/" + scores.runs());
    }

    private Gallery mostForgotten() {
        return new Gallery("Most forgotten",
                "Learned, and then forgotten most often" + (scores.runs() == 1 ? "" : ", all runs together")
                        + "; with as many events, by the lowest mean margin.",
                example -> scores.forgettingEvents(example) > 0 && !mostlyNeverLearned(example),
                Comparator.<Integer>comparingInt(scores::forgettingEvents).reversed().thenComparing(scores::margin),
                example -> Text.count(scores.forgettingEvents(example), "event"));
    }

    private Gallery suspects() {
        return new Gallery("Suspected label errors",
                "In the epochs after which they generalised best, the networks gave the label less than half of the "
                        + "probability. First those that are most suspect by the combined score. Some have a wrong "
                        + "label, some are merely hard: <code>suspects.csv</code> has all images in this order.",
                example -> suspicion[example] >= 0, Comparator.comparing(example -> -suspicion[example]),
                example -> "margin " + Text.number(scores.margin(example), 1));
    }

    private boolean mostlyNeverLearned(int example) {
        return 2 * scores.neverLearnedRuns(example) > scores.runs();
    }

    private void append(Gallery gallery, StringBuilder html) {
        html.append("""
                <section>
                <h3>%s</h3>
                <p class="note">%s</p>
                <div class="gallery">
                """.formatted(gallery.heading(), gallery.explanation()));
        List<String> empty = new ArrayList<>();
        for (ClassSummary summary : classes) {
            int[] shown = IntStream.of(examples.get(summary)).filter(gallery.shown()).toArray();
            if (shown.length == 0) {
                empty.add(Html.escape(summary.name()));
            } else {
                html.append(row(gallery, summary, shown));
            }
        }
        html.append("</div>\n");
        if (!empty.isEmpty()) {
            html.append("<p class=\"note\">There are no such images of class ").append(String.join(", ", empty))
                    .append(".</p>\n");
        }
        html.append("</section>\n");
    }

    private String row(Gallery gallery, ClassSummary summary, int[] shown) {
        return """
                <div class="row">
                <h4>%s<small>%s</small></h4>
                <div class="images">
                %s</div>
                </div>
                """.formatted(Html.escape(summary.name()), Text.count(shown.length, "image"),
                IntStream.of(shown).boxed().sorted(gallery.order().thenComparing(Comparator.naturalOrder()))
                        .limit(IMAGES_A_ROW).map(example -> image(gallery, summary, example))
                        .collect(Collectors.joining()));
    }

    private String image(Gallery gallery, ClassSummary summary, int example) {
        String label = Html.escape(summary.name());
        return """
                <figure title="%s"><img alt="labelled %s" width="%s" height="%s" src="%s"><figcaption>\
                %s → %s<br>%s<br><small>%s</small></figcaption></figure>
                """.formatted(tooltip(summary, example), label, Thumbnail.width(images), Thumbnail.height(images),
                Thumbnail.dataUri(images, example), label, predictions.byVotes(example, summary.label()),
                gallery.remark().apply(example), Html.escape(images.origins().caption(example)));
    }

    private String tooltip(ClassSummary summary, int example) {
        return "example " + example + ", " + Html.escape(images.origins().get(example)) + ", labelled "
                + Html.escape(summary.name()) + ", last predicted as "
                + predictions.byRun(example) + "; "
                + Text.count(scores.forgettingEvents(example), "forgetting event") + ", never learned in "
                + scores.neverLearnedRuns(example) + " of " + Text.count(scores.runs(), "run") + "; mean margin "
                + Text.number(scores.margin(example), 2);
    }

    private int[] examplesOf(int label) {
        return IntStream.range(0, images.examples()).filter(example -> images.label(example) == label).toArray();
    }
}
