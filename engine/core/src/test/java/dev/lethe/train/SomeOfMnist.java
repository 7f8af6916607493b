package dev.lethe.train;

import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.data.ImageSet;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;

/** First images of MNIST: real, but few. */
public final class SomeOfMnist {
    static final int EXAMPLES = 1_000;
    private static final int TESTED = 300;

    private SomeOfMnist() {}

    /** All of MNIST, read once for all tests: it takes longer than most of them train. */
    private static final class All {
        static final DataSet MNIST = DataSets.load("mnist");
    }

    /** Reads a thousand training images, and some to test. */
    public static DataSet load() {
        return of(EXAMPLES, TESTED);
    }

    /** Reads a number of training and test images. */
    public static DataSet of(int trained, int tested) {
        DataSet mnist = All.MNIST;
        return new DataSet("some of mnist", first(mnist.train(), trained), first(mnist.test(), tested),
                mnist.classNames(), mnist.normalization());
    }

    /** Makes a network for them that is small and has running statistics. */
    static Network normed() {
        return Network.of("normed", Layer.convolution("conv1", 16, 3).padding(1).withoutBias(), Layer.batchNorm("bn1"),
                Layer.relu(), Layer.maxPool(2), Layer.convolution("conv2", 16, 3).padding(1).withoutBias(),
                Layer.batchNorm("bn2"), Layer.relu(), Layer.maxPool(2), Layer.linear("fc", 10));
    }

    private static ImageSet first(ImageSet images, int examples) {
        return new ImageSet(images.pixels().asSlice(0, (long) examples * images.imageBytes()),
                images.labels().asSlice(0, (long) examples * Integer.BYTES), examples, images.height(), images.width(),
                images.channels());
    }
}
