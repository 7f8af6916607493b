/** The images and labels of MNIST, as resources in {@code META-INF/lethe/mnist}, which every module finds. */
module dev.lethe.mnist {}
