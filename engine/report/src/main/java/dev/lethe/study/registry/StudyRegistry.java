package dev.lethe.study.registry;

import dev.lethe.study.CompositeStudy;
import dev.lethe.study.StudyProvider;
import dev.lethe.study.StudyType;
import dev.lethe.study.agreement.AssociationStudy;
import dev.lethe.study.agreement.EarlyStudy;
import dev.lethe.study.agreement.StabilityStudy;
import dev.lethe.study.control.ChanceStudy;
import dev.lethe.study.control.ContinualStudy;
import dev.lethe.study.forgetting.ForgettingStudy;
import dev.lethe.study.noise.NoiseStudy;
import dev.lethe.study.noise.PixelNoiseStudy;
import dev.lethe.study.removal.RemovalOptions;
import dev.lethe.study.removal.RemovalStudy;
import dev.lethe.study.removal.TransferStudy;
import dev.lethe.tracker.service.Providers;
import dev.lethe.tracker.service.UnusableProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/**
 * List of all studies, in the order of help and documentation: those of Lethe, then those that a {@link StudyProvider}
 * adds. A study that is not in it does not exist for users of the command line.
 */
public final class StudyRegistry {
    private static final List<StudyType> STUDIES = List.of(
            ForgettingStudy.TYPE,
            StabilityStudy.TYPE,
            NoiseStudy.TYPE,
            RemovalStudy.TYPE,
            TransferStudy.TYPE,
            AssociationStudy.FIRST_LEARNED,
            AssociationStudy.MARGIN,
            EarlyStudy.TYPE,
            PixelNoiseStudy.TYPE,
            ChanceStudy.TYPE,
            ContinualStudy.TYPE);

    /** The studies that make one report where none are named: the paper's conclusions, without the controls. */
    private static final List<StudyType> USUAL = List.of(ForgettingStudy.TYPE, StabilityStudy.TYPE,
            AssociationStudy.FIRST_LEARNED, AssociationStudy.MARGIN, EarlyStudy.TYPE, NoiseStudy.TYPE,
            RemovalStudy.TYPE);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

    private StudyRegistry() {}

    /**
     * Returns all studies, the one that makes a report of several last.
     *
     * @throws UnusableProviderException when a provider cannot be used, or gives a study a name that cannot be typed or
     *         that another has
     */
    public static List<StudyType> all() {
        List<StudyType> studies = new ArrayList<>(STUDIES);
        for (StudyProvider provider : Providers.all("provider of studies", ServiceLoader.load(StudyProvider.class))) {
            for (StudyType study : provider.studies()) {
                requireName(study.name(), provider, studies);
                studies.add(study);
            }
        }
        studies.add(CompositeStudy.type(studies, USUAL, RemovalOptions.OPTIONS));
        return List.copyOf(studies);
    }

    private static void requireName(String name, StudyProvider provider, List<StudyType> others) {
        String what = "study '" + name + "' of " + provider.getClass().getName();
        if (!NAME.matcher(name).matches()) {
            throw new UnusableProviderException(
                    what + " has a name that cannot be typed: choose lower-case letters, digits and hyphens");
        }
        if (name.equals(CompositeStudy.NAME) || others.stream().anyMatch(other -> other.name().equals(name))) {
            throw new UnusableProviderException(what + " has the name of another study: choose another");
        }
    }
}
