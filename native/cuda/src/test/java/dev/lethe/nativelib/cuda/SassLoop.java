package dev.lethe.nativelib.cuda;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A loop of a kernel, found by its branches, and the loads of it that are on their way at the same time. */
final class SassLoop {
    private static final int MOST_STATES = 1_000_000;

    private final Cubin.Kernel kernel;
    private final int head;
    private final BitSet body; // instructions
    private final BitSet own = new BitSet(); // those of them that are in no loop within this one

    /** A place in the loop, with the barrier of each register that is being loaded. */
    private record State(int instruction, Map<Integer, Integer> loading) {}

    private SassLoop(Cubin.Kernel kernel, int head, BitSet body) {
        this.kernel = kernel;
        this.head = head;
        this.body = body;
    }

    /** Returns the loops of a kernel in the order of their first instructions. */
    static List<SassLoop> of(Cubin.Kernel kernel) {
        BitSet reached = reached(kernel, 0, -1);
        Map<Integer, BitSet> bodies = new TreeMap<>();
        for (int i = 0; i < kernel.text().size(); i++) {
            if (kernel.text().get(i).isBranch()) {
                int target = kernel.target(i);
                // the way back from an instruction that is reached through the target alone; EXIT is followed by a
                // branch to itself, which nothing reaches
                if (target < i && reached.get(i) && !reached(kernel, 0, target).get(i)) {
                    bodies.computeIfAbsent(target, _ -> new BitSet()).or(body(kernel, target, i));
                }
            }
        }
        List<SassLoop> loops = new ArrayList<>();
        bodies.forEach((head, body) -> loops.add(new SassLoop(kernel, head, body)));
        for (SassLoop loop : loops) {
            loop.own.or(loop.body);
            loops.stream().filter(other -> other != loop && loop.body.get(other.head))
                    .forEach(inner -> loop.own.andNot(inner.body));
        }
        return loops;
    }

    /** Returns the instructions that are reached from one on ways that do not lead through another. */
    private static BitSet reached(Cubin.Kernel kernel, int from, int without) {
        BitSet reached = new BitSet();
        Deque<Integer> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            int i = open.pop();
            if (i != without && !reached.get(i)) {
                reached.set(i);
                open.addAll(kernel.next(i));
            }
        }
        return reached;
    }

    /** Returns the instructions from which a loop's last is reached on ways that do not lead through its first. */
    private static BitSet body(Cubin.Kernel kernel, int head, int last) {
        List<List<Integer>> before = new ArrayList<>();
        kernel.text().forEach(_ -> before.add(new ArrayList<>()));
        for (int i = 0; i < kernel.text().size(); i++) {
            for (int next : kernel.next(i)) {
                before.get(next).add(i);
            }
        }
        BitSet body = new BitSet();
        body.set(head);
        Deque<Integer> open = new ArrayDeque<>(List.of(last));
        while (!open.isEmpty()) {
            int i = open.pop();
            if (!body.get(i)) {
                body.set(i);
                open.addAll(before.get(i));
            }
        }
        return body;
    }

    /** Returns how many instructions load a number of bits of global memory, without those of loops within this one. */
    int loads(int bits) {
        return (int) own.stream().filter(i -> isLoad(i, bits)).count();
    }

    private boolean isLoad(int i, int bits) {
        SassInstruction instruction = kernel.text().get(i);
        return own.get(i) && instruction.isGlobalLoad() && instruction.loadedBits() == bits;
    }

    /**
     * Returns how many of these loads are on their way at once at most: on some way round the loop, all are issued
     * before an instruction waits for the first. Loads into one register count once, as only one of them can be issued.
     */
    int loadsInFlight(int bits) {
        int most = 0;
        Set<State> seen = new HashSet<>();
        Deque<State> open = new ArrayDeque<>(List.of(new State(head, Map.of())));
        while (!open.isEmpty()) {
            State state = open.pop();
            if (body.get(state.instruction) && seen.add(state)) {
                if (seen.size() > MOST_STATES) {
                    throw new IllegalStateException("too many ways through a loop of " + kernel.name());
                }
                SassInstruction instruction = kernel.text().get(state.instruction);
                Map<Integer, Integer> loading = new TreeMap<>(state.loading);
                loading.values().removeIf(instruction::waitsFor);
                if (isLoad(state.instruction, bits)) {
                    loading.put(instruction.register(), instruction.barrier());
                }
                most = Math.max(most, loading.size());
                kernel.next(state.instruction).forEach(next -> open.push(new State(next, loading)));
            }
        }
        return most;
    }
}
