package dev.lethe.study.registry;

import dev.lethe.study.CompositeStudy;
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
import java.util.List;
import java.util.stream.Stream;

/** List of all studies, in the order of help and documentation. A study that is not in it does not exist for users. */
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

    private StudyRegistry() {}

    /** Returns all studies, the one that makes a report of several last. */
    public static List<StudyType> all() {
        return Stream.concat(STUDIES.stream(), Stream.of(CompositeStudy.type(STUDIES, USUAL, RemovalOptions.OPTIONS)))
                .toList();
    }
}
