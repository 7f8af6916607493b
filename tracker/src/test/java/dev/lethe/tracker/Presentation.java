package dev.lethe.tracker;

/** A presentation, as a test records it. */
public record Presentation(int example, boolean correct, float margin, float el2n, float probability, float loss) {}
