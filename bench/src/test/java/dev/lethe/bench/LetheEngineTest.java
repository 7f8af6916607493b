package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.tensor.DType;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LetheEngineTest {
    private static Set<DType> asked(String backend) {
        try (Backend opened = Backends.open(backend, 1)) {
            return opened.info().activationTypes();
        }
    }

    @Test
    void shouldAskABackendForItsTypesOnce() {
        assertNotSame(asked("onednn"), asked("onednn"), "each answer is a set of its own");
        Set<DType> types = LetheEngine.LETHE_ONEDNN.dtypes(BenchmarkModel.RESNET18);
        assertSame(types, LetheEngine.LETHE_ONEDNN.dtypes(BenchmarkModel.AIRBENCH94));
        assertSame(LetheEngine.LETHE.dtypes(BenchmarkModel.RESNET18),
                LetheEngine.LETHE_UNTRACKED.dtypes(BenchmarkModel.RESNET18), "engines of one backend share the answer");
    }

    @Test
    void shouldKnowTheTypesOfEachBackend() {
        Set<DType> oneDnn = LetheEngine.LETHE_ONEDNN.dtypes(BenchmarkModel.RESNET18);
        Set<DType> vector = LetheEngine.LETHE_VECTOR.dtypes(BenchmarkModel.RESNET18);
        assertEquals(asked("onednn"), oneDnn);
        assertEquals(asked("vector"), vector);
        assertNotSame(oneDnn, vector, "each is asked, though their answers may be equal");
        assertEquals(Set.of(), LetheEngine.REFERENCE.dtypes(BenchmarkModel.RESNET18), "it would take hours");
    }
}
