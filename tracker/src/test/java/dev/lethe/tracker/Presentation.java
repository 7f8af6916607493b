package dev.lethe.tracker;

/** One presentation, as a test wants it recorded. */
public record Presentation(int example, boolean correct, float margin, float el2n, float probability, float loss) {}
