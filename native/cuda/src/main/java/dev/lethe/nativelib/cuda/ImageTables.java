package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images that a program gathers: on the device if they fit beside everything else, otherwise sent batch by batch.
 */
final class ImageTables implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageTables.class);

    /** The images of a plan and their order. */
    private record Gathering(Tensor images, Tensor order) {
        static Gathering of(GatherImages op) {
            return new Gathering(op.images(), op.order());
        }
    }

    private final Map<Gathering, StreamedImages> streams = new LinkedHashMap<>();
    private final BoundTables tables;

    /**
     * Places images in the memory that is left; call it when everything else of the program has its memory.
     *
     * @param arena source of memory for images that stay on the device, and for small tables
     * @param reserve bytes that stay free
     */
    ImageTables(ProgramSpec spec, Device device, BoundTables tables, DeviceArena arena, long reserve) {
        this.tables = tables;
        try (ResourceStack opening = new ResourceStack()) {
            opening.own(this, ImageTables::close);
            place(spec, device, arena, reserve);
            opening.keep();
        }
    }

    private void place(ProgramSpec spec, Device device, DeviceArena arena, long reserve) {
        for (Tensor images : imagesOf(spec)) {
            long free = device.freeMemory() - reserve;
            if (images.bytes() <= free && allocate(images, arena)) {
                continue;
            }
            LOG.info("{}: {} of images do not fit into the {} of memory that are left on {}; they stay on the "
                    + "host, and each batch is sent when it is needed", images.name(), MemoryUse.text(images.bytes()),
                    MemoryUse.text(Math.max(0, free)), device.name());
            for (PlanSpec plan : spec.plans()) {
                gathers(plan).filter(op -> op.images().equals(images)).forEach(op -> streams.computeIfAbsent(
                        Gathering.of(op), _ -> new StreamedImages(device, tables, op, largestBatch(spec, op),
                                arena)));
            }
        }
    }

    private boolean allocate(Tensor images, DeviceArena arena) {
        try {
            tables.place(images, arena.allocate(images.bytes()));
            return true;
        } catch (OutOfDeviceMemoryException e) { // somebody else was faster
            LOG.debug("memory that was free is not any more", e);
            return false;
        }
    }

    /** Returns the tables of images, in the order of the plans. */
    static Set<Tensor> imagesOf(ProgramSpec spec) {
        return spec.plans().stream().flatMap(ImageTables::gathers).map(GatherImages::images)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Stream<GatherImages> gathers(PlanSpec plan) {
        return plan.ops().stream().filter(GatherImages.class::isInstance).map(GatherImages.class::cast);
    }

    private static int largestBatch(ProgramSpec spec, GatherImages like) {
        return spec.plans().stream()
                .filter(plan -> gathers(plan).map(Gathering::of).anyMatch(Gathering.of(like)::equals))
                .mapToInt(PlanSpec::batch).max().orElseThrow();
    }

    /** Returns the place of an operation's images. */
    ImageSource source(GatherImages op) {
        StreamedImages streamed = streams.get(Gathering.of(op));
        return streamed == null ? ImageSource.resident(tables.address(op.images())) : streamed.source();
    }

    /** Returns the images that must be sent before a plan runs. */
    List<StreamedImages> streamedTo(PlanSpec plan) {
        return gathers(plan).map(Gathering::of).distinct().map(streams::get).filter(Objects::nonNull)
                .toList();
    }

    @Override
    public void close() {
        try (ResourceStack closing = new ResourceStack()) { // each, whatever fails
            streams.values().forEach(images -> closing.own(images, StreamedImages::close));
        }
    }
}
