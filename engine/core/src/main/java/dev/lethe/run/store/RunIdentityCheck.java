package dev.lethe.run.store;

import dev.lethe.run.NetworkSource;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Comparison of the values that identify what a folder holds with those of what shall be written there. */
final class RunIdentityCheck {
    private static final String THREADS = "threads";
    private static final List<String> CONTENT = List.of(RunConfiguration.SOURCE_FINGERPRINT,
            RunConfiguration.TEST_FINGERPRINT);

    private RunIdentityCheck() {}

    /**
     * Refuses a folder of another run or study. Data sets are compared by their content, wherever they lie, if both
     * sides have digests of it.
     *
     * @param folder the folder, for the message
     * @param what kind of the folder's content, for the message
     * @param there values of the folder
     * @param here values of what shall be written
     * @throws RunException naming the first value that differs
     */
    static void requireSame(String folder, String what, Map<?, ?> there, Map<?, ?> here) {
        boolean sameContent = there.containsKey(RunConfiguration.SOURCE_FINGERPRINT)
                && CONTENT.stream().allMatch(digest -> Objects.equals(there.get(digest), here.get(digest)));
        Set<Object> keys = new LinkedHashSet<>(RunSettings.LOCATIONS); // say more than digests
        keys.addAll(here.keySet());
        keys.addAll(there.keySet()); // what is not chosen here may have been there
        if (sameContent) {
            keys.removeAll(RunSettings.LOCATIONS);
        }
        for (Object key : keys) {
            if (!Objects.equals(there.get(key), here.get(key))) {
                if (key.equals(NetworkSource.LAYERS)) { // too many to be shown
                    throw new RunException(folder + " holds another " + what + ", whose network has other layers than "
                            + here.get(NetworkSource.MODEL) + " here: " + remedy(key));
                }
                throw new RunException(folder + " holds another " + what + ", with " + key + "=" + there.get(key)
                        + " where this one has " + key + "=" + here.get(key) + ": " + remedy(key));
            }
        }
    }

    private static String remedy(Object key) {
        return switch (key.toString()) {
            case RunConfiguration.SOURCE_FINGERPRINT -> "training images or labels of the data set have changed; put "
                    + "them back as they were, or choose another folder";
            case RunConfiguration.TEST_FINGERPRINT -> "test images or labels of the data set have changed; put them "
                    + "back as they were, or choose another folder";
            case THREADS -> "choose another folder, or give each run the threads that it had, since several jobs "
                    + "divide the cores";
            default -> "choose another folder, or delete it";
        };
    }
}
