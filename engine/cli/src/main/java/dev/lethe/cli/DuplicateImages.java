package dev.lethe.cli;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.tracker.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Images of a data set with equal pixels, within its parts and between them. */
final class DuplicateImages {
    private final DataSet data;
    private final Pairs train = new Pairs("train");
    private final Pairs test = new Pairs("test");
    private final Pairs between = new Pairs("test images that are training images too");

    /** Images that equal an earlier one. */
    private final class Pairs {
        private final String where;
        private int images;
        private int otherwiseLabelled;
        private @Nullable String first; // null where there is none

        Pairs(String where) {
            this.where = where;
        }

        void add(ImageSet of, int example, ImageSet earlierOf, int earlier) {
            images++;
            if (of.label(example) != earlierOf.label(earlier)) {
                otherwiseLabelled++;
            }
            if (first == null) {
                first = of.origins().get(example) + " is " + earlierOf.origins().get(earlier);
            }
        }

        Optional<String> text() {
            return images == 0
                    ? Optional.empty()
                    : Optional.of(String.format(Locale.ROOT, "%s: %,d%s, such as %s", where, images,
                            otherwiseLabelled == 0
                                    ? ""
                                    : String.format(Locale.ROOT, ", %,d of another class", otherwiseLabelled),
                            first));
        }
    }

    private DuplicateImages(DataSet data) {
        this.data = data;
    }

    /** Returns a sentence for each part that has such images, and for those in both; none where all differ. */
    static List<String> of(DataSet data) {
        DuplicateImages found = new DuplicateImages(data);
        found.search();
        List<String> lines = new ArrayList<>();
        List.of(found.train, found.test, found.between).forEach(pairs -> pairs.text().ifPresent(lines::add));
        return lines;
    }

    private void search() {
        Map<Sha256, Integer> trained = firsts(data.train(), train);
        firsts(data.test(), test);
        for (int example = 0; example < data.test().examples(); example++) {
            Integer earlier = trained.get(Sha256.of(data.test().image(example)));
            if (earlier != null) {
                between.add(data.test(), example, data.train(), earlier);
            }
        }
    }

    /** Returns the first image of each content, and adds the others to the pairs. */
    private static Map<Sha256, Integer> firsts(ImageSet images, Pairs pairs) {
        Map<Sha256, Integer> first = new HashMap<>();
        for (int example = 0; example < images.examples(); example++) {
            Integer earlier = first.putIfAbsent(Sha256.of(images.image(example)), example);
            if (earlier != null) {
                pairs.add(images, example, images, earlier);
            }
        }
        return first;
    }
}
