package dev.lethe.study;

import java.util.List;

/**
 * Provider of studies of one's own. A jar that names a provider in {@code
 * META-INF/services/dev.lethe.study.StudyProvider} adds its studies to {@code lethe study} and to {@link
 * dev.lethe.study.registry.StudyRegistry}. It has a public constructor without parameters.
 */
public interface StudyProvider {
    /** Returns the studies; each has a name that no other study has. */
    List<StudyType> studies();
}
